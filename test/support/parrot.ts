import type { AskedOfShop, ShopAnswer } from './shop-server';

/**
 * Answers that quote everything in a request that identifies whoever asks, in each place where a shop's words may
 * stand.
 */
export const parrots: Readonly<Record<string, (asked: AskedOfShop) => ShopAnswer>> = {
	'a refused token': refusal(401),
	'no rights': refusal(403),
	'a refusal': refusal(400),
	'a rule that is not there': refusal(404),
	'a closed shop': refusal(402),
	'a rate limit': (asked) => ({ ...refusal(429)(asked), headers: { 'retry-after': '3600' } }),
	'a failure': refusal(500),
	'no rights in GraphQL': (asked) => ({
		status: 200,
		body: {
			data: null,
			errors: [
				{
					message: quoted(asked),
					extensions: { code: 'ACCESS_DENIED', requiredAccess: quoted(asked) },
				},
			],
		},
	}),
	'errors in GraphQL': (asked) => ({
		status: 200,
		body: {
			data: {
				discountRedeemCodeBulkAdd: {
					bulkCreation: null,
					userErrors: [{ message: quoted(asked) }],
				},
			},
		},
	}),
	'a page': (asked) => ({ status: 200, body: `<html>Sign in: ${quoted(asked)}</html>` }),
	'a text': (asked) => ({ status: 200, body: JSON.stringify(quoted(asked)) }),
	'other fields': (asked) => ({ status: 200, body: { [quoted(asked)]: quoted(asked) } }),
	'other data': (asked) => ({ status: 200, body: { data: { [quoted(asked)]: quoted(asked) } } }),
	'its secrets as codes': (asked) => {
		const { create = [] } = (asked.body ?? {}) as { create?: unknown[] };
		const coupon = { id: 1, rule_id: 7, code: secretsOf(asked)[0], times_used: 0 };
		return { status: 200, body: { ...coupon, items: [coupon], create: create.map(() => coupon) } };
	},
	'refusals of each code': (asked) => {
		const { create = [] } = (asked.body ?? {}) as { create?: unknown[] };
		const error = { code: quoted(asked), message: quoted(asked) };
		return { status: 200, body: { create: create.map(() => ({ id: 0, error })) } };
	},
	'another address': (asked) => ({
		status: 302,
		body: '',
		headers: {
			location: `https://elsewhere.example/?token=${encodeURIComponent(secretsOf(asked)[0])}`,
		},
	}),
};

function refusal(status: number) {
	return (asked: AskedOfShop): ShopAnswer => {
		const words = quoted(asked);
		const message = `${words} %1 %resources`;
		const named = { parameters: { 1: words, resources: words }, errors: words, error: words };
		return { status, body: { ...named, code: words, message, data: { status, params: words } } };
	};
}

/** What proves who asks, in all forms in which it may be written. */
function secretsOf({ headers, text }: AskedOfShop): string[] {
	const [, proof = ''] = (headers.authorization ?? '').split(' ');
	const pair = Buffer.from(proof, 'base64').toString();
	const token = String(headers['x-shopify-access-token'] ?? '');
	const form = new URLSearchParams(text).get('client_secret') ?? '';
	return [token, form, proof, pair.includes(':') ? pair : '', pair.split(':')[1] ?? ''].filter(
		Boolean,
	);
}

function quoted(asked: AskedOfShop): string {
	const secrets = secretsOf(asked);
	const all = [...Object.values(asked.headers).map(String), ...secrets];
	return [...all, ...all.map(encodeURIComponent), asked.text].join(' | ');
}
