import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openCouponPools } from '../../../lib';
import { onPostgres } from '../../support/databases';

onPostgres('distributing with Citus', (fixture) => {
	it('does nothing on a server without it', async () => {
		const coupons = await openCouponPools({ ...fixture.settings, distributeWithCitus: true });
		const pool = await coupons.createPool({ name: 'A' });
		await coupons.uploadCodes(pool.id, 'ONE', { header: 'no' });
		expect(await coupons.assign(pool.id, [{ recipient: 'jane' }])).toMatchObject([{ code: 'ONE' }]);
		await coupons.close();
	});

	it('names, in the file for an administrator, each table that has a pool', async () => {
		const tables = await fixture.database.query<{ name: string }>(
			`select table_name as name from information_schema.columns
			where table_schema = $1 and column_name = 'pool_id'`,
			[fixture.settings.schema ?? ''],
		);
		const file = readFileSync(join(__dirname, '../../../docs/citus.sql'), 'utf8');
		const distributed = [...file.matchAll(/create_distributed_table\('(\w+)', 'pool_id'/g)];
		expect(distributed.map(([, name]) => name).sort()).toEqual(
			tables.map(({ name }) => name).sort(),
		);
	});

	it('finds ids wide enough for the numbers of all nodes, of which each counts in a range of its own', async () => {
		const narrow = await fixture.database.query(
			`select table_name, column_name from information_schema.columns
			where table_schema = $1 and is_identity = 'YES' and data_type <> 'bigint'`,
			[fixture.settings.schema ?? ''],
		);
		expect(narrow).toEqual([]);
	});

	it('refers from one table to another only to the pools, which are on all nodes', async () => {
		const references = await fixture.database.query(
			`select conrelid::regclass::text as table, confrelid::regclass::text as referred
			from pg_constraint join pg_class on pg_class.oid = confrelid
			where contype = 'f' and connamespace = (select relnamespace from pg_class where oid = (select tableoid from :schema.migrations limit 1))
				and pg_class.relname <> 'pools'`,
		);
		expect(references).toEqual([]);
	});
});
