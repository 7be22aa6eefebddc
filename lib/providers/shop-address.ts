import { invalidInput } from '../errors';

/**
 * A shop's address in the one form in which pools remember it and errors name it, so it must not contain a secret. It
 * is the same whatever the case of the host, with or without the usual port, and with or without a slash at its end,
 * since pools with the same address belong to the same shop.
 *
 * @throws CouponPoolsError `invalid_input`, which does not repeat the input: it may be a token in the wrong field
 */
export function shopAddress(given: string): string {
	const address = given.trim();
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol)) {
		throw invalidInput(
			'The shop’s address does not begin with https://',
			'Give it as https://my-shop.example.com.',
		);
	}
	if (url.username || url.password || url.search || url.hash) {
		throw invalidInput(
			'The shop’s address holds more than an address: a user, a password, or what follows a ? or #',
			'Give the address alone. Who asks is told by the token or the keys.',
		);
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}
