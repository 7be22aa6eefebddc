/** @jest-environment <rootDir>/support/outside-jest.js */
import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { exampleFile, runExample, type ExampleRun } from '../support/run-example';
import { dayFromNow, Desk, linkIn } from './desk';

let desk: Desk;
beforeAll(async () => {
	desk = await Desk.open();
});
afterEach(async () => await desk.clear());
afterAll(async () => await desk.close());

describe('Cart conversation with 10% and 15%', () => {
	const cart = exampleFile<IDataObject[]>('abandoned-carts.json')[0];
	const customer = 'jane.doe@example.com';
	const send = async (after?: ExampleRun['after']) =>
		await runExample('cart-10-then-15.json', {
			trigger: 'Cart Abandoned',
			items: [{ body: cart }],
			credentials: desk.credentials,
			after,
		});

	it('sends the 10% code, and the 15% code to those who have not used it', async () => {
		await desk.pool('SCA10Off', ['TEN-1', 'TEN-2'], dayFromNow(30));
		await desk.pool('SCA15Off', ['FIFTEEN-1']);

		const run = await send();

		expect(run.error).toBeUndefined();
		const mails = await desk.mailbox.take();
		expect(mails.map(({ to }) => to)).toEqual([customer, customer]);
		expect(mails[0].subject).toBe('Jane, 10% off what is in your cart');
		expect(mails[0].html).toContain('<b>TEN-1</b>, valid until');
		expect(linkIn(mails[0].html)).toBe('https://shop.example/cart/C-10481?coupon=TEN-1');
		expect(mails[1].subject).toBe('Jane, now it is 15% off');
		expect(mails[1].html).toContain('<b>FIFTEEN-1</b>');
	});

	it('saves code and expiration date to the fields that are named', async () => {
		await desk.pool('SCA10Off', ['TEN-1'], dayFromNow(30));
		await desk.pool('SCA15Off', []);

		const [item] = (await send()).json('Assign Coupon Code 10%');

		expect(item).toMatchObject({
			SCA10Off: 'TEN-1',
			SCA10OffExpiration: expect.stringMatching(/^\d{4}-/),
		});
	});

	it('keeps the 15% from those who have used the 10% code', async () => {
		const pool = await desk.pool('SCA10Off', ['TEN-1']);
		await desk.pool('SCA15Off', ['FIFTEEN-1']);

		const run = await send({
			'Send the 10% Message': async () =>
				await desk.pools.use(async (coupons) => {
					await coupons.redeemCode('TEN-1', { poolId: pool, orderId: '#1001' });
				}),
		});

		expect(run.error).toBeUndefined();
		expect(run.ran('It Was Used: Leave It There')).toBe(true);
		expect(await desk.mailbox.take()).toHaveLength(1);
		expect(await desk.pools.available((await poolNamed('SCA15Off')).id)).toBe(1);
	});

	it('sends no code again that was used', async () => {
		const pool = await desk.pool('SCA10Off', ['TEN-1', 'TEN-2']);
		await desk.pool('SCA15Off', []);
		await desk.pools.use(async (coupons) => {
			await coupons.assign(pool, [{ recipient: customer, campaign: 'cart-conversation-10' }]);
			await coupons.redeemCode('TEN-1', { poolId: pool, orderId: '#1001' });
		});

		await send();

		const [mail] = await desk.mailbox.take();
		expect(mail.html).toContain('<b>TEN-2</b>');
	});

	it('sends nothing if there is no code', async () => {
		await desk.pool('SCA10Off', []);
		await desk.pool('SCA15Off', ['FIFTEEN-1']);

		const run = await send();

		expect(run.error).toBeUndefined();
		expect(await desk.mailbox.take()).toEqual([]);
	});
});

describe('Welcome series', () => {
	const subscriber = exampleFile<IDataObject>('new-subscriber.json');
	const send = async () =>
		await runExample('welcome-series.json', {
			trigger: 'New Subscriber',
			items: [{ body: subscriber }],
			credentials: desk.credentials,
		});

	it('welcomes with a code, and reminds of the same one', async () => {
		await desk.pool('Welcome 10%', ['HI-1', 'HI-2'], dayFromNow(10));

		const run = await send();

		expect(run.error).toBeUndefined();
		const mails = await desk.mailbox.take();
		expect(mails.map(({ subject }) => subject)).toEqual([
			'Welcome, Amélie',
			'Amélie, your 10% off is waiting',
		]);
		expect(mails.map(({ html }) => html.includes('<b>HI-1</b>'))).toEqual([true, true]);
		expect(mails[1].html).toMatch(/is still good, until \w+ \d+, \d{4}\./);
	});

	it('reminds nobody of a code that was used', async () => {
		const pool = await desk.pool('Welcome 10%', ['HI-1', 'HI-2']);
		await desk.pools.use(async (coupons) => {
			await coupons.assign(pool, [
				{ recipient: 'amelie.durand@example.fr', campaign: 'welcome-series' },
			]);
			await coupons.redeemCode('HI-1', { poolId: pool });
		});

		await send();

		expect(await desk.mailbox.take()).toHaveLength(1);
	});
});

describe('Reminder with the same code', () => {
	it('reminds those whose unused code ends the day after tomorrow, once, and takes none', async () => {
		const endsIn = (days: number) =>
			DateTime.now().setZone('Europe/Berlin').plus({ days }).endOf('day').toISO() ?? '';
		const soon = await desk.pool('Abandoned cart 10%', ['SOON-1', 'SOON-2'], endsIn(2));
		await desk.pools.use(async (coupons) => {
			await coupons.assign(soon, [
				{ recipient: 'a@example.com', campaign: 'abandoned-cart' },
				{ recipient: 'b@example.com', campaign: 'abandoned-cart' },
			]);
			await coupons.redeemCode('SOON-2', { poolId: soon });
			for (const [name, days] of Object.entries({ 'reminded-yesterday': 1, later: 3 })) {
				const expiresAt = endsIn(days);
				await coupons.uploadCodes(soon, name, { header: 'no', expiry: 'date', expiresAt });
				await coupons.assign(soon, [{ recipient: `${name}@example.com`, campaign: 'cart' }]);
			}
		});

		const run = await runExample('reminder.json', {
			trigger: 'Every Morning',
			mode: 'trigger',
			credentials: desk.credentials,
		});

		expect(run.error).toBeUndefined();
		const mails = await desk.mailbox.take();
		expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
			['a@example.com', 'Your code SOON-1 expires soon'],
		]);
		expect(await desk.pools.available(soon)).toBe(0);
	});
});

async function poolNamed(name: string) {
	return await desk.pools.use(async (coupons) => await coupons.findPool({ name }));
}
