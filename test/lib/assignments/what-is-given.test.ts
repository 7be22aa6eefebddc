import type { PoolSettings, SharedCodeSettings } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

onBothDatabases('of a unique pool', (fixture) => {
	const give = async (poolId: string, recipient: string) =>
		(await fixture.coupons.assign(poolId, [{ recipient }]))[0];

	it('the soonest-expiring code goes first, then the order of the upload', async () => {
		const { id } = await poolWith(fixture, ['Z', 'A', 'M']);
		await fixture.coupons.uploadCodes(id, 'SOON2\nSOON1', {
			header: 'no',
			expiry: 'date',
			expiresAt: inDays(30),
		});
		await fixture.coupons.uploadCodes(id, 'LATER', {
			header: 'no',
			expiry: 'date',
			expiresAt: inDays(60),
		});
		const given = await fixture.coupons.assign(
			id,
			numbered(6).map((recipient) => ({ recipient })),
		);
		expect(given.map(({ code }) => code)).toEqual(['SOON2', 'SOON1', 'LATER', 'Z', 'A', 'M']);
	});

	it('each recipient gets one, until there is none, in the order of the items', async () => {
		const { id, name } = await poolWith(fixture, 2);
		const given = await fixture.coupons.assign(id, [
			{ recipient: 'b' },
			{ recipient: 'a' },
			{ recipient: 'c' },
		]);
		expect(given[2]).toEqual({
			code: null,
			reason: 'out_of_stock',
			message: `The pool ${name} has no code left`,
			pool: name,
			campaign: '',
			recipient: 'c',
		});
		expect(new Set(given.map(({ code }) => code))).toEqual(new Set(['C001', 'C002', null]));
		await expectSumsToHold(fixture.database, id);
	});

	it('no code inside the expiration cutoff is given', async () => {
		const { id } = await poolWith(fixture, [], { expirationCutoffDays: 7 });
		await fixture.coupons.uploadCodes(id, 'TOO-CLOSE', {
			header: 'no',
			expiry: 'date',
			expiresAt: new Date(Date.now() + 7 * DAY - 1000),
		});
		expect(await give(id, 'jane')).toMatchObject({ code: null, reason: 'inside_cutoff' });
		await fixture.coupons.uploadCodes(id, 'JUST-IN', {
			header: 'no',
			expiry: 'date',
			expiresAt: new Date(Date.now() + 7 * DAY + 60_000),
		});
		expect(await give(id, 'jane')).toMatchObject({ code: 'JUST-IN' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 0,
			insideCutoff: 1,
			assigned: 1,
			total: 2,
		});
	});

	it('no expired code is given, and it is counted as such', async () => {
		const { id } = await poolWith(fixture, 1);
		await fixture.database.query(
			"update :schema.codes set expires_at = now() - interval '1 second'",
		);
		await fixture.coupons.recount(id);
		expect(await give(id, 'jane')).toMatchObject({ code: null, reason: 'out_of_stock' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 0,
			expiredUnassigned: 1,
			total: 1,
		});
	});

	it('nothing is given by a pool that is inactive, has not begun, or has expired', async () => {
		const inactive = await poolWith(fixture, 1, { active: false });
		const later = await poolWith(fixture, 1, { beginsAt: inDays(1) });
		const over = await poolWith(fixture, 1, { expiresAt: inDays(-1), defaultCode: 'DEFAULT' });
		expect(await give(inactive.id, 'jane')).toMatchObject({ code: null, reason: 'pool_inactive' });
		expect(await give(later.id, 'jane')).toMatchObject({ code: null, reason: 'not_started' });
		expect(await give(over.id, 'jane')).toMatchObject({ code: null, reason: 'pool_expired' });
		expect(await fixture.coupons.checkThreshold(over.id)).toMatchObject({
			status: 'expired',
			available: 0,
			expiredUnassigned: 1,
		});
	});

	it('a code is valid no longer than its pool', async () => {
		const end = inDays(3);
		const { id } = await poolWith(fixture, 1, { expiresAt: end });
		expect(await give(id, 'jane')).toMatchObject({ code: 'C001', expiresAt: end });
	});

	it('the default code is given when the stock is empty, marked, with its own expiry, to each alike', async () => {
		const defaultCodeExpiresAt = inDays(2);
		const { id } = await poolWith(fixture, 1, { defaultCode: 'THANKS5', defaultCodeExpiresAt });
		const given = await fixture.coupons.assign(
			id,
			['a', 'b', 'c', 'c'].map((recipient) => ({ recipient })),
		);
		expect(given[0]).toMatchObject({ code: 'C001', source: 'pool' });
		expect(given[1]).toMatchObject({
			code: 'THANKS5',
			source: 'default',
			expiresAt: defaultCodeExpiresAt,
			issue: 'initial',
		});
		expect(given[2]).toMatchObject({ code: 'THANKS5', source: 'default' });
		expect(given[3]).toMatchObject({ code: 'THANKS5', issue: 'repeat' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 1, total: 1 });
		await expectSumsToHold(fixture.database, id);
	});

	it('a default code that has expired is not given', async () => {
		const { id } = await poolWith(fixture, 0, {
			defaultCode: 'OLD',
			defaultCodeExpiresAt: inDays(-1),
		});
		expect(await give(id, 'jane')).toMatchObject({ code: null, reason: 'out_of_stock' });
	});

	it('a preview takes nothing, and shows the form of the codes without one of them', async () => {
		const { id } = await poolWith(fixture, ['SCA-8f3K-22'], { defaultCode: 'THANKS5' });
		const ask = [{ recipient: 'Jane@example.com', campaign: 'cart' }];
		expect(await fixture.coupons.preview(id, ask)).toMatchObject([
			{
				code: 'XXX-0x0X-00',
				source: 'preview',
				assignmentId: null,
				recipient: 'jane@example.com',
				campaign: 'cart',
			},
		]);
		expect(await fixture.coupons.preview(id, ask, { as: 'defaultCode' })).toMatchObject([
			{ code: 'THANKS5', source: 'preview' },
		]);
		expect(await fixture.coupons.preview(id, ask, { as: 'outOfStock' })).toMatchObject([
			{ code: null, reason: 'out_of_stock' },
		]);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 1, assigned: 0 });
	});
});

