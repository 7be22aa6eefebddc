import { CouponPools, type PoolUse } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';

function use(poolId: string, changes: Partial<PoolUse> = {}): PoolUse {
	return {
		poolId,
		workflow: { id: 'w1', name: 'Abandoned cart', active: true },
		node: { id: 'n1', name: 'Give 10%' },
		operation: 'Assign Coupon',
		campaign: 'cart',
		manual: false,
		...changes,
	};
}

onBothDatabases('where a pool is used', (fixture) => {
	it('is known by workflow, step, operation and campaign, with the first and last time and the runs', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 1);
		const { id: other } = await poolWith(fixture, 1);
		coupons.recordUses([use(id), use(other)]);
		coupons.recordUses([use(id)]);
		coupons.recordUses([use(id, { operation: 'Upload Codes', campaign: undefined, manual: true })]);
		const uses = await coupons.whereUsed(id);
		expect(uses).toHaveLength(2);
		expect(uses.find(({ operation }) => operation === 'Assign Coupon')).toEqual({
			workflowId: 'w1',
			workflow: 'Abandoned cart',
			active: true,
			nodeId: 'n1',
			node: 'Give 10%',
			operation: 'Assign Coupon',
			campaign: 'cart',
			manual: false,
			firstUsedAt: expect.any(Date),
			lastUsedAt: expect.any(Date),
			runs: 2,
		});
		expect(uses.find(({ operation }) => operation === 'Upload Codes')).toMatchObject({
			campaign: '',
			manual: true,
			runs: 1,
		});
	});

	it('keeps its runs when a process sees more steps than it remembers', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 0);
		coupons.recordUses([use(id)]);
		coupons.recordUses([use(id)]);
		const step = (n: number) => use(id, { node: { id: `other ${n}`, name: 'Another' } });
		coupons.recordUses(Array.from({ length: 10_000 }, (_, n) => step(n)));
		coupons.recordUses([step(0)]);
		await coupons.whereUsed(id);
		expect(
			await fixture.database.query(`select runs::int from :schema.uses where node_id = 'n1'`),
		).toEqual([{ runs: 2 }]);
	});

	it('is shown under the present names of workflow and step, and as active as last seen', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 0);
		coupons.recordUses([use(id)]);
		coupons.recordUses([
			use(id, {
				workflow: { id: 'w1', name: 'Cart, new', active: false },
				node: { id: 'n1', name: 'Give 15%' },
			}),
		]);
		expect(await coupons.whereUsed(id)).toMatchObject([
			{ workflow: 'Cart, new', active: false, node: 'Give 15%', runs: 2 },
		]);
	});

	it('takes names of any length and content', async () => {
		const { id } = await poolWith(fixture, 0);
		const name = `\0\ud800${'👩‍👩‍👧'.repeat(200)}`;
		fixture.coupons.recordUses([
			use(id, { workflow: { id: 'w1', name, active: true }, campaign: name }),
		]);
		const [{ workflow }] = await fixture.coupons.whereUsed(id);
		expect([...workflow]).toHaveLength(255);
	});

	it('keeps at most a hundred campaigns of a step, however many an expression makes', async () => {
		const { id } = await poolWith(fixture, 0);
		const campaigns = (from: number) =>
			Array.from({ length: 80 }, (_, index) => use(id, { campaign: `c${from + index}` }));
		fixture.coupons.recordUses(campaigns(0));
		fixture.coupons.recordUses(campaigns(40));
		fixture.coupons.recordUses(campaigns(120));
		const uses = await fixture.coupons.whereUsed(id);
		expect(uses.length).toBeLessThanOrEqual(100);
		expect(uses.find(({ campaign }) => campaign === 'c50')).toMatchObject({ runs: 2 });
	});

	it('is forgotten for one workflow or all, and comes back with the next use', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 0);
		const second = use(id, { workflow: { id: 'w2', name: 'Welcome', active: true } });
		coupons.recordUses([use(id), second]);
		expect(await coupons.forgetUses(id, 'w1')).toBe(1);
		expect(await coupons.whereUsed(id)).toMatchObject([{ workflow: 'Welcome' }]);
		expect(await coupons.forgetUses(id)).toBe(1);
		expect(await coupons.whereUsed(id)).toEqual([]);
		coupons.recordUses([second]);
		expect(await coupons.whereUsed(id)).toMatchObject([{ workflow: 'Welcome' }]);
		await expect(coupons.whereUsed('999')).rejects.toMatchObject({ code: 'pool_not_found' });
	});

	it('is said where a pool with codes is to be deleted; an empty one goes with its uses', async () => {
		const { coupons, database } = fixture;
		const { id, name } = await poolWith(fixture, 1);
		coupons.recordUses([use(id)]);
		await expect(coupons.deletePool(id)).rejects.toMatchObject({
			code: 'pool_not_empty',
			message: `The pool "${name}" cannot be deleted: it has codes, and is used by "Abandoned cart"`,
		});
		const { id: empty } = await poolWith(fixture, 0);
		coupons.recordUses([use(empty)]);
		expect((await coupons.deletePool(empty)).warning).toContain('Used by "Abandoned cart"');
		expect(await database.query('select from :schema.uses where pool_id = $1', [empty])).toEqual(
			[],
		);
	});

	it('is a warning where the pool is archived, unless it was only tried on the canvas', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 1);
		coupons.recordUses([use(id, { manual: true })]);
		expect(await coupons.archivePool(id)).toMatchObject({ active: false, warning: null });
		coupons.recordUses([use(id)]);
		expect(await coupons.archivePool(id)).toMatchObject({
			warning: expect.stringContaining('Used by "Abandoned cart"'),
		});
	});

	it('fails nothing where it cannot be written', async () => {
		const { id } = await poolWith(fixture, 1);
		await fixture.owner.query('alter table :schema.uses rename to uses_away');
		fixture.coupons.recordUses([use(id), use('999')]);
		expect(await fixture.coupons.assign(id, [{ recipient: 'ann' }])).toMatchObject([
			{ code: 'C001' },
		]);
		await fixture.owner.query('alter table :schema.uses_away rename to uses');
	});
});

onPostgres('a use by several processes', (fixture) => {
	it('is written once in a while by each, and every run counts', async () => {
		const { id } = await poolWith(fixture, 0);
		let statements = 0;
		const counting = {
			...fixture.database,
			query: async <Row>(...call: Parameters<typeof fixture.database.query>) => {
				statements++;
				return await fixture.database.query<Row>(...call);
			},
		};
		const database = await openDatabase(fixture.settings);
		const others = [new CouponPools(counting), new CouponPools(database)];
		for (let run = 0; run < 50; run++) {
			for (const coupons of others) {
				coupons.recordUses([use(id)]);
			}
		}
		for (const coupons of others) {
			await coupons.whereUsed(id);
		}
		// The first use, the rest before the look, and the look itself: the pool and its uses.
		expect(statements).toBe(4);
		expect(await fixture.coupons.whereUsed(id)).toMatchObject([{ runs: 100 }]);
		await database.close();
	});
});
