import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Client } from 'pg';

import { CouponPools, openCouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onListeningPostgres, serverUrl } from '../../support/databases';
import { openFlakyProxy, type FlakyProxy } from '../../support/flaky-proxy';
import { watchInProcess, type Watcher } from '../../support/processes';
import { numbered, poolWith } from '../../support/stock';
import { until } from '../../support/until';
import { aMinutePasses, nextLook, watch, type Watched } from '../../support/watching';

/** So that what is told within a test was announced, and not found by polling. */
const WITHOUT_POLLING = { pollSeconds: 3600 };

onListeningPostgres('watching on PostgreSQL', (fixture) => {
	const toClose: Array<() => Promise<void>> = [];
	afterEach(async () => {
		for (const close of toClose.splice(0).reverse()) await close();
	});

	const watching = async (...options: Parameters<typeof watch>): Promise<Watched> => {
		const watched = await watch(...options);
		toClose.push(async () => await watched.stop());
		return watched;
	};
	const client = async (url = serverUrl()): Promise<Client> => {
		const connected = new Client({ connectionString: url });
		await connected.connect();
		toClose.push(async () => await connected.end());
		return connected;
	};
	const open = async (connectionString: string): Promise<CouponPools> => {
		const { schema } = fixture.settings;
		const coupons = new CouponPools(await openDatabase({ connectionString, schema }));
		toClose.push(async () => await coupons.close());
		return coupons;
	};
	const give = async (poolId: string, recipient: string) =>
		await fixture.coupons.assign(poolId, [{ recipient }]);
	const recipients = ({ events }: Watched) =>
		events.map((event) => ('recipient' in event ? event.recipient : ''));

	/** The connections that listen for this schema. */
	const listeners = async (): Promise<number[]> => {
		const rows = await fixture.owner.query<{ pid: number }>(
			`select pid from pg_stat_activity
			where datname = current_database() and query like 'listen "coupon_pools_' || (
				select tableoid from :schema.migrations limit 1
			) || '"%'`,
		);
		return rows.map(({ pid }) => pid);
	};
	const listenerOtherThan = async (...pids: number[]): Promise<number> => {
		for (;;) {
			const found = (await listeners()).find((pid) => !pids.includes(pid));
			if (found !== undefined) return found;
			await pause(50);
		}
	};

	it('is told at once by announcements, of another process too', async () => {
		const { id } = await poolWith(fixture, 3);
		const watched = await watching(fixture.coupons, { events: ['assigned'], ...WITHOUT_POLLING });
		await listenerOtherThan();
		const elsewhere = await open(serverUrl());
		await elsewhere.assign(id, [{ recipient: 'elsewhere' }]);
		await watched.told(1);
		await give(id, 'here');
		await watched.told(2);
		expect(recipients(watched)).toEqual(['elsewhere', 'here']);
	});

	it('is announced nothing while nobody watches', async () => {
		const { id } = await poolWith(fixture, 3);
		const eavesdropper = await client();
		const heard: string[] = [];
		eavesdropper.on('notification', ({ payload = '' }) => heard.push(payload));
		const [{ channel }] = await fixture.database.query<{ channel: string }>(
			"select 'coupon_pools_' || tableoid as channel from :schema.migrations limit 1",
		);
		await eavesdropper.query(`listen "${channel}"`);
		const unwatched = await open(serverUrl());
		await unwatched.assign(id, [{ recipient: 'unwatched' }]);
		await unwatched.close();
		toClose.pop();
		await watching(fixture.coupons, { events: ['assigned'] });
		const watchedNow = await open(serverUrl());
		await watchedNow.assign(id, [{ recipient: 'watched' }]);
		while (!heard.includes(id)) await pause(20);
		expect(heard.filter((payload) => payload === id)).toHaveLength(1);
	});

	it('misses nothing when the server ends the listening connection', async () => {
		const { id } = await poolWith(fixture, 3);
		const watched = await watching(fixture.coupons, { events: ['assigned'], ...WITHOUT_POLLING });
		const pid = await listenerOtherThan();
		await give(id, 'before');
		await watched.told(1);
		await fixture.database.query('select pg_terminate_backend($1::int)', [pid]);
		await give(id, 'meanwhile');
		await watched.told(2);
		await listenerOtherThan(pid);
		await give(id, 'after');
		await watched.told(3);
		expect(recipients(watched)).toEqual(['before', 'meanwhile', 'after']);
	});

	it('misses nothing when the way to the server breaks', async () => {
		const { id } = await poolWith(fixture, 4);
		const proxy: FlakyProxy = await openFlakyProxy(serverUrl());
		toClose.push(async () => await proxy.close());
		const watched = await watching(await open(proxy.url), {
			events: ['assigned'],
			...WITHOUT_POLLING,
		});
		const pid = await listenerOtherThan();
		// One that does not believe any more that nobody watches.
		const giver = await open(serverUrl());
		await giver.assign(id, [{ recipient: 'before' }]);
		await watched.told(1);
		// Cut before that, it would be told again.
		while ((await fixture.database.query('select from :schema.deliveries')).length < 1) {
			await pause(20);
		}
		proxy.cut();
		await giver.assign(id, [{ recipient: 'meanwhile' }]);
		await watched.told(2);
		await listenerOtherThan(pid);
		await giver.assign(id, [{ recipient: 'after' }]);
		await watched.told(3);
		expect(recipients(watched)).toEqual(['before', 'meanwhile', 'after']);
	});

	it('tells again rather than never when the connection breaks as it says what it told', async () => {
		const { id } = await poolWith(fixture, 2);
		const proxy: FlakyProxy = await openFlakyProxy(serverUrl());
		toClose.push(async () => await proxy.close());
		const watched = await watching(await open(proxy.url), {
			events: ['assigned'],
			onEvents: () => {
				if (watched.events.length === 0) proxy.cut();
			},
		});
		await give(id, 'jane');
		await watched.told(2);
		expect(new Set(watched.events.map(({ eventId }) => eventId)).size).toBe(1);
	});

	it('finds by polling what nobody announced, and where it cannot listen', async () => {
		const { id } = await poolWith(fixture, 2);
		const database = { ...fixture.database, listen: undefined };
		const watched = await watching(new CouponPools(database), { events: ['assigned'] });
		await give(id, 'jane');
		await watched.told(1);
		expect(await listeners()).toEqual([]);
	});

	describe('by two processes of the same watcher', () => {
		const events = ['assigned' as const, 'low_stock' as const];
		const options = { watcher: 'workflow', events, pollSeconds: 1 };
		const start = async (): Promise<Watcher> => {
			const watcher = watchInProcess({ settings: fixture.settings, options });
			toClose.push(async () => void watcher.process.kill('SIGKILL'));
			await watcher.ready;
			return watcher;
		};

		it('is told to one of them, be it a code or a change of the stock', async () => {
			const { id } = await poolWith(fixture, 101, { lowStockThreshold: 50 });
			const watchers = await Promise.all([start(), start()]);
			for (const code of numbered(100)) await give(id, `customer ${code}`);
			const told = () => watchers.flatMap(({ eventIds }) => eventIds);
			while (new Set(told()).size < 101) await pause(50);
			await nextLook(fixture.database, 'workflow');
			expect(told()).toHaveLength(101);
			expect(told().filter((eventId) => eventId.startsWith('low_stock'))).toHaveLength(1);
		}, 60_000);

		it('is told to the other when one is killed', async () => {
			const { id } = await poolWith(fixture, 101);
			const watchers = await Promise.all([start(), start()]);
			for (const [index, code] of numbered(100).entries()) {
				await give(id, `customer ${code}`);
				if (index === 50) watchers[0].process.kill('SIGKILL');
			}
			const told = () => new Set(watchers.flatMap(({ eventIds }) => eventIds));
			while (told().size < 100) await pause(50);
			expect(told().size).toBe(100);
		}, 60_000);
	});

	describe('an event with a lower number that appears after a higher one', () => {
		/** An assignment as a claim writes it, by a transaction that is still open. */
		const giveLate = async (poolId: string, recipient: string): Promise<Client> => {
			const late = await client();
			const schema = fixture.settings.schema ?? '';
			await late.query('begin');
			await late.query(
				`with given as (
					insert into "${schema}".assignments (pool_id, recipient, nth, source, code, expires_at)
					values ($1, $2, 1, 'default', 'LATE', 'infinity') returning id
				)
				insert into "${schema}".events (pool_id, kind, assignment_id, code)
				select $1, 'assigned', id, 'LATE' from given`,
				[poolId, recipient],
			);
			return late;
		};
		const mark = async () =>
			(
				await fixture.database.query<{ told_to: number }>(
					"select told_to::int from :schema.watches where topic = 'assigned'",
				)
			)[0].told_to;

		/** Other tests may have transactions open, too, which hold the marks. */
		const untilRaisedAbove = async (before: number) => {
			await until(async () => {
				await aMinutePasses(fixture.database);
				return (await mark()) > before;
			});
			expect(await mark()).toBeGreaterThan(before);
		};

		it('is told, however long its transaction was open', async () => {
			const { id } = await poolWith(fixture, 3);
			const watched = await watching(fixture.coupons, { events: ['assigned'] });
			const before = await mark();
			const late = await giveLate(id, 'late');
			await give(id, 'early');
			await watched.told(1);
			await aMinutePasses(fixture.database);
			await aMinutePasses(fixture.database);
			expect(await mark()).toBe(before);

			await late.query('commit');
			await watched.told(2);
			expect(recipients(watched)).toEqual(['early', 'late']);

			await untilRaisedAbove(before);
			await give(id, 'last');
			await watched.told(3);
			expect(recipients(watched)).toEqual(['early', 'late', 'last']);
		});

		it('is told after the tables were moved to another server', async () => {
			const { id } = await poolWith(fixture, 3);
			const watched = await watching(fixture.coupons, { events: ['assigned'] });
			await give(id, 'one');
			await watched.told(1);
			await nextLook(fixture.database);
			const before = await mark();
			// A transaction id that this server has still to come to.
			await fixture.database.query(
				"update :schema.watches set next_xmax = '9000000000000'::xid8 where next_xmax is not null",
			);
			await give(id, 'two');
			await watched.told(2);
			await untilRaisedAbove(before);
			expect(recipients(watched)).toEqual(['one', 'two']);
		});
	});

	it('needs no more rights than to read and write, once an administrator has made the tables', async () => {
		const administrator = await client();
		const role = `guest_${randomBytes(4).toString('hex')}`;
		const { schema } = fixture.settings;
		await administrator.query(
			`create role ${role} login password 'guest';
			grant usage on schema "${schema}" to ${role};
			grant select, insert, update, delete on all tables in schema "${schema}" to ${role};
			grant usage on all sequences in schema "${schema}" to ${role}`,
		);
		toClose.push(
			async () => void (await administrator.query(`drop owned by ${role}; drop role ${role}`)),
		);
		const url = new URL(serverUrl());
		url.username = role;
		url.password = 'guest';
		const coupons = await openCouponPools({ connectionString: url.toString(), schema });
		toClose.push(async () => await coupons.close());
		const { id } = await poolWith({ coupons }, 2, { lowStockThreshold: 1 });
		const watched = await watching(coupons, {
			events: ['assigned', 'low_stock'],
			...WITHOUT_POLLING,
		});
		await listenerOtherThan();
		await coupons.assign(id, [{ recipient: 'jane' }]);
		await watched.told(2);
		expect(watched.events.map(({ event }) => event).sort()).toEqual(['assigned', 'low_stock']);
	});
});
