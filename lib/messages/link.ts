/**
 * Sets parameters of an address, URL-encoded: in place of those of the same name, otherwise after those it has, and
 * before its `#fragment`. Null values are left out. The rest of the address stays as it is written.
 *
 * @returns undefined for an address that would run a script where it is shown
 */
export function link(
	address: string,
	parameters: ReadonlyArray<readonly [name: string, value: string | null]>,
): string | undefined {
	const trimmed = address.trim();
	if (runsScript(trimmed)) return undefined;
	const set = parameters.filter(([, value]) => value !== null);
	if (set.length === 0) return trimmed;

	const [, path, query = '', fragment = ''] = ADDRESS.exec(trimmed) ?? ['', trimmed];
	const names = new Set(set.map(([name]) => name));
	const kept = query.split('&').filter((pair) => pair && !names.has(nameOf(pair)));
	const added = set.map(([name, value]) => `${encode(name)}=${encode(value ?? '')}`);
	return `${path}?${[...kept, ...added].join('&')}${fragment}`;
}

const ADDRESS = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s;

/** The name in `name=value`, as a server reads it; as it is written, if that cannot be read. */
function nameOf(pair: string): string {
	const [name] = pair.split('=', 1);
	try {
		return decodeURIComponent(name.replaceAll('+', ' '));
	} catch {
		return name;
	}
}

/** As a part of a URL; half of a surrogate pair becomes the replacement character, as in any URL. */
export function encode(text: string): string {
	return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'));
}

/** Browsers skip white space and control characters in a scheme: `java\tscript:` runs too. */
function runsScript(address: string): boolean {
	return /^(?:javascript|vbscript|data):/i.test(address.replace(/[\s\p{Cc}]/gu, ''));
}
