import { CouponPoolsError } from '../../../lib';
import { shopAddress } from '../../../lib/providers/shop-address';

describe('A shop’s address', () => {
	it.each([
		'https://my-shop.example',
		' https://my-shop.example/ ',
		'https://My-Shop.Example//',
		'HTTPS://my-shop.example:443',
		'https://my-shop.example:443/',
	])('is the same, written as %j', (given) => {
		expect(shopAddress(given)).toBe('https://my-shop.example');
	});

	it.each([
		['https://my-shop.example/Shop/', 'https://my-shop.example/Shop'],
		['https://my-shop.example:8443', 'https://my-shop.example:8443'],
		['http://localhost:80/de', 'http://localhost/de'],
	])('keeps what tells shops apart: %s', (given, address) => {
		expect(shopAddress(given)).toBe(address);
	});

	it.each([
		'',
		'my-shop.example',
		'ftp://my-shop.example',
		'shpat_hunter2',
		'https://hunter2@my-shop.example',
		'https://my-shop.example/?token=hunter2',
		'https://my-shop.example/#hunter2',
	])('is not %j, and what was given is not repeated', (given) => {
		let failure: unknown;
		try {
			shopAddress(given);
		} catch (error) {
			failure = error;
		}
		expect(failure).toMatchObject({ code: 'invalid_input', hint: expect.stringMatching(/^Give/) });
		expect((failure as CouponPoolsError).message).not.toContain('hunter2');
	});
});
