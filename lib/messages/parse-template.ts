import Handlebars from 'handlebars';

import { blankComments, explainParseError, lineAt } from './explain-parse-error';
import type { CouponPoolsError } from '../errors';
import type { MessagePart } from './message';
import { templateError } from './template-error';

/** Only the parser of Handlebars is used, from an instance of our own, so that nobody's settings reach it. */
const { parse } = Handlebars.create();

/** The greatest length of a part's template, in characters; its output may be no longer either. */
export const LONGEST_PART = 1_000_000;

export interface ParsedTemplate {
	readonly program: hbs.AST.Program;
	readonly source: string;
	/** The original text of tags and macros that were rewritten, by where they begin in `source`. */
	readonly written: Written;
}

type Written = ReadonlyMap<number, string>;

/**
 * Reads one part's template.
 *
 * The macros of "Promo codes" look like calls, which Handlebars does not know: `{{client.promocode('group')}}` is read
 * as `{{client.promocode 'group' }}`. So are the tags of Klaviyo, `{% coupon_code 'group' %}`, and of Braze, `{%
 * promotion('group') %}`, which do the same. Any other tag of theirs is refused: customers would see it in their
 * message.
 *
 * @returns the syntax tree, the text that its places refer to, and what the author wrote there
 * @throws {CouponPoolsError} `invalid_template` with the line and what to do
 */
export function parseTemplate(source: string, part: MessagePart): ParsedTemplate {
	if (source.length > LONGEST_PART) {
		throw templateError(
			{ part, line: 1 },
			`the template has ${source.length} characters; ${LONGEST_PART} is the most.`,
			'Link large images and files instead of putting them into the template.',
		);
	}
	const { readable, written } = withoutCalls(source, part);
	refuseDeepNesting(readable, part);
	try {
		return { program: parse(readable), source: readable, written };
	} catch (cause) {
		throw explainParseError(cause, source, part);
	}
}

/** Blocks within blocks, `else if`s of one block, or parentheses within each other. */
const DEEPEST_NESTING = 500;

