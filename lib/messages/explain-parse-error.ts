import type { CouponPoolsError } from '../errors';
import type { MessagePart } from './message';
import { templateError } from './template-error';

/**
 * What the parser could not read, in words for the author: the parser itself names tokens of its grammar and, for a
 * block that is not closed, the last line.
 */
export function explainParseError(
	cause: unknown,
	source: string,
	part: MessagePart,
): CouponPoolsError {
	if (cause instanceof RangeError) {
		return templateError(
			{ part, line: 1 },
			'the template is nested too deeply to be read.',
			'Use fewer blocks within each other.',
			cause,
		);
	}
	const reason = cause instanceof Error ? cause.message : String(cause);
	const block = strayBlock(source);
	if (block) {
		return templateError({ part, line: block.line }, block.what, block.hint, cause);
	}
	const line = Number(/(?:on line |- )(\d+)/.exec(reason)?.[1] ?? 1);
	const text = source.split('\n')[line - 1]?.trim() ?? '';
	const found = text.length > 80 ? `${text.slice(0, 80)}…` : text;
	return templateError(
		{ part, line },
		`"${found}" cannot be read as a template.`,
		'Between {{ and }} stands a field, as {{coupon.code}}, or a helper with its values, as ' +
			'{{date coupon.expiresAt}}. To show braces as they are, write \\{{.',
		cause,
	);
}

/** The first block that is opened and never closed, or closed and never opened. */
function strayBlock(source: string): { line: number; what: string; hint: string } | undefined {
	const open: Array<{ tag: string; name: string; at: number }> = [];
	const text = blankComments(source);
	for (const match of text.matchAll(/\{\{~?([#^/])([^{}]*)\}\}/g)) {
		const [tag, kind, inside] = match;
		const name = /^\s*([^\s~]+)/.exec(inside)?.[1] ?? '';
		if (kind !== '/') {
			if (name) open.push({ tag, name, at: match.index });
			continue;
		}
		const opened = open.pop();
		if (opened?.name === name) continue;
		return opened
			? unclosed(
					opened.tag,
					opened.name,
					lineAt(text, opened.at),
					`${tag} in line ${lineAt(text, match.index)}`,
				)
			: {
					line: lineAt(text, match.index),
					what: `${tag} closes a block that was never opened.`,
					hint: `Write {{#${name} …}} before it, or take it out.`,
				};
	}
	const opened = open[0];
	return opened && unclosed(opened.tag, opened.name, lineAt(text, opened.at), 'the end');
}

/** The template with its comments blanked out, and every line in its place. */
export function blankComments(source: string): string {
	let text = '';
	let from = 0;
	for (;;) {
		const start = source.indexOf('{{!', from);
		if (start < 0) return text + source.slice(from);
		const close = source.startsWith('{{!--', start) ? '--}}' : '}}';
		const end = source.indexOf(close, start);
		if (end < 0) return text + source.slice(from);
		const after = end + close.length;
		text += source.slice(from, start) + source.slice(start, after).replace(/[^\n]/g, ' ');
		from = after;
	}
}

function unclosed(
	tag: string,
	name: string,
	line: number,
	before: string,
): { line: number; what: string; hint: string } {
	return {
		line,
		what: `${tag} is not closed before ${before}.`,
		hint: `Write {{/${name}}} where the block ends.`,
	};
}

/** The line of a position in a text, from 1. */
export function lineAt(text: string, at: number): number {
	return text.slice(0, at).split('\n').length;
}
