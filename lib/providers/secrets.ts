/** A text shorter than this is no secret, and may stand in words and codes by chance. */
const SHORTEST = 8;

/**
 * What a shop has answered, without the secrets that it was asked with. Some shops, and the proxies in front of them,
 * quote a token that they refuse, and their words go into errors, items and logs.
 */
export function withoutSecrets(answer: unknown, secrets: readonly string[]): unknown {
	const hidden = secrets
		.filter((secret) => secret.length >= SHORTEST)
		.flatMap((secret) => [secret, encodeURIComponent(secret)]);
	return hidden.length === 0 ? answer : hideIn(answer, hidden);
}

function hideIn(value: unknown, hidden: readonly string[]): unknown {
	if (typeof value === 'string') {
		return hidden.reduce((text, secret) => text.replaceAll(secret, '***'), value);
	}
	if (Array.isArray(value)) {
		return value.map((one) => hideIn(one, hidden));
	}
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([name, one]) => [
				hideIn(name, hidden) as string,
				hideIn(one, hidden),
			]),
		);
	}
	return value;
}

/** The secrets in the headers that prove who asks: each value, also without its scheme, and both parts of `Basic`. */
export function secretsInHeaders(headers: Readonly<Record<string, string>>): string[] {
	return Object.values(headers).flatMap((value) => {
		const [scheme, proof] = value.split(' ');
		if (proof === undefined) {
			return [value];
		}
		return scheme === 'Basic' ? [proof, ...secretsInBasic(proof)] : [proof];
	});
}

function secretsInBasic(proof: string): string[] {
	const pair = Buffer.from(proof, 'base64').toString();
	const colon = pair.indexOf(':');
	return [pair, pair.slice(0, colon), pair.slice(colon + 1)];
}
