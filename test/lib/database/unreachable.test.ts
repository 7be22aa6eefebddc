import { setTimeout as pause } from 'node:timers/promises';

import { Client } from 'pg';

import { CouponPools, type CouponPoolsError } from '../../../lib';
import { explainDatabaseError } from '../../../lib/database/explain-error';
import { openDatabase } from '../../../lib/database/open';
import { onPostgres, serverUrl, testUrl } from '../../support/databases';
import { openFlakyProxy } from '../../support/flaky-proxy';
import { poolWith } from '../../support/stock';

const server = () => {
	const { hostname: host, port, username: user, password, pathname } = new URL(testUrl());
	return {
		host,
		port: Number(port || 5432),
		user,
		password,
		database: pathname.slice(1),
		ssl: false as const,
	};
};

describe('a database that cannot be opened', () => {
	const errorOf = async (change: object): Promise<CouponPoolsError> =>
		await openDatabase({ ...server(), ...change }).then(
			() => {
				throw new Error('It was opened.');
			},
			(error: CouponPoolsError) => error,
		);

	it('says that the connection was refused, and what to check', async () => {
		const error = await errorOf({ port: 1 });
		expect(error).toMatchObject({
			code: 'database_unreachable',
			hint: expect.stringContaining('Check host and port'),
		});
		expect(error.message).toMatch(/^The database refused the connection \(127\.0\.0\.1:1\//);
	});

	it('says that the host is unknown', async () => {
		const error = await errorOf({ host: 'no-such-host.invalid' });
		expect(error.message).toMatch(/^The database’s host is unknown \(no-such-host\.invalid:/);
		expect(error.hint).toContain('Docker');
	});

	it('says that user or password are wrong, without the password', async () => {
		const error = await errorOf({ password: 'hunter2-secret' });
		expect(error.message).toMatch(/^The database refused user or password/);
		expect(JSON.stringify(error) + error.message + error.hint + String(error.stack)).not.toContain(
			'hunter2',
		);
	});

	it('says that there is no such database', async () => {
		expect((await errorOf({ database: 'nowhere' })).message).toMatch(
			/^There is no such database on the server/,
		);
	});

	it('says that the server does not offer encryption, which is asked for by default', async () => {
		const error = await errorOf({ ssl: undefined });
		expect(error.message).toMatch(/^The server does not offer an encrypted connection/);
		expect(error.hint).toContain('Turn SSL off in the credential');
	});
});

describe('a server that takes encrypted connections only', () => {
	it('is told from one that knows another password, though it has the same code for both', () => {
		const said = (encryption: string) =>
			Object.assign(
				new Error(
					`no pg_hba.conf entry for host "10.0.0.1", user "app", database "shop", ${encryption}`,
				),
				{ code: '28000' },
			);
		expect(explainDatabaseError(said('no encryption'), 'db:5432/shop')).toMatchObject({
			code: 'database_unreachable',
			message: 'The server does not let this user in without encryption (db:5432/shop)',
			hint: expect.stringContaining('Turn SSL on in the credential'),
		});
		expect(explainDatabaseError(said('SSL encryption'), 'db:5432/shop').message).toBe(
			'The database refused user or password (db:5432/shop)',
		);
	});
});

describe('a PgBouncer in between', () => {
	it.each([
		['SASL authentication failed', 'The database refused user or password'],
		['password authentication failed', 'The database refused user or password'],
		['no such database: nowhere', 'There is no such database on the server'],
		['database "nowhere" does not exist', 'There is no such database on the server'],
		['no more connections allowed (max_client_conn)', 'The database has no connection left'],
		['query_wait_timeout', 'The database has no connection left'],
		['server closed the connection unexpectedly', 'The connection to the database was lost'],
	])('is understood, though it has one code for all, when it says: %s', (message, meaning) => {
		const said = Object.assign(new Error(message), { code: '08P01' });
		expect(explainDatabaseError(said, 'db:6432/shop').message).toBe(`${meaning} (db:6432/shop)`);
	});
});

onPostgres('a server that allows only so much time', (fixture) => {
	const openWith = async (setting: string) => {
		const url = new URL(serverUrl());
		url.searchParams.set('options', `-c ${setting}`);
		return await openDatabase({
			connectionString: url.toString(),
			schema: fixture.settings.schema,
		});
	};

	it('says which setting is to be raised when a statement took longer', async () => {
		const database = await openWith('statement_timeout=100');
		await expect(database.query('select pg_sleep(5)')).rejects.toMatchObject({
			code: 'database_failed',
			message: expect.stringContaining('The server broke off a statement that took too long'),
			hint: expect.stringContaining('statement_timeout'),
		});
		await database.close();
	});

	it('says so when a lock was waited for longer', async () => {
		const database = await openWith('lock_timeout=100');
		await fixture.owner.transaction(async (session) => {
			await session.query('lock table :schema.pools in access exclusive mode');
			await expect(database.query('select from :schema.pools')).rejects.toMatchObject({
				code: 'database_failed',
				message: expect.stringContaining('longer than lock_timeout allows'),
				hint: expect.stringContaining('try again'),
			});
		});
		await database.close();
	});

	it('says so, and not only that the connection was lost, when a transaction idled longer', async () => {
		const database = await openWith('idle_in_transaction_session_timeout=100');
		const slow = database.transaction(async (session) => {
			await session.query('select 1');
			await pause(500);
			await session.query('select 1');
		});
		await expect(slow).rejects.toMatchObject({
			code: 'database_failed',
			message: expect.stringContaining('The server ended a transaction that took too long'),
			hint: expect.stringContaining('idle_in_transaction_session_timeout'),
		});
		expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
		await database.close();
	});
});

onPostgres('a database that goes away in the middle', (fixture) => {
	afterEach(() => jest.restoreAllMocks());

	it('is waited for once, not once more to roll back, when a statement of a transaction hangs', async () => {
		const database = await openDatabase({ ...fixture.settings, statementTimeout: 2000 });
		const sent = jest.spyOn(Client.prototype, 'query');
		const texts = () =>
			sent.mock.calls.map(([query]) => (query as { text?: string }).text ?? query);
		try {
			const hanging = database.transaction(
				async (session) => await session.query('select pg_sleep(5)'),
			);
			await expect(hanging).rejects.toMatchObject({ code: 'database_lost' });
			expect(texts()).toContain('select pg_sleep(5)');
			expect(texts()).not.toContain('rollback');
			// Where the server answers, its connection is used again.
			const failing = database.transaction(async (session) => await session.query('select 1 / 0'));
			await expect(failing).rejects.toThrow();
			expect(texts()).toContain('rollback');
			expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
		} finally {
			await database.close();
		}
	});

	it('is left when it has become a standby, for the one that took its place', async () => {
		const { id } = await poolWith(fixture, 1);
		const coupons = new CouponPools(
			await openDatabase({
				connectionString: serverUrl(),
				schema: fixture.settings.schema,
				poolSize: 1,
			}),
		);
		const connections = jest.spyOn(Client.prototype, 'query');
		await coupons.findPool({ id });
		// As a server answers on the connections that it had before.
		const [connection] = connections.mock.contexts as Client[];
		await connection.query('set default_transaction_read_only = on');
		try {
			await expect(coupons.assign(id, [{ recipient: 'jane' }])).rejects.toMatchObject({
				code: 'database_rights',
				message: expect.stringContaining('read-only'),
			});
			expect(await coupons.assign(id, [{ recipient: 'jane' }])).toMatchObject([{ code: 'C001' }]);
		} finally {
			await coupons.close();
		}
	});

	it('ends the call with a clear error, and the next call works', async () => {
		const { id } = await poolWith(fixture, 3);
		const proxy = await openFlakyProxy(testUrl());
		const coupons = new CouponPools(
			await openDatabase({ connectionString: proxy.url, schema: fixture.settings.schema }),
		);
		try {
			const slow = openDatabase({
				connectionString: proxy.url,
				schema: fixture.settings.schema,
			}).then(async (database) => {
				const sleeping = database.query('select pg_sleep(30)');
				setTimeout(() => proxy.cut(), 200);
				return await sleeping.finally(async () => await database.close());
			});
			await expect(slow).rejects.toMatchObject({
				code: 'database_lost',
				message: expect.stringContaining('connection to the database was lost'),
			});
			// The connection that lay idle meanwhile is found broken before it is used.
			await new Promise((resolve) => setTimeout(resolve, 100));
			expect(await coupons.assign(id, [{ recipient: 'jane' }])).toMatchObject([{ code: 'C001' }]);
		} finally {
			await coupons.close();
			await proxy.close();
		}
	});

	it('takes an upload back that was not finished', async () => {
		const { id } = await poolWith(fixture, 3);
		const proxy = await openFlakyProxy(testUrl());
		const coupons = new CouponPools(
			await openDatabase({ connectionString: proxy.url, schema: fixture.settings.schema }),
		);
		async function* codes() {
			for (let index = 0; index < 50_000; index++) {
				yield Buffer.from(`NEW${index}\n`);
			}
			proxy.cut();
			yield Buffer.from('LAST\n');
		}
		try {
			await expect(coupons.uploadCodes(id, codes(), { header: 'no' })).rejects.toMatchObject({
				code: 'database_lost',
			});
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ total: 3, available: 3 });
		} finally {
			await coupons.close();
			await proxy.close();
		}
	});
});
