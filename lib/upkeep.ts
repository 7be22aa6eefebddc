import type { Database } from './database/database';
import { forgetLateRequests } from './recipients/forget-late-requests';
import { sumUpUse } from './reports/sum-up-use';
import { foldAllTallies } from './stock/tidy';

/** Milliseconds. A report then reads only some minutes of the ledger, even if nobody asked for one in a month. */
const INTERVAL = 5 * 60_000;

/**
 * Tidies up pools in which something has happened, in the background: nobody waits for it, and what fails is left to
 * the next time.
 */
export class Upkeep {
	private readonly changed = new Set<string>();

	private readonly changedByName = new Set<string>();

	private timer: NodeJS.Timeout | undefined;

	private working: Promise<void> = Promise.resolve();

	constructor(
		private readonly database: Database,
		private readonly interval = INTERVAL,
	) {}

	/** Something happened in the pool; in any of them if it is empty, which is left to those that are named. */
	note(poolId: string): void {
		if (poolId === '') return;
		this.changed.add(poolId);
		this.keepUpSoon();
	}

	/** The same where only names are known. Pools of other merchants may have them, too: these are tidied up as well. */
	noteNamed(names: readonly string[]): void {
		if (names.length === 0) return;
		names.forEach((name) => this.changedByName.add(name));
		this.keepUpSoon();
	}

	/** Leaves off; what was begun is finished. */
	async close(): Promise<void> {
		clearTimeout(this.timer);
		this.changed.clear();
		this.changedByName.clear();
		await this.working;
	}

	private keepUpSoon(): void {
		this.timer ??= setTimeout(() => {
			this.timer = undefined;
			this.working = this.working.then(async () => await this.keepUp());
		}, this.interval).unref();
	}

	private async keepUp(): Promise<void> {
		const pools = await this.takeChanged();
		for (const poolId of pools) {
			await forgetLateRequests(this.database, poolId).catch(() => undefined);
			await sumUpUse(this.database, poolId).catch(() => undefined);
			await foldAllTallies(this.database, poolId).catch(() => undefined);
		}
	}

	private async takeChanged(): Promise<ReadonlySet<string>> {
		const pools = new Set(this.changed);
		const names = [...this.changedByName];
		this.changed.clear();
		this.changedByName.clear();
		if (names.length > 0) {
			const named = this.database.query<{ id: string }>(NAMED, [names]);
			(await named.catch(() => [])).forEach(({ id }) => pools.add(id));
		}
		return pools;
	}
}

const NAMED = 'select id from :schema.pools where name = any ($1::text[])';
