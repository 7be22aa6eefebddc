import { invalidInput } from '../errors';

/** Locales that were found to be right; asking Intl takes as long as a short message. */
const known = new Set<string>();

/**
 * Checks a language tag, such as `de` or `en-GB`.
 *
 * Intl accepts any word of the right form, even `German` and `jp`, and then writes in the language of the server; so
 * the language must be one that Intl knows.
 *
 * @throws {CouponPoolsError} `invalid_input` for a language that does not exist
 */
export function checkLocale(locale: string): void {
	if (known.has(locale)) return;
	if (!isSupported(locale)) {
		throw invalidInput(
			`There is no locale "${locale}".`,
			'Write the code of a language, with a country or without, for instance de, de-DE, ja or pt-BR.',
		);
	}
	if (known.size < 1000) known.add(locale);
}

function isSupported(locale: string): boolean {
	try {
		return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
	} catch {
		return false;
	}
}
