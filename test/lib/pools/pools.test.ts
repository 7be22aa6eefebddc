import type { PoolSettings } from '../../../lib';
import { onBothDatabases } from '../../support/databases';

onBothDatabases('a pool', (fixture) => {
	it('is made with defaults, and found by id and by name', async () => {
		const pool = await fixture.coupons.createPool({ name: ' SCA10Off ' });
		expect(pool).toMatchObject({
			created: true,
			name: 'SCA10Off',
			merchant: '',
			type: 'unique',
			active: true,
			beginsAt: null,
			expiresAt: null,
			expirationCutoffDays: 0,
			defaultCode: null,
			lowStockThreshold: null,
			lowStockUnit: 'codes',
			notificationEmails: [],
		});
		expect(await fixture.coupons.findPool({ id: pool.id })).toMatchObject({ name: 'SCA10Off' });
		expect(await fixture.coupons.findPool({ name: 'SCA10Off' })).toMatchObject({ id: pool.id });
	});

	it('keeps all that is set, with dates read in the timezone', async () => {
		const pool = await fixture.coupons.createPool(
			{
				name: 'SCA10Off',
				merchant: 'shop.example',
				active: false,
				beginsAt: '2027-03-01',
				expiresAt: '2027-03-28',
				expirationCutoffDays: 7,
				defaultCode: 'THANKS5',
				defaultCodeExpiresAt: '2027-12-31T12:00:00Z',
				lowStockThreshold: 10,
				lowStockUnit: 'percent',
				notificationEmails: 'ann@example.com; bob@example.com,ann@example.com',
				description: 'Ten percent\nfor abandoned carts',
			},
			{ timezone: 'Europe/Berlin' },
		);
		expect(pool).toMatchObject({
			merchant: 'shop.example',
			active: false,
			expirationCutoffDays: 7,
			defaultCode: 'THANKS5',
			lowStockThreshold: 10,
			lowStockUnit: 'percent',
			notificationEmails: ['ann@example.com', 'bob@example.com'],
			description: 'Ten percent\nfor abandoned carts',
			beginsAt: new Date('2027-02-28T23:00:00Z'),
			// The day on which summer time begins there: it ends at 22:00 in London.
			expiresAt: new Date('2027-03-28T21:59:59.999Z'),
			defaultCodeExpiresAt: new Date('2027-12-31T12:00:00Z'),
		});
	});

	it.each([
		['0001-01-01', 'Europe/Berlin', '0000-12-31T23:06:32.000Z'],
		['0000-01-01', 'UTC', '0000-01-01T00:00:00.000Z'],
		['2026-01-01', 'America/New_York', '2026-01-01T05:00:00.000Z'],
	])('can begin on %s in %s and end with the calendar', async (beginsAt, timezone, begin) => {
		const settings = { name: 'Always', beginsAt, expiresAt: '9999-12-31T23:59:59-05:00' };
		const { id } = await fixture.coupons.createPool(settings, { timezone });
		expect(await fixture.coupons.findPool({ id })).toMatchObject({
			beginsAt: new Date(begin),
			expiresAt: new Date('+010000-01-01T04:59:59Z'),
		});
	});

	it('cannot end before it begins, neither at first nor later', async () => {
		const { coupons } = fixture;
		const dates = { beginsAt: '2027-01-01', expiresAt: '2026-12-01' };
		await expect(coupons.createPool({ name: 'Backwards', ...dates })).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining(
				'would begin at 2027-01-01T00:00:00.000Z, and expire at 2026-12-01',
			),
		});
		await expect(coupons.findPool({ name: 'Backwards' })).rejects.toMatchObject({
			code: 'pool_not_found',
		});
		const pool = await coupons.createPool({ name: 'Forwards', beginsAt: dates.beginsAt });
		await expect(coupons.updatePool(pool.id, { expiresAt: dates.expiresAt })).rejects.toMatchObject(
			{ code: 'invalid_input' },
		);
		expect((await coupons.findPool({ id: pool.id })).expiresAt).toBeNull();
	});

	it('that exists is an error, or used, or updated, as chosen', async () => {
		const first = await fixture.coupons.createPool({ name: 'A', description: 'first' });
		await expect(fixture.coupons.createPool({ name: 'A' })).rejects.toMatchObject({
			code: 'pool_exists',
		});
		expect(
			await fixture.coupons.createPool({ name: 'A', description: 'second' }, { ifExists: 'use' }),
		).toMatchObject({
			id: first.id,
			created: false,
			description: 'first',
		});
		expect(
			await fixture.coupons.createPool(
				{ name: 'A', description: 'second' },
				{ ifExists: 'update' },
			),
		).toMatchObject({
			id: first.id,
			created: false,
			description: 'second',
		});
		await expect(
			fixture.coupons.createPool({ name: 'A', type: 'shared' }, { ifExists: 'use' }),
		).rejects.toMatchObject({
			code: 'wrong_pool_type',
			message: 'The pool "A" exists and is unique, not shared',
		});
	});

	it('has no threshold over 100 percent, whichever of the two is set later', async () => {
		const { coupons } = fixture;
		const { id } = await coupons.createPool({ name: 'A', lowStockThreshold: 500 });
		const refusal = { message: 'The low-stock threshold of 500 percent is over 100' };
		await expect(coupons.updatePool(id, { lowStockUnit: 'percent' })).rejects.toMatchObject(
			refusal,
		);
		await coupons.updatePool(id, { lowStockThreshold: 5, lowStockUnit: 'percent' });
		await expect(coupons.updatePool(id, { lowStockThreshold: 500 })).rejects.toMatchObject(refusal);
		expect(await coupons.findPool({ id })).toMatchObject({ lowStockThreshold: 5 });
	});

	it('whose ID is none is not looked for in vain', async () => {
		const { coupons } = fixture;
		await expect(coupons.confirm('no id', '1')).rejects.toMatchObject({ code: 'code_not_found' });
		expect(await coupons.needsRefill('no id')).toBe(false);
		expect(await coupons.getDynamic('no id')).toBeNull();
	});

	it('made by 20 calls at once exists once', async () => {
		const made = await Promise.all(
			Array.from(
				{ length: 20 },
				async () => await fixture.coupons.createPool({ name: 'A' }, { ifExists: 'use' }),
			),
		);
		expect(new Set(made.map(({ id }) => id)).size).toBe(1);
		expect(made.filter(({ created }) => created)).toHaveLength(1);
	});

	it('can be renamed, but not to a name that is taken', async () => {
		const { id } = await fixture.coupons.createPool({ name: 'A' });
		await fixture.coupons.createPool({ name: 'B' });
		expect(await fixture.coupons.updatePool(id, { name: 'C' })).toMatchObject({ id, name: 'C' });
		await expect(fixture.coupons.updatePool(id, { name: 'B' })).rejects.toMatchObject({
			code: 'pool_exists',
		});
	});

	it('that is not there is said so, with what to do', async () => {
		for (const reference of [
			{ id: '42' },
			{ id: "1'; drop table pools" },
			{ id: '99999999999999999999' },
			{ name: 'nope' },
			{ name: 'nul\0' },
		]) {
			await expect(fixture.coupons.findPool(reference)).rejects.toMatchObject({
				code: 'pool_not_found',
				hint: expect.stringContaining('From List'),
			});
		}
		await expect(fixture.coupons.assign('42', [{ recipient: 'jane' }])).rejects.toMatchObject({
			message: 'There is no pool with the ID 42',
			hint: expect.stringContaining('another database'),
		});
		await fixture.coupons.createPool({ name: 'Spring' });
		await expect(fixture.coupons.findPool({ id: 'Spring' })).rejects.toMatchObject({
			message: 'There is no pool with the ID "Spring": an ID is a number',
			hint: expect.stringContaining('By Name'),
		});
		await expect(fixture.coupons.checkThreshold('42')).rejects.toMatchObject({
			code: 'pool_not_found',
		});
		await expect(fixture.coupons.uploadCodes('42', 'A')).rejects.toMatchObject({
			code: 'pool_not_found',
		});
	});

	it('whose name two merchants use needs the merchant', async () => {
		await fixture.coupons.createPool({ name: 'A', merchant: 'one.example' });
		const second = await fixture.coupons.createPool({ name: 'A', merchant: 'two.example' });
		await expect(fixture.coupons.findPool({ name: 'A' })).rejects.toMatchObject({
			code: 'pool_ambiguous',
			message: '2 merchants have a pool named "A": one.example, two.example',
		});
		expect(await fixture.coupons.findPool({ name: 'A', merchant: 'two.example' })).toMatchObject({
			id: second.id,
		});
	});

	it.each<[string, Partial<PoolSettings>, RegExp]>([
		['an empty name', { name: '  ' }, /^Name is empty/],
		['a name that is too long', { name: 'x'.repeat(256) }, /^Name has 256 characters; at most 255/],
		['a name with control characters', { name: 'a\u0007b' }, /^Name holds control characters/],
		['a date that is none', { expiresAt: '2027-02-30' }, /Expires/],
		['a cutoff below zero', { expirationCutoffDays: -1 }, /^The expiration cutoff -1/],
		[
			'a threshold over 100 percent',
			{ lowStockThreshold: 101, lowStockUnit: 'percent' },
			/over 100/,
		],
		[
			'an address that is none',
			{ notificationEmails: 'ann@example.com; bob' },
			/^"bob" in Notification Emails is not an e-mail address/,
		],
		[
			'a default code with a space',
			{ defaultCode: 'THANK YOU' },
			/^The default code "THANK YOU" contains white space/,
		],
		['a type that is none', { type: 'static' as never }, /^Type cannot be "static"/],
		[
			'shared codes in a unique pool',
			{ sharedCodes: [{ code: 'A' }] },
			/^A unique pool has no shared codes/,
		],
		[
			'a shared code without a code',
			{ type: 'shared', sharedCodes: [{ code: '' }] },
			/^Code 1: "" is empty/,
		],
		[
			'two expiries of a shared code',
			{
				type: 'shared',
				sharedCodes: [{ code: 'A', expiresAt: '2027-01-01', expiresAfterDays: 3 }],
			},
			/both an expiry date and days/,
		],
		[
			'an end before the beginning',
			{
				type: 'shared',
				sharedCodes: [{ code: 'A', beginsAt: '2027-02-02', endsAt: '2027-02-01' }],
			},
			/ends before it begins/,
		],
	])('is refused with %s, and nothing is made', async (_, settings, message) => {
		await expect(fixture.coupons.createPool({ name: 'A', ...settings })).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringMatching(message),
		});
		expect((await fixture.coupons.listPools()).pools).toEqual([]);
	});

	it('takes SQL and any language in every text as what it is: text', async () => {
		const evil = `'); drop table pools; -- "$1" \${x} :schema \\ 优惠券 🎟️ قسيمة`;
		const pool = await fixture.coupons.createPool({
			name: evil,
			merchant: evil,
			description: evil,
		});
		await fixture.coupons.uploadCodes(
			pool.id,
			`O'R;--DROP\n:schema.codes\n\\x\n{1}\nNULL\n优惠券`,
			{ header: 'no', delimiter: ',', fileName: evil },
		);
		const given = await fixture.coupons.assign(
			pool.id,
			Array.from({ length: 6 }, (_, n) => ({
				recipient: `${evil} ${n}`,
				campaign: evil,
				requestId: `${evil} ${n}`,
			})),
		);
		expect(given.map(({ code }) => code)).toEqual([
			"O'R;--DROP",
			':schema.codes',
			'\\x',
			'{1}',
			'NULL',
			'优惠券',
		]);
		expect(given[0]).toMatchObject({ pool: evil, campaign: evil, recipient: `${evil} 0` });
		expect((await fixture.coupons.listPools({ search: "'); DROP" })).pools).toMatchObject([
			{ name: evil, merchant: evil },
		]);
	});
});

