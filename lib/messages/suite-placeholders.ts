/**
 * The placeholders of other suites, so that a template from there can be pasted as it is:
 * `{couponcode}` and `{expirydate}` of Netmera, `$code` of promio.connect. Those of "Promo codes"
 * are Handlebars tags by their form; see `parse-template.ts`.
 *
 * They are looked for in the template alone, never in the values put in. In an address they are
 * URL-encoded.
 */
export interface SuitePlaceholder {
	readonly field: 'code' | 'expiresAt';
	/** As written in the template. */
	readonly source: string;
	readonly inUrl: boolean;
	/** Lines after the beginning of the content. */
	readonly line: number;
}

/**
 * `$code` ends where a word ends: `$codes` and `$code_2` are something else, and so are `${code}`
 * and `$$code`. Doubled braces are Handlebars' own, shown as they are by `\{{`.
 */
const PLACEHOLDER =
	/(?<!\{)\{(?:couponcode|expirydate)\}(?!\})|(?<![$\\])\$code(?![\p{L}\p{N}_])/gu;

/**
 * Splits a stretch of template between two Handlebars tags.
 *
 * @param before what stands before it in the template, to tell whether it continues an address
 */
export function splitContent(
	content: string,
	before: string,
	isHtml: boolean,
): Array<string | SuitePlaceholder> {
	const pieces: Array<string | SuitePlaceholder> = [];
	let end = 0;
	let line = 0;
	for (const match of content.matchAll(PLACEHOLDER)) {
		const [source] = match;
		const text = content.slice(end, match.index);
		if (text) pieces.push(text);
		line += text.split('\n').length - 1;
		pieces.push({
			source,
			field: source === '{expirydate}' ? 'expiresAt' : 'code',
			inUrl: endsInUrl(tail(before, content.slice(0, match.index)), isHtml),
			line,
		});
		end = match.index + source.length;
	}
	if (end < content.length) pieces.push(content.slice(end));
	return pieces;
}

/** How many characters before a placeholder are searched for an address; it bounds the work. */
const LONGEST_ADDRESS = 1000;

/** The end of the template so far that `endsInUrl` looks at. */
export function tail(before: string, content: string): string {
	return (before + content.slice(-LONGEST_ADDRESS)).slice(-LONGEST_ADDRESS);
}

const AROUND_ADDRESS = [...' \t\r\n\u00a0"\'<>()'];

/** Whether a value that follows this text stands in an address. */
export function endsInUrl(text: string, isHtml: boolean): boolean {
	return isAddress(wordSoFar(text)) || (isHtml && attributeSoFar(text) !== undefined);
}

/**
 * Whether a value that follows this text is that of a parameter in an address, as in `?name=`. In plain text, an
 * address may end at any sign, as `https://a.example/?id=1|` does in a chat message.
 */
export function endsInParameter(text: string, isHtml: boolean): boolean {
	const attribute = isHtml ? attributeSoFar(text) : undefined;
	if (attribute !== undefined) return !(parameterSoFar(attribute) ?? '#').includes('#');
	const word = wordSoFar(text);
	return isAddress(word) && /^[\w.~%+…-]*$/.test(parameterSoFar(word) ?? '#');
}

/** The value so far of the last parameter of an address; undefined if the address ends before one. */
function parameterSoFar(address: string): string | undefined {
	if (!address.includes('?')) return undefined;
	const start = Math.max(address.lastIndexOf('?'), address.lastIndexOf('&'));
	const equals = address.indexOf('=', start);
	return equals < 0 ? undefined : address.slice(equals + 1);
}

function wordSoFar(text: string): string {
	return text.slice(Math.max(...AROUND_ADDRESS.map((mark) => text.lastIndexOf(mark))) + 1);
}

function isAddress(word: string): boolean {
	return /^(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)/i.test(word);
}

/** The value so far of an attribute of a link, if the text ends within one. */
function attributeSoFar(text: string): string | undefined {
	const tag = text.slice(text.lastIndexOf('<') + 1);
	return /\s(?:href|src|action)\s*=\s*("[^"]*|'[^']*|[^\s"'>]*)$/i.exec(tag)?.[1];
}