const NESTING = /(?<!\\)\{\{~?[#^](?!~?\}\})|\{\{~?\s*else\b|\{\{~?\/|\{\{|\}\}|[()]/g;

/**
 * The parser's time grows with the square of the nesting (500 deep 45 ms, 20,000 deep a minute), so it is counted
 * first.
 */
function refuseDeepNesting(source: string, part: MessagePart): void {
	const text = blankComments(source);
	const open: number[] = [];
	let depth = 0;
	let parentheses = 0;
	for (const { 0: token, index } of text.matchAll(NESTING)) {
		if (token === '(') parentheses += 1;
		else if (token === ')') parentheses -= 1;
		else {
			parentheses = 0;
			if (token.endsWith('else') && open.length) {
				depth += 1;
				open[open.length - 1] += 1;
			} else if (token.endsWith('/')) depth -= open.pop() ?? 0;
			else if (/[#^]$/.test(token)) {
				depth += 1;
				open.push(1);
			}
		}
		if (depth > DEEPEST_NESTING || parentheses > DEEPEST_NESTING) {
			throw templateError(
				{ part, line: lineAt(text, index) },
				`the template is nested more than ${DEEPEST_NESTING} deep.`,
				'Use fewer blocks within each other.',
			);
		}
	}
}

/** A tag, with its quoted texts, in which a macro stands. */
const TAG = /(?<!(?<!\\)\\)\{\{(?:[^{}'"]|'[^'\n]*'|"[^"\n]*")*\}\}/;

/**
 * A pool's name in quotes, including those that word processors and HTML editors make of what is typed. An editor's
 * entity is only matched with an end within 2,000 characters, far more than any name has: otherwise every one that is
 * never closed would be looked through to the end of the tag.
 */
const QUOTED =
	/('[^'\n]*'|"[^"\n]*"|[‘’‚‛][^‘’‚‛\n]*[‘’]|[“”„‟][^“”„‟\n]*[“”]|&(?:#39|#x27|apos|quot);[^'"{}\n]{0,2000}?&(?:#39|#x27|apos|quot);)/;
const SPACE = /(?:\s|&nbsp;)*/;

const MACRO = new RegExp(
	String.raw`\b(client\.(?:last_)?promocode)\(\s*${QUOTED.source}\s*\)`,
	'g',
);
const WHOLE_TAG = /^\{\{[~&]?\s*$/;

/** Both take a code, https://help.klaviyo.com (Coupons), https://www.braze.com/docs (Promotion codes). */
const LIQUID = new RegExp(
	String.raw`(?<!\{)\{%-?${SPACE.source}(?:coupon_code(?![\w(])|promotion\()${SPACE.source}${QUOTED.source}` +
		String.raw`(?:${SPACE.source}\))?${SPACE.source}-?%\}`,
);

/** Any tag of Liquid, and the beginning of one that was meant to take a code. After `\` it is text, as braces are. */
const OTHER_LIQUID = new RegExp(
	String.raw`(?<!\{)\\?\{%-?${SPACE.source}(?:[a-z_][^{}]*%\}|coupon_code\b|promotion\()`,
);

const EITHER = new RegExp(`${LIQUID.source}|${TAG.source}|(${OTHER_LIQUID.source})`, 'gi');

function withoutCalls(source: string, part: MessagePart): { readable: string; written: Written } {
	const written = new Map<number, string>();
	if (!source.includes('{%') && !source.includes('promocode(')) {
		return { readable: source, written };
	}
	let readable = '';
	let end = 0;
	for (const { 0: tag, 1: pool, 2: other, index } of blankComments(source).matchAll(EITHER)) {
		readable += source.slice(end, index);
		end = index + tag.length;
		if (other !== undefined) {
			if (!other.startsWith('\\')) {
				throw otherLiquid(other, { part, line: lineAt(source, index) });
			}
			readable += other.slice(1);
			continue;
		}
		const at = readable.length;
		const made =
			pool === undefined
				? withoutMacros(tag, at, written)
				: `{{client.promocode ${literal(pool)} }}`;
		if (made !== tag) written.set(at, tag);
		readable += made;
	}
	return { readable: readable + source.slice(end), written };
}

/** A name in any quotes, as Handlebars writes it. */
function literal(quoted: string): string {
	if (/^['"]/.test(quoted)) return quoted;
	const entity = /^&[^;]+;/.exec(quoted)?.[0];
	const name = entity
		? quoted.slice(entity.length, quoted.lastIndexOf('&')).replaceAll('&amp;', '&')
		: quoted.slice(1, -1);
	return `"${name.replaceAll('"', '\\"')}"`;
}

const TAKES_CODE = new RegExp(String.raw`^\{%-?${SPACE.source}(?:coupon_code|promotion)\b`, 'i');

function otherLiquid(tag: string, place: { part: MessagePart; line: number }): CouponPoolsError {
	const [line] = tag.split('\n', 1);
	const shown = line === tag && line.length <= 80 ? tag : `${line.slice(0, 80)}…`;
	return TAKES_CODE.test(tag)
		? templateError(
				place,
				`${shown} needs the name of one pool, in quotes, and nothing else.`,
				"Write {% coupon_code 'name of the pool' %} or {{client.promocode('name of the pool')}}.",
			)
		: templateError(
				place,
				`${shown} is a tag of Liquid, which a message would show as it is.`,
				'Write a field as {{coupon.code}}, a condition as {{#if coupon.expiresAt}}…{{/if}}. To show it as it is, ' +
					'write \\{%.',
			);
}

/** @param start where the tag begins in the rewritten text */
function withoutMacros(tag: string, start: number, written: Map<number, string>): string {
	let readable = '';
	let end = 0;
	for (const { 0: call, 1: macro, 2: pool, index } of tag.matchAll(MACRO)) {
		readable += tag.slice(end, index);
		if (WHOLE_TAG.test(tag.slice(0, index))) {
			readable += `${macro} ${literal(pool)} `;
		} else {
			written.set(start + readable.length, call);
			readable += `(${macro} ${literal(pool)})`;
		}
		end = index + call.length;
	}
	return readable + tag.slice(end);
}
