import { checkDateFormat } from '../dates/date-format';
import { checkLocale } from '../dates/locale';
import { timeZone } from '../dates/time-zone';
import { invalidInput } from '../errors';
import { checkChoice } from '../texts/check-choice';
import { AttachedPictures } from './attached-pictures';
import { compilePart, type CompiledPart } from './compile-part';
import type {
	MacroCall,
	MessagePart,
	MessageTemplate,
	RenderedMessage,
	RenderOptions,
} from './message';
import type { Settings } from './run';
import { templateError } from './template-error';

/**
 * Renders a message: the parts of `template` with the values of `context`, whose `coupon` is what an assignment
 * returned. It takes no code, and changes neither template nor context.
 *
 * Besides fields there are `{{date field format= locale= timezone=}}`, `{{daysLeft field}}`, `{{link address
 * name=value}}`, `{{lookup fields name}}`, and in HTML `{{qrcode text size= alt=}}` and `{{barcode text type= size=
 * height= alt=}}`, the blocks `#if`, `#unless`, `#each` and `#with`, and the placeholders of other suites. Templates
 * are compiled once and kept.
 *
 * @throws {CouponPoolsError} `invalid_template` for a mistake in a template or a value in it, with part and line;
 *   `invalid_input` for options
 */
export function render(
	template: MessageTemplate,
	context: object,
	options: RenderOptions = {},
): RenderedMessage {
	return compileMessage(template, options)(context);
}

/**
 * Checks and compiles a template for many messages; see `render`.
 *
 * @returns a function from a context to its message
 */
export function compileMessage(
	template: MessageTemplate,
	options: RenderOptions = {},
): (context: object) => RenderedMessage {
	const settings = settingsOf(options);
	const parts = compileParts(template);
	if (!settings.macros) refuseMacros(parts);
	const part = (name: MessagePart) => {
		const compiled = parts.get(name);
		return (
			compiled &&
			((context: object, pictures?: AttachedPictures) =>
				compiled.render(context, settings, pictures))
		);
	};
	const subject = part('subject');
	const html = part('html');
	const text = part('text');
	const sms = part('sms');
	const title = part('push title');
	const body = part('push body');
	const hasPush = Boolean(template.push);
	return (context) => {
		if (typeof context !== 'object' || context === null) {
			throw invalidInput(
				'A message is rendered with the fields of an object, and none was given.',
				'Give an object, as { coupon: { code: … } }.',
			);
		}
		const pictures = settings.attachPictures ? new AttachedPictures() : undefined;
		const message: RenderedMessage = {
			...(subject && { subject: oneLine(subject(context)) }),
			...(html && { html: html(context, pictures) }),
			...(text && { text: text(context) }),
			...(sms && { sms: sms(context) }),
			...(hasPush && {
				push: {
					...(title && { title: oneLine(title(context)) }),
					...(body && { body: body(context) }),
				},
			}),
		};
		const attached = pictures?.list() ?? [];
		return attached.length > 0 ? { ...message, pictures: attached } : message;
	};
}

/**
 * The macros of "Promo codes" in a template, each once: those that would take a code if they were shown.
 *
 * @throws {CouponPoolsError} `invalid_template` as `render` does
 */
export function macroCalls(template: MessageTemplate): MacroCall[] {
	const calls = new Map<string, MacroCall>();
	for (const part of compileParts(template).values()) {
		for (const { macro, pool } of part.macroCalls) calls.set(`${macro} ${pool}`, { macro, pool });
	}
	return [...calls.values()];
}

function compileParts(template: MessageTemplate): Map<MessagePart, CompiledPart> {
	const sources: ReadonlyArray<[MessagePart, string | undefined]> = [
		['subject', template.subject],
		['html', template.html],
		['text', template.text],
		['sms', template.sms],
		['push title', template.push?.title],
		['push body', template.push?.body],
	];
	const parts = new Map<MessagePart, CompiledPart>();
	for (const [name, source] of sources) {
		if (source === undefined) continue;
		if (typeof source !== 'string') {
			throw invalidInput(
				`The template's ${name} is not a text.`,
				'Give each part as text, or leave it out.',
			);
		}
		parts.set(name, compiledOnce(name, source));
	}
	return parts;
}

/** Templates in use at one time are few, but may be large; this many of each part are kept. */
const KEPT = 20;

const kept = new Map<MessagePart, Map<string, CompiledPart>>();

function compiledOnce(name: MessagePart, source: string): CompiledPart {
	const known = kept.get(name) ?? new Map<string, CompiledPart>();
	kept.set(name, known);
	const found = known.get(source);
	if (found) return found;
	const compiled = compilePart(source, name);
	if (known.size >= KEPT) known.clear();
	known.set(source, compiled);
	return compiled;
}

function refuseMacros(parts: ReadonlyMap<MessagePart, CompiledPart>): void {
	for (const { macroCalls: calls } of parts.values()) {
		const [call] = calls;
		if (!call) continue;
		throw templateError(
			call.place,
			`${call.place.source} takes a code from the pool "${call.pool}", and rendering takes none.`,
			'Put an Assign Coupon step with this pool before, and write {{coupon.code}} here. Or let macros ' +
				"take codes: in the node with 'Macros' → 'Assign Codes', in a script with renderMessages.",
		);
	}
}

function settingsOf(options: RenderOptions): Settings {
	const { missingFields = 'blank', timezone = 'UTC', locale = 'en', pictures = 'inline' } = options;
	checkChoice(missingFields, 'Missing Fields', ['blank', 'error']);
	checkChoice(pictures, 'Pictures of Codes', ['inline', 'attached']);
	timeZone(timezone);
	checkLocale(locale);
	if (options.dateFormat) checkDateFormat(options.dateFormat, 'show');
	return {
		blankMissing: missingFields === 'blank',
		timezone,
		locale,
		dateFormat: options.dateFormat || undefined,
		noExpiry: options.noExpiry ?? '',
		now: options.now,
		attachPictures: pictures === 'attached',
		macros: options.macros,
	};
}

const LINE_BREAK = /[\r\n\u2028\u2029]/;

/** A line break in a subject would begin another mail header. */
function oneLine(text: string): string {
	if (!LINE_BREAK.test(text)) return text;
	const lines = text.split(LINE_BREAK).map((line) => line.trim());
	return lines.filter((line) => line !== '').join(' ');
}
