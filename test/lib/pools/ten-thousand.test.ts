import { onPostgres } from '../../support/databases';

onPostgres('ten thousand pools', (fixture) => {
	beforeEach(async () => {
		await fixture.database.query(
			`insert into :schema.pools (merchant, name, type)
			select 'shop-' || n % 7, 'Pool ' || n, 'unique' from generate_series(1, 10000) as n`,
		);
		await fixture.database.query(
			'insert into :schema.fronts (pool_id) select id from :schema.pools',
		);
	});

	it('are listed page by page, each once, in the order of merchant and name', async () => {
		const ids: string[] = [];
		const names: string[] = [];
		let after: string | undefined;
		do {
			const page = await fixture.coupons.glanceAtPools({ after, limit: 1000 });
			for (const { id, merchant, name } of page.pools) {
				ids.push(id);
				names.push(`${merchant}/${name}`);
			}
			after = page.next ?? undefined;
		} while (after !== undefined);
		expect(new Set(ids).size).toBe(10_000);
		const sorted = await fixture.database.query<{ name: string }>(
			"select merchant || '/' || name as name from :schema.pools order by merchant, pools.name",
		);
		expect(names).toEqual(sorted.map(({ name }) => name));
	}, 120_000);

	it('go on at a key: what comes or goes meanwhile shifts nothing, and no page reads those before it', async () => {
		const first = await fixture.coupons.listPools({ limit: 1000 });
		await fixture.database.query('delete from :schema.pools where id = any ($1::bigint[])', [
			first.pools.slice(0, 500).map(({ id }) => id),
		]);
		const second = await fixture.coupons.listPools({ limit: 1000, after: first.next ?? '' });
		const seen = new Set(first.pools.map(({ id }) => id));
		expect(second.pools.filter(({ id }) => seen.has(id))).toEqual([]);

		await fixture.owner.query('analyze :schema.pools');
		const last = first.pools.at(-1);
		const plan = await fixture.database.query<{ 'QUERY PLAN': string }>(
			`explain select id from :schema.pools
			where (merchant, name) > ($1, $2) and archived_at is null order by merchant, name limit 100`,
			[last?.merchant ?? '', last?.name ?? ''],
		);
		expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
			/Index Scan using pools_merchant_name_key[^]*Index Cond: \(ROW\(merchant, name\) >/,
		);
	});
});
