import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client } from 'pg';

import { openCouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { shopAddress } from '../../../lib/providers/shop-address';
import { onBothDatabasesInAnyCase, onPostgres, serverUrl, testUrl } from '../../support/databases';

onBothDatabasesInAnyCase(
	'the schema',
	(fixture) => {
		it('is what the checked-in description says', async () => {
			const columns = await fixture.database.query<{ line: string }>(
				`select format('%s.%s %s%s%s', table_name, column_name, udt_name,
				case is_nullable when 'NO' then ' not null' else '' end, ' default ' || column_default) as line
			from information_schema.columns where table_schema = trim('"' from $1)
			order by table_name, ordinal_position`,
				[fixture.settings.schema ?? ''],
			);
			const indexes = await fixture.database.query<{ line: string }>(
				`select replace(indexdef, schemaname || '.', '') as line from pg_indexes where schemaname = $1 order by indexname`,
				[fixture.settings.schema ?? ''],
			);
			expect([...columns, ...indexes].map(({ line }) => line).join('\n')).toMatchSnapshot('schema');
		});

		it('leads every key but that of the pools with the pool, so that a cluster can distribute by it', async () => {
			const keys = await fixture.database.query<{ indexdef: string }>(
				`select indexdef from pg_indexes
			where schemaname = $1 and indexdef like 'CREATE UNIQUE%' and tablename not in ('pools', 'migrations')`,
				[fixture.settings.schema ?? ''],
			);
			expect(keys.length).toBeGreaterThan(5);
			for (const { indexdef } of keys) {
				expect(indexdef).toMatch(/\(pool_id[,)]/);
			}
		});

		it('brings the addresses of shops into the form in which they are looked for', async () => {
			const spelt = [
				'',
				'https://my-shop.myshopify.com',
				'https://My-Shop.myshopify.com:443',
				'HTTPS://Shop.example.com:8443/Shop/De',
				'http://LOCALHOST:80/Shop',
			];
			const form = { length: 8 };
			for (const [index, shop] of spelt.entries()) {
				const pool = await fixture.coupons.createDynamicPool({ name: `Pool ${index}`, form });
				const change = 'update :schema.dynamic_pools set shop = $2 where pool_id = $1';
				await fixture.database.query(change, [pool.id, shop]);
			}
			const file = join(__dirname, '../../../lib/database/migrations/000013.sql');
			await fixture.database.query(readFileSync(file, 'utf8'));
			const kept = await fixture.database.query<{ shop: string }>(
				'select shop from :schema.dynamic_pools order by pool_id',
			);
			expect(kept.map(({ shop }) => shop)).toEqual(spelt.map((shop) => shop && shopAddress(shop)));
		});

		it('newer than the package is not touched', async () => {
			await fixture.database.query('insert into :schema.migrations (id) values (999)');
			await expect(openDatabase(fixture.settings)).rejects.toMatchObject({
				message: expect.stringMatching(
					/^The schema is at version 999; this package knows versions up to \d+$/,
				),
				hint: 'Update n8n-nodes-coupon-pools on this machine.',
			});
		});

		it('is not made among the tables of something else', async () => {
			const schema = `taken_${randomBytes(3).toString('hex')}`;
			await fixture.database.query(`create schema ${schema}`);
			await fixture.database.query(`create table ${schema}.events (id int)`);
			await expect(openDatabase({ ...fixture.settings, schema })).rejects.toMatchObject({
				code: 'database_failed',
				message: expect.stringMatching(/^The schema cannot be made\. .*"events" already exists/),
				hint: expect.stringContaining('a schema of their own'),
			});
			const tables = `select tablename from pg_tables where schemaname = '${schema}'`;
			expect(await fixture.database.query(tables)).toEqual([{ tablename: 'events' }]);
			await fixture.database.query(`drop schema ${schema} cascade`);
		});

		it('may have a name with quotes, and anything else that SQL could mistake', async () => {
			const schema = `my "pools"; drop schema ${fixture.settings.schema} -- ${randomBytes(3).toString('hex')}`;
			const coupons = await openCouponPools({ ...fixture.settings, schema });
			const pool = await coupons.createPool({ name: 'A' });
			await coupons.uploadCodes(pool.id, 'ONE', { header: 'no' });
			expect(await coupons.assign(pool.id, [{ recipient: 'jane' }])).toMatchObject([
				{ code: 'ONE' },
			]);
			await coupons.close();
			expect((await fixture.coupons.listPools()).pools).toEqual([]);
			await fixture.database.query(`drop schema "${schema.replaceAll('"', '""')}" cascade`);
		});

		it.each(['', 'x'.repeat(64), 'two\nlines', 'nul\0'])('cannot be named %j', async (schema) => {
			await expect(openDatabase({ ...fixture.settings, schema })).rejects.toMatchObject({
				code: 'invalid_input',
				hint: expect.stringContaining('1 to 63 bytes'),
			});
		});
	},
	{ as: 'owner' },
);

onPostgres(
	'making the schema',
	(fixture) => {
		it('succeeds in eight processes at once', async () => {
			const settings = { ...fixture.settings, schema: `${fixture.settings.schema}_new` };
			const open = `require('./index.js').openCouponPools(${JSON.stringify(settings)}).then((coupons) => coupons.close())`;
			const exits = await Promise.all(
				Array.from({ length: 8 }, async () => {
					const child = spawn(process.execPath, ['-e', open], {
						cwd: join(__dirname, '../../..'),
						stdio: 'inherit',
					});
					return await new Promise((resolve) => child.once('exit', resolve));
				}),
			);
			expect(exits).toEqual(Array(8).fill(0));
			await fixture.database.query(`drop schema "${settings.schema}" cascade`);
		});

		it('is refused in a database that cannot store every text', async () => {
			const name = `latin_${randomBytes(4).toString('hex')}`;
			const url = new URL(serverUrl());
			const administrator = new Client({ connectionString: url.toString() });
			await administrator.connect();
			await administrator.query(
				`create database ${name} encoding 'LATIN1' locale 'C' template template0`,
			);
			url.pathname = `/${name}`;
			try {
				await expect(openDatabase({ connectionString: url.toString() })).rejects.toMatchObject({
					code: 'database_failed',
					message: expect.stringContaining('encoding is LATIN1'),
					hint: expect.stringContaining("encoding 'UTF8'"),
				});
			} finally {
				await administrator.query(`drop database ${name} with (force)`);
				await administrator.end();
			}
		});

		describe('by a role without rights', () => {
			let role: string;
			let guestUrl: string;
			let administrator: Client;

			beforeEach(async () => {
				administrator = new Client({ connectionString: testUrl() });
				await administrator.connect();
				// A new one each time: a pooler may still hold a connection of the one before.
				role = `guest_${randomBytes(4).toString('hex')}`;
				await administrator.query(`create role ${role} login password 'guest'`);
				const url = new URL(testUrl());
				url.username = role;
				url.password = 'guest';
				guestUrl = url.toString();
			});
			afterEach(async () => {
				await administrator.query(`drop owned by ${role}; drop role ${role}`);
				await administrator.end();
			});

			it('says what an administrator has to do', async () => {
				const open = openDatabase({
					connectionString: guestUrl,
					schema: `${fixture.settings.schema}_none`,
				});
				await expect(open).rejects.toMatchObject({
					code: 'database_rights',
					hint: expect.stringContaining('Let an administrator open the database once'),
				});
			});

			it('makes the tables in a schema that an administrator has made for it', async () => {
				const schema = `${fixture.settings.schema}_given`;
				await administrator.query(`create schema "${schema}" authorization ${role}`);
				const database = await openDatabase({ connectionString: guestUrl, schema });
				expect(await database.query('select from :schema.pools')).toEqual([]);
				await database.close();
			});

			it('is not needed once an administrator has made it and granted its use', async () => {
				await expect(
					openDatabase({ connectionString: guestUrl, schema: fixture.settings.schema }),
				).rejects.toMatchObject({
					code: 'database_rights',
				});
				await administrator.query(
					`grant usage on schema "${fixture.settings.schema}" to ${role};
				grant select, insert, update, delete on all tables in schema "${fixture.settings.schema}" to ${role}`,
				);
				// Whatever form of dates the role has been given.
				await administrator.query(`alter role ${role} set datestyle = 'German'`);
				const coupons = await openCouponPools({
					connectionString: guestUrl,
					schema: fixture.settings.schema,
				});
				const pool = await coupons.createPool({ name: 'A' });
				await coupons.uploadCodes(pool.id, 'ONE', { header: 'no' });
				expect(await coupons.assign(pool.id, [{ recipient: 'jane' }])).toMatchObject([
					{ code: 'ONE', assignedAt: expect.any(Date) },
				]);
				expect(await coupons.checkThreshold(pool.id)).toMatchObject({ assigned: 1 });
				await coupons.close();
			});
		});
	},
	{ as: 'owner' },
);
