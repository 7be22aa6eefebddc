import { CouponPools } from '../../lib';
import type { Database } from '../../lib/database/database';
import { openDatabase } from '../../lib/database/open';
import { OwnServer } from '../support/own-server';
import { expectHistoryToHold } from './check-history';
import type { FaultProxy } from './fault-proxy';
import { Load } from './load';
import { makePools } from './workload';

/** A PostgreSQL of its own, and processes that use it. */
export class ServerUnderLoad {
	own!: OwnServer;

	/**
	 * Makes pools in a schema of this name, and starts processes that use them.
	 *
	 * @param proxy through which they reach the server; directly if left out
	 */
	async load(
		name: string,
		{ clients, atOnce }: { clients: number; atOnce: number },
		proxy?: FaultProxy,
	): Promise<Load> {
		const pools = await this.direct(
			name,
			async (database) => await makePools(new CouponPools(database), name),
		);
		return new Load({
			name,
			settings: { connectionString: proxy?.url(this.own.url) ?? this.own.url, schema: name },
			pools,
			clients,
			atOnce,
		});
	}

	/** Checks, over a connection of its own, that everything holds; no process may have ended on its own. */
	async expectToHold(load: Load): Promise<void> {
		expect(load.strangeEnds).toEqual([]);
		expect(load.history.filter(({ outcome }) => outcome.kind === 'answer').length).toBeGreaterThan(
			50,
		);
		await this.direct(
			load.name,
			async (database) => await expectHistoryToHold(database, load.pools, load.history),
		);
	}

	async direct<Result>(
		schema: string,
		work: (database: Database) => Promise<Result>,
	): Promise<Result> {
		const database = await openDatabase({ connectionString: this.own.url, schema });
		try {
			return await work(database);
		} finally {
			await database.close();
		}
	}
}

export function onServerUnderLoad(name: string, declare: (server: ServerUnderLoad) => void): void {
	describe(name, () => {
		const server = new ServerUnderLoad();
		beforeAll(async () => {
			server.own = await OwnServer.start();
		}, 60_000);
		afterAll(async () => await server.own.stop());
		declare(server);
	});
}