onBothDatabases('the list of pools', (fixture) => {
	it('comes in pages, by merchant and name, each pool once', async () => {
		for (const name of ['d', 'B', 'a', 'C', 'e']) {
			await fixture.coupons.createPool({ name });
		}
		await fixture.coupons.createPool({ name: 'a', merchant: 'shop.example' });
		const names: string[] = [];
		let after: string | undefined;
		do {
			const page = await fixture.coupons.listPools({ limit: 2, after });
			names.push(...page.pools.map(({ merchant, name }) => `${merchant}/${name}`));
			after = page.next ?? undefined;
		} while (after !== undefined);
		expect(names).toEqual([...new Set(names)]);
		expect(names).toHaveLength(6);
		expect(names.at(-1)).toBe('shop.example/a');
	});

	it('is searched by a part of the name or merchant, taken literally', async () => {
		await fixture.coupons.createPool({ name: '100% off' });
		await fixture.coupons.createPool({ name: '100 off', merchant: 'Shop_A' });
		const search = async (text: string) =>
			(await fixture.coupons.listPools({ search: text })).pools.map(({ name }) => name);
		expect(await search('100%')).toEqual(['100% off']);
		expect(await search('shop_')).toEqual(['100 off']);
		expect(await search('_')).toEqual(['100 off']);
		expect(await search('OFF')).toEqual(['100% off', '100 off']);
	});
});
