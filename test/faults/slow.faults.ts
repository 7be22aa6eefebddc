import { CouponPools, type CouponPoolsError, openCouponPools } from '../../lib';
import { FaultProxy } from './fault-proxy';
import { tell, times } from './form';
import { onServerUnderLoad } from './server-under-load';

const codes = (count: number) => Array.from({ length: count }, (_, n) => ({ code: `CODE-${n}` }));

onServerUnderLoad('a slow server', (server) => {
	it('is waited for, and everything holds', async () => {
		const proxy = await FaultProxy.open(server.own.port);
		const load = await server.load('slow', { clients: 2, atOnce: 20 }, proxy);
		await load.ready();
		proxy.latency = 40;
		await new Promise((resolve) => setTimeout(resolve, times({ short: 4000, long: 30_000 })));
		await load.end();
		await proxy.close();
		tell({ calls: load.history.length, 'errors seen': load.errors });
		expect(load.errors).toBe(0);
		await server.expectToHold(load);
	});
});

onServerUnderLoad('a frozen server', (server) => {
	let proxy: FaultProxy;
	beforeEach(async () => (proxy = await FaultProxy.open(server.own.port)));
	afterEach(async () => {
		proxy.thaw();
		await proxy.close();
	});

	/** A pool through the proxy, with little patience. */
	const openPool = async (schema: string, statementTimeout = 1000) => {
		const coupons = await openCouponPools({
			connectionString: proxy.url(server.own.url),
			schema,
			statementTimeout,
			poolSize: 2,
		});
		const { id } = await coupons.createPool({ name: 'Frozen' });
		await coupons.uploadCodes(id, codes(20));
		return { coupons, id };
	};

	const errorOf = async (work: Promise<unknown>): Promise<CouponPoolsError> =>
		await work.then(
			() => {
				throw new Error('It was answered.');
			},
			(error: CouponPoolsError) => error,
		);

	it('ends each call with an error that says so, and the same request later gets one code', async () => {
		const { coupons, id } = await openPool('frozen_assign');
		const request = { recipient: 'jane@example.com', requestId: 'cart 1' };
		proxy.freeze();
		const error = await errorOf(coupons.assign(id, [request]));
		expect(error).toMatchObject({
			code: 'database_lost',
			message: expect.stringContaining('The database took too long to answer'),
			hint: expect.stringContaining('Request ID'),
		});
		proxy.thaw();
		const [given] = await coupons.assign(id, [request]);
		expect(await coupons.assign(id, [request])).toEqual([given]);
		expect(await coupons.checkThreshold(id)).toMatchObject({ assigned: 1, total: 20 });
		await coupons.close();
	});

	it('ends an upload, too, after the time for one statement and not for several', async () => {
		const patience = 5000;
		const { coupons, id } = await openPool('frozen_upload', patience);
		async function* frozenMeanwhile() {
			yield Buffer.from('NEW-1\n');
			proxy.freeze();
			yield Buffer.from('NEW-2\n');
		}
		const began = performance.now();
		const error = await errorOf(coupons.uploadCodes(id, frozenMeanwhile(), { header: 'no' }));
		expect(error.code).toBe('database_lost');
		expect(performance.now() - began).toBeLessThan(1.9 * patience);
		proxy.thaw();
		expect(await coupons.checkThreshold(id)).toMatchObject({ total: 20, available: 20 });
		await coupons.close();
	});

	it('that cannot be connected to is an error within seconds', async () => {
		const { coupons, id } = await openPool('frozen_connect');
		proxy.freeze();
		const errors = await Promise.all(
			Array.from(
				{ length: 6 },
				async (_, n) => await errorOf(coupons.assign(id, [{ recipient: `r${n}` }])),
			),
		);
		expect(new Set(errors.map(({ code }) => code))).toEqual(
			new Set(['database_lost', 'database_unreachable']),
		);
		expect(errors.every(({ hint }) => hint !== '')).toBe(true);
		proxy.thaw();
		expect((await coupons.assign(id, [{ recipient: 'later' }]))[0].code).not.toBeNull();
		await coupons.close();
	});
});

onServerUnderLoad('connections that run out', (server) => {
	it('are waited for, where they are those of one process', async () => {
		const coupons = await openCouponPools({
			connectionString: server.own.url,
			schema: 'few',
			poolSize: 1,
		});
		const { id } = await coupons.createPool({ name: 'Few' });
		await coupons.uploadCodes(id, codes(300));
		const given = await Promise.all(
			Array.from(
				{ length: 300 },
				async (_, n) => await coupons.assign(id, [{ recipient: `r${n}` }]),
			),
		);
		expect(new Set(given.flat().map(({ code }) => code)).size).toBe(300);
		await coupons.close();
	});

	it('are an error that names the setting, where the server has no more', async () => {
		await server.direct('no_more', async (database) => {
			await new CouponPools(database).createPool({ name: 'None' });
			await database.query("create role few login password 'few' connection limit 1");
			await database.query('grant usage on schema :schema to few');
			await database.query(
				'grant select, insert, update, delete on all tables in schema :schema to few',
			);
		});
		const url = new URL(server.own.url);
		url.username = 'few';
		url.password = 'few';
		const coupons = await openCouponPools({ connectionString: url.toString(), schema: 'no_more' });
		const outcomes = await Promise.all(
			Array.from(
				{ length: 8 },
				async () => await coupons.listPools().catch((error: CouponPoolsError) => error),
			),
		);
		const errors = outcomes.filter((outcome) => outcome instanceof Error);
		expect(errors.length).toBeGreaterThan(0);
		expect(errors[0]).toMatchObject({
			code: 'database_unreachable',
			message: expect.stringContaining('no connection left'),
			hint: expect.stringContaining('max_connections'),
		});
		// The existing one goes on working.
		expect((await coupons.listPools()).pools).toHaveLength(1);
		await coupons.close();
	});
});
