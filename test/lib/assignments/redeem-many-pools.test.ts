import { findUsedCodes, type UsedCode } from '../../../lib/assignments/find-used-codes';
import { onBothDatabases, onOneServer, type Fixture } from '../../support/databases';
import { inFrozenTime } from '../../support/frozen-time';
import { poolWith } from '../../support/stock';

/** Pools with as many codes each, all of them given, and none of them of mixed case or shared. */
async function addPools({ owner }: Fixture, pools: number, codes: number): Promise<void> {
	await owner.query(
		`with made as (
			insert into :schema.pools (name, merchant, type)
			select 'Other ' || n, 'others', 'unique' from generate_series(1, $1::int) as n
			returning id
		), fronts as (
			insert into :schema.fronts (pool_id) select id from made
		), stock as (
			insert into :schema.codes (pool_id, code, state, batch_id, line)
			select id, 'O' || id || '-' || n, 'assigned', 1, n from made, generate_series(1, $2::int) as n
		)
		insert into :schema.assignments (pool_id, recipient, nth, source, code, copy, expires_at)
		select id, 'r' || n, 1, 'pool', 'O' || id || '-' || n, 1, 'infinity' from made, generate_series(1, $2::int) as n`,
		[pools, codes],
	);
}

onBothDatabases('what a used code means among many pools', (fixture) => {
	it('is what it means among few', async () => {
		const { coupons, database } = fixture;
		const give = async (poolId: string, ...recipients: string[]) =>
			await coupons.assign(
				poolId,
				recipients.map((recipient) => ({ recipient })),
			);

		const unique = await poolWith(fixture, ['BIG-1', 'low-1', 'Mix-1', 'BIG-2', 'Mix-2', 'BIG-3']);
		await give(unique.id, 'ann', 'bob', 'cyd', 'dan');
		await coupons.releaseCode(unique.id, 'BIG-2');
		await coupons.removeCodes(unique.id, ['BIG-3']);
		const twin = await poolWith(fixture, ['BIG-1', 'MIX-1'], { merchant: 'm' });
		await give(twin.id, 'eve');
		await coupons.importAssignments(twin.id, [{ code: 'Old-1', recipient: 'fay' }]);

		const shared = await coupons.createPool({
			name: 'Shared',
			type: 'shared',
			sharedCodes: [
				{ code: 'All', endsAt: '2999-01-01' },
				{ code: 'FEW', maxAssignments: 3, beginsAt: '2999-01-02', endsAt: '2999-02-01' },
				{ code: 'Next', beginsAt: '2999-02-02' },
			],
		});
		await give(shared.id, 'ann', 'bob', 'cyd', 'dan');
		const limited = await coupons.createPool({
			name: 'Limited',
			type: 'shared',
			sharedCodes: [{ code: 'FEW', maxAssignments: 3 }],
		});
		await give(limited.id, 'ann', 'bob', 'cyd');
		const [few] = await coupons.listSharedCodes(limited.id);
		await coupons.removeSharedCode(limited.id, few.id);

		const welcoming = await coupons.createPool({ name: 'Welcome', defaultCode: 'Hello10' });
		await give(welcoming.id, 'ann', 'bob');
		await coupons.updatePool(welcoming.id, { defaultCode: 'HELLO20' });
		await give(welcoming.id, 'cyd');

		const codes = ['BIG-1', 'low-1', 'Mix-1', 'BIG-2', 'Mix-2', 'BIG-3', 'Old-1', 'All', 'FEW'];
		const typed = [...codes, 'Next', 'Hello10', 'HELLO20', 'NOPE', 'O', 'Ünique']
			.flatMap((code) => [code, code.toUpperCase(), code.toLowerCase()])
			.flatMap((code) => [
				{ code, customers: [] },
				{ code, customers: ['bob', 'eve'] },
			]);
		const found = async (used: readonly UsedCode[], where = {}) =>
			(await findUsedCodes(database, used, where))
				.map(({ used: index, ...candidate }) => JSON.stringify({ ...used[index], candidate }))
				.sort();
		const oneByOne = async (where = {}) => {
			const all = [];
			for (const one of typed) all.push(...(await found([one], where)));
			return all.sort();
		};

		const amongFew = await oneByOne();
		const ofMerchant = await oneByOne({ merchant: 'm' });
		expect(amongFew.length).toBeGreaterThan(60);
		expect(ofMerchant.length).toBeGreaterThan(5);
		await addPools(fixture, 300, 2);
		expect(await oneByOne()).toEqual(amongFew);
		expect(await found(typed)).toEqual(amongFew);
		expect(await oneByOne({ merchant: 'm' })).toEqual(ofMerchant);
		expect(await found(typed, { merchant: 'm' })).toEqual(ofMerchant);
		expect(await found(typed, { merchant: 'others' })).toEqual([]);
	}, 60_000);

	it('is redeemed', async () => {
		await addPools(fixture, 300, 2);
		const pool = await poolWith(fixture, ['MINE-1', 'MINE-2']);
		await fixture.coupons.assign(pool.id, [{ recipient: 'ann' }]);
		expect(await fixture.coupons.redeemCode('mine-1', { orderId: '#1' })).toMatchObject({
			redeemed: true,
			pool: pool.name,
			recipient: 'ann',
		});
		for (const [code, reason] of [
			['MINE-2', 'not_assigned'],
			['MINE-3', 'unknown_code'],
		]) {
			expect(await fixture.coupons.redeemCode(code)).toMatchObject({ redeemed: false, reason });
		}
	});
});

onOneServer('a hundred codes among two thousand pools', (fixture) => {
	it('are found with a few looks into each pool, not with some for each code', async () => {
		await addPools(fixture, 2_000, 5);
		const rows = await fixture.owner.query<{ code: string }>(
			`select code from :schema.assignments where recipient = 'r3' limit 100`,
		);
		let looks = 0;
		await inFrozenTime(fixture.database, async (_, session) => {
			const used = rows.map(({ code }) => ({ code, customers: ['r3'] }));
			expect(await findUsedCodes(session, used, {})).toHaveLength(200);
			[{ looks }] = await session.query<{ looks: number }>(
				`select idx_scan::int + seq_tup_read::int as looks from pg_stat_xact_user_tables
				where relid = ':schema.assignments'::regclass`,
			);
		});
		expect(looks).toBeGreaterThan(100);
		expect(looks).toBeLessThan(3 * 2_000);
	}, 60_000);
});
