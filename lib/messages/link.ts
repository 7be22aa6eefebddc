/**
 * Adds parameters to an address, URL-encoded, after those it has and before its `#fragment`. Null
 * values are left out.
 *
 * @returns undefined for an address that would run a script where it is shown
 */
export function link(
	address: string,
	parameters: ReadonlyArray<readonly [name: string, value: string | null]>,
): string | undefined {
	const trimmed = address.trim();
	if (runsScript(trimmed)) return undefined;
	const query = parameters
		.filter(([, value]) => value !== null)
		.map(([name, value]) => `${encode(name)}=${encode(value ?? '')}`)
		.join('&');
	if (!query) return trimmed;

	const hash = trimmed.indexOf('#');
	const before = hash < 0 ? trimmed : trimmed.slice(0, hash);
	const fragment = hash < 0 ? '' : trimmed.slice(hash);
	const joint = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&';
	return `${before}${joint}${query}${fragment}`;
}

/** As a part of a URL; half of a surrogate pair becomes the replacement character, as in any URL. */
export function encode(text: string): string {
	return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'));
}

/** Browsers skip white space and control characters in a scheme: `java\tscript:` runs too. */
function runsScript(address: string): boolean {
	return /^(?:javascript|vbscript|data):/i.test(address.replace(/[\s\p{Cc}]/gu, ''));
}