onBothDatabases('of a shared pool', (fixture) => {
	const shared = async (...sharedCodes: object[]) =>
		(
			await fixture.coupons.createPool({
				name: 'Summer',
				type: 'shared',
				sharedCodes: sharedCodes as never,
			})
		).id;
	const giveTo = async (poolId: string, ...recipients: string[]) =>
		await fixture.coupons.assign(
			poolId,
			recipients.map((recipient) => ({ recipient })),
		);

	it('everybody gets the one code, and it is known who', async () => {
		const id = await shared({ code: 'SUMMERSAVE' });
		const given = await giveTo(id, 'a', 'b', 'a');
		expect(given.map(({ code }) => code)).toEqual(['SUMMERSAVE', 'SUMMERSAVE', 'SUMMERSAVE']);
		expect(given[2]).toMatchObject({ issue: 'repeat' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: null,
			percentLeft: null,
			low: false,
			status: 'ok',
			usedLast24Hours: 2,
		});
	});

	it('it is given as often as it may be, and no more', async () => {
		const id = await shared({ code: 'SALE10', maxAssignments: 3 });
		const given = await giveTo(id, 'a', 'b', 'c', 'd', 'e');
		expect(given.map(({ code }) => code)).toEqual(['SALE10', 'SALE10', 'SALE10', null, null]);
		expect(given[4]).toMatchObject({ reason: 'out_of_stock' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 0,
			assigned: 3,
			total: 3,
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('the code of the present is given, each with its own expiry, and none between', async () => {
		const fixed = inDays(20);
		const id = await shared(
			{ code: 'PAST', endsAt: inDays(-1) },
			{ code: 'NOW', beginsAt: inDays(-1), endsAt: inDays(5), expiresAfterDays: 10 },
			{ code: 'FUTURE', beginsAt: inDays(6), expiresAt: fixed },
		);
		const [now] = await giveTo(id, 'a');
		expect(now).toMatchObject({ code: 'NOW' });
		const days =
			now.code === null ? 0 : ((now.expiresAt?.getTime() ?? 0) - now.assignedAt.getTime()) / DAY;
		expect(days).toBeCloseTo(10, 5);

		await fixture.database.query(
			"update :schema.shared_codes set ends_at = now() where code = 'NOW'",
		);
		expect(await giveTo(id, 'b')).toMatchObject([{ code: null, reason: 'not_started' }]);
		await fixture.database.query(
			"update :schema.shared_codes set begins_at = now() where code = 'FUTURE'",
		);
		expect(await giveTo(id, 'b')).toMatchObject([{ code: 'FUTURE', expiresAt: fixed }]);
		await fixture.database.query('update :schema.shared_codes set ends_at = now()');
		expect(await giveTo(id, 'c')).toMatchObject([{ code: null, reason: 'pool_expired' }]);
	});

	it('two codes at one time are refused, with both named', async () => {
		await expect(
			shared({ code: 'ONE', endsAt: inDays(5) }, { code: 'TWO', beginsAt: inDays(4) }),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message: 'Code 2 (TWO) would be given at the same time as ONE',
		});
		expect((await fixture.coupons.listPools()).pools).toEqual([]);
	});
});

onBothDatabases('of a shared pool with an expiration cutoff', (fixture) => {
	const give = async (poolId: string) =>
		(await fixture.coupons.assign(poolId, [{ recipient: 'jane' }]))[0];

	it.each<[string, Partial<PoolSettings>, SharedCodeSettings]>([
		['expires too soon', {}, { code: 'ALL', expiresAt: inDays(6) }],
		['would be valid for too few days', {}, { code: 'ALL', expiresAfterDays: 6 }],
		['is of a pool that expires too soon', { expiresAt: inDays(6) }, { code: 'ALL' }],
	])('no shared code that %s is given, with a limit or without', async (_, settings, code) => {
		for (const limited of [{}, { maxAssignments: 3 }]) {
			const { id } = await fixture.coupons.createPool({
				...settings,
				name: `Shared ${JSON.stringify([settings, code, limited])}`,
				type: 'shared',
				expirationCutoffDays: 7,
				sharedCodes: [{ ...code, ...limited }],
			});
			expect(await give(id)).toMatchObject({ code: null, reason: 'inside_cutoff' });
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
				available: 0,
				insideCutoff: limited.maxAssignments ?? 0,
				status: 'out_of_stock',
			});
		}
	});

	it('the end of its distribution keeps no shared code from being given', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'Ends soon, valid for long',
			type: 'shared',
			expirationCutoffDays: 7,
			sharedCodes: [{ code: 'ALL', endsAt: inDays(1), maxAssignments: 2 }],
		});
		expect(await give(id)).toMatchObject({ code: 'ALL' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 1,
			insideCutoff: 0,
		});
	});
});
