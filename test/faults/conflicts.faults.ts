import { openCouponPools } from '../../lib';
import { tell, times } from './form';
import { answered } from './history';
import { onServerUnderLoad } from './server-under-load';

onServerUnderLoad('transactions that are in each other’s way', (server) => {
	/** The server's default for those who do not say. */
	const isolateBy = async (level: string) => {
		await server.own.query(
			`alter database postgres set default_transaction_isolation = '${level}'`,
		);
	};
	afterEach(async () => await isolateBy('read committed'));

	it.each(['read committed', 'repeatable read', 'serializable'])(
		'under an isolation of %s by default leave every code, recipient and sum as they must be',
		async (level) => {
			await isolateBy(level);
			const load = await server.load(level.replace(' ', '_'), { clients: 3, atOnce: 8 });
			await load.ready();
			await new Promise((resolve) => setTimeout(resolve, times({ short: 6000, long: 60_000 })));
			await load.end();
			tell({
				calls: load.history.length,
				assignments: answered(load.history, 'assign').length,
				'errors seen': load.errors,
			});
			await isolateBy('read committed');
			await server.expectToHold(load);
			expect(load.errors).toBe(0);
		},
	);

	it('and one of which the server undoes as a deadlock, end with the code that was asked for', async () => {
		const coupons = await openCouponPools({ connectionString: server.own.url, schema: 'deadlock' });
		const { id } = await coupons.createPool({ name: 'Deadlock' });
		await coupons.uploadCodes(id, [{ code: 'ONE' }, { code: 'TWO' }]);
		await server.direct('deadlock', async (database) => {
			// Another client first takes the second request's place in the ledger, and then wants the first one's.
			const take = (request: string) =>
				`insert into :schema.events (pool_id, kind, code, request_id) values (${id}, 'repeated', 'NONE', '${request}')`;
			let giving: Promise<unknown> = Promise.resolve();
			const other = database.transaction(async (session) => {
				await session.query("set local deadlock_timeout = '1min'");
				await session.query(take('2'));
				giving = coupons.assign(id, [
					{ recipient: 'a', requestId: '1' },
					{ recipient: 'b', requestId: '2' },
				]);
				giving.catch(() => undefined);
				await new Promise((resolve) => setTimeout(resolve, 300));
				await session.query(take('1'));
				throw new Error('It wants neither after all.');
			});
			await expect(other).rejects.toThrow();
			expect(await giving).toMatchObject([{ code: 'ONE' }, { code: 'TWO' }]);
			const [{ deadlocks }] = await database.query<{ deadlocks: number }>(
				'select deadlocks::int from pg_stat_database where datname = current_database()',
			);
			expect(deadlocks).toBeGreaterThan(0);
		});
		await coupons.close();
	});
});
