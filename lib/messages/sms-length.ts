/** What an SMS costs: operators bill each segment as a message. */
export interface SmsLength {
	/** `GSM-7` has the letters of western Europe; one character outside of it makes the SMS `UCS-2`. */
	readonly encoding: 'GSM-7' | 'UCS-2';
	/**
	 * As operators count them: in GSM-7 the characters `^{}\[~]|€` and the form feed are two, in UCS-2
	 * those above U+FFFF, emoji above all.
	 */
	readonly characters: number;
	/**
	 * A single segment has up to 160 characters (UCS-2: 70); if there are several, each has up to 153 (67). 0 for no
	 * text.
	 */
	readonly segments: number;
	/** The characters that made it UCS-2, each once, in the order in which they stand. */
	readonly nonGsmCharacters: readonly string[];
}

/** https://www.3gpp.org/dynareport/23038.htm, section 6.2.1: the default alphabet, and its extension. */
const GSM = new Set(
	'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
		'¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_EXTENSION = new Set('\f^{}\\[~]|€');

/**
 * Counts what a text takes as an SMS.
 *
 * A character that counts for two is never split between segments, so that the first of them may end one place early.
 */
export function smsLength(text: string): SmsLength {
	const others = new Set<string>();
	for (const character of text) {
		if (!GSM.has(character) && !GSM_EXTENSION.has(character)) others.add(character);
	}
	const isGsm = others.size === 0;
	const places = isGsm
		? (character: string) => (GSM_EXTENSION.has(character) ? 2 : 1)
		: (character: string) => character.length;

	let characters = 0;
	for (const character of text) characters += places(character);
	const [alone, together] = isGsm ? [160, 153] : [70, 67];
	return {
		encoding: isGsm ? 'GSM-7' : 'UCS-2',
		characters,
		segments: characters <= alone ? Math.min(characters, 1) : countSegments(text, places, together),
		nonGsmCharacters: [...others],
	};
}

function countSegments(
	text: string,
	places: (character: string) => number,
	together: number,
): number {
	let segments = 1;
	let used = 0;
	for (const character of text) {
		const needed = places(character);
		if (used + needed > together) {
			segments += 1;
			used = 0;
		}
		used += needed;
	}
	return segments;
}

const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
	...[...'‘’‚‛′`´'].map((quote) => [quote, "'"] as const),
	...[...'“”„‟″«»'].map((quote) => [quote, '"'] as const),
	...[...'‐‑‒–—―−'].map((dash) => [dash, '-'] as const),
	...[...'\u00a0\u2007\u2009\u200a\u202f\t'].map((space) => [space, ' '] as const),
	['…', '...'],
	['•', '*'],
]);

/** What could be written instead of a character that is not in GSM-7, such as `'` for `’`; undefined if nothing. */
export function gsmInsteadOf(character: string): string | undefined {
	return LOOK_ALIKES.get(character);
}
