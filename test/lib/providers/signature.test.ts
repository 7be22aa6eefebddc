import { createHmac } from 'node:crypto';

import { isSignedBy } from '../../../lib';

const body =
	'{"id":1001,"discount_codes":[{"code":"VIP-7F3K","amount":"10.00","type":"percentage"}]}';
const sign = (secret: string) => createHmac('sha256', secret).update(body).digest('base64');

describe('A webhook', () => {
	it('is the shop’s if it is signed with the secret', () => {
		expect(isSignedBy('secret', body, sign('secret'))).toBe(true);
		expect(isSignedBy('secret', Buffer.from(body), sign('secret'))).toBe(true);
	});

	it.each([
		['with another secret', 'secret', body, sign('other')],
		['of another body', 'secret', `${body} `, sign('secret')],
		['without a signature', 'secret', body, undefined],
		['with an empty one', 'secret', body, ''],
		['with a part of it', 'secret', body, sign('secret').slice(0, 20)],
		['where no secret is known', '', body, sign('')],
	])('%s is not', (_, secret, bytes, signature) => {
		expect(isSignedBy(secret, bytes, signature)).toBe(false);
	});
});
