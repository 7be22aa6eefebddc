import type { AssignmentFilter, Pool } from '../../../lib';
import { onBothDatabases, onOneServer } from '../../support/databases';
import { assignmentsRead } from '../../support/assignments-read';
import { poolWith } from '../../support/stock';

/** More than are looked through for the few that are wanted. */
const MANY = 5_300;

onBothDatabases('a list of assignments, most of which are passed over', (fixture) => {
	const giveTo = async (pool: Pool, who: string, count: number, campaign = '') =>
		await fixture.coupons.assign(
			pool.id,
			Array.from({ length: count }, (_, index) => ({
				recipient: `${who}${String(index).padStart(4, '0')}`,
				campaign,
			})),
		);

	/** Nobody redeems thousands of codes in a test, one by one. */
	const change = async (set: string, pool: Pool, besides: readonly string[]) => {
		await fixture.database.query(
			`update :schema.assignments set ${set} where pool_id = $1 and not (code = any ($2::text[]))`,
			[pool.id, besides],
		);
	};

	const listed = async (filter: AssignmentFilter) => {
		const seen: string[] = [];
		let after: string | undefined;
		do {
			const page = await fixture.coupons.listAssignments({ ...filter, limit: 2, after });
			seen.push(...page.assignments.map(({ code }) => code));
			after = page.next ?? undefined;
		} while (after !== undefined);
		return seen;
	};

	it('finds those that were not redeemed, where nearly all were, and not only there', async () => {
		const pool = await poolWith(fixture, MANY);
		await giveTo(pool, 'p', MANY);
		const first = await fixture.coupons.listAssignments({ poolId: pool.id, redeemed: false });
		expect(first.assignments[0]).toMatchObject({ code: 'C001', recipient: 'p0000' });
		expect(first.assignments[99]).toMatchObject({ code: 'C100' });

		const few = ['C007', 'C2000', 'C5000', 'C5299', 'C5300'];
		await change('redeemed_at = now()', pool, few);
		expect(await listed({ poolId: pool.id, redeemed: false })).toEqual(few);
		expect(await listed({ redeemed: false, campaign: '' })).toEqual(few);
		expect(await listed({ poolId: pool.id, redeemed: false, recipient: 'p4999' })).toEqual([
			'C5000',
		]);
		await fixture.coupons.releaseCode(pool.id, 'C2000');
		expect(await listed({ redeemed: false })).toEqual(few.filter((code) => code !== 'C2000'));
		expect(await listed({ redeemed: false, released: true })).toEqual(few);
	}, 60_000);

	it('finds those that stand, used or not, where nearly all were taken back', async () => {
		const pool = await poolWith(fixture, MANY);
		const other = await poolWith(fixture, ['Z1']);
		await giveTo(pool, 'p', MANY);
		await giveTo(other, 'p', 1);
		const standing = ['C001', 'C3000', 'C3001', 'C5300'];
		await change('released_at = now()', pool, standing);
		await fixture.coupons.redeemCode('C3000');
		expect(await listed({ poolId: pool.id })).toEqual(standing);
		expect(await listed({})).toEqual([...standing, 'Z1']);
		expect(await listed({ poolId: pool.id, redeemed: false })).toEqual(['C001', 'C3001', 'C5300']);
		expect(await listed({ poolId: pool.id, redeemed: true })).toEqual(['C3000']);
	}, 60_000);
});

onBothDatabases('the order of assignments', (fixture) => {
	it('is pool by pool, however its pages fall, and begins anew behind each pool', async () => {
		const pools = [];
		for (const name of ['A', 'B', 'C']) {
			const pool = await poolWith(fixture, [`${name}1`, `${name}2`, `${name}3`]);
			pools.push(pool);
		}
		// Numbered across the pools, the other way round.
		for (const { id } of [...pools].reverse()) {
			await fixture.coupons.assign(id, [
				{ recipient: 'x' },
				{ recipient: 'y' },
				{ recipient: 'z' },
			]);
		}
		const all = ['A1', 'A2', 'A3', 'B1', 'B2', 'B3', 'C1', 'C2', 'C3'];
		for (const limit of [1, 2, 3, 4, 8]) {
			for (const times of [{}, { from: '2001-01-01' }]) {
				const seen: string[] = [];
				for (let after: string | undefined; ; ) {
					const page = await fixture.coupons.listAssignments({ ...times, limit, after });
					seen.push(...page.assignments.map(({ code }) => code));
					if (page.next === null) break;
					after = page.next;
				}
				expect(seen).toEqual(all);
			}
		}
		const { next } = await fixture.coupons.listAssignments({ poolId: pools[0].id, limit: 1 });
		await expect(
			fixture.coupons.listAssignments({ poolId: pools[1].id, after: next ?? '' }),
		).rejects.toMatchObject({ code: 'invalid_input' });
	});

	it('of a time is the one in which they were given, imported ones too', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, ['NOW1', 'NOW2']);
		await coupons.assign(pool.id, [{ recipient: 'ann' }, { recipient: 'bob' }]);
		await coupons.importAssignments(
			pool.id,
			[
				['OLD2', 'cyd', '2021-05-02T00:00:00Z'],
				['OLD1', 'dan', '2021-05-01T00:00:00Z'],
				['OLD3', 'eve', '2021-05-03T12:00:00Z'],
			].map(([code, recipient, at]) => ({ code, recipient, assignedAt: new Date(at) })),
		);
		const codes = async (filter: AssignmentFilter & { after?: string }) => {
			const page = await coupons.listAssignments({ poolId: pool.id, limit: 2, ...filter });
			return { codes: page.assignments.map(({ code }) => code), next: page.next ?? '' };
		};
		const first = await codes({ from: '2021-05-02' });
		expect(first.codes).toEqual(['OLD2', 'OLD3']);
		expect((await codes({ from: '2021-05-02', after: first.next })).codes).toEqual([
			'NOW1',
			'NOW2',
		]);
		expect((await codes({ until: '2021-05-02' })).codes).toEqual(['OLD1', 'OLD2']);
		expect((await codes({ from: '2021-05-03', until: '2021-05-03' })).codes).toEqual(['OLD3']);
	});
});

onOneServer('a page of all pools', (fixture) => {
	it('ends where it is full, however many pools come behind', async () => {
		await fixture.owner.query(
			`with made as (
				insert into :schema.pools (name, merchant, type)
				select 'pool ' || n, '', 'unique' from generate_series(1, 300) as n
				returning id
			), fronts as (
				insert into :schema.fronts (pool_id, expires_at, batch_id, line) select id, 'infinity', 0, 0 from made
			)
			insert into :schema.assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at)
			select id, 'r' || n, 1, 'sale', 'pool', 'C' || n, 1, 'infinity' from made, generate_series(1, 60) as n`,
		);
		await fixture.owner.query('vacuum analyze :schema.assignments');
		for (const filter of [{}, { campaign: 'sale' }, { redeemed: false }, { from: '2020-01-01' }]) {
			const read = await assignmentsRead(fixture, async (coupons) => {
				expect((await coupons.listAssignments({ ...filter, limit: 50 })).assignments).toHaveLength(
					50,
				);
			});
			expect(read).toBeGreaterThanOrEqual(50);
			expect(read).toBeLessThan(1000);
		}
	});
});
