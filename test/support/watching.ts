import { setTimeout as pause } from 'node:timers/promises';

import type { CouponPools, PoolEvent, WatchOptions } from '../../lib';
import type { Database } from '../../lib/database/database';

/** A watch whose events are collected. */
export interface Watched {
	readonly events: PoolEvent[];
	/** How many events came at once, one number for each call. */
	readonly tellings: number[];
	/** Resolves when this many events have been told since the beginning. */
	told(count: number): Promise<PoolEvent[]>;
	stop(): Promise<void>;
}

/** Watches for the duration of a test. Polls every second, so that a test that waits for a poll is quick. */
export async function watch(
	coupons: CouponPools,
	options: Partial<WatchOptions> & Pick<WatchOptions, 'events'>,
): Promise<Watched> {
	const events: PoolEvent[] = [];
	const tellings: number[] = [];
	let waiting: Array<{ count: number; resolve: () => void }> = [];
	const running = await coupons.watch({ watcher: 'test', pollSeconds: 1, ...options, onEvents });

	function onEvents(told: PoolEvent[]): void {
		options.onEvents?.(told);
		events.push(...told);
		tellings.push(told.length);
		waiting.filter(({ count }) => count <= events.length).forEach(({ resolve }) => resolve());
		waiting = waiting.filter(({ count }) => count > events.length);
	}

	return {
		events,
		tellings,
		told: async (count) => {
			await new Promise<void>((resolve) =>
				count <= events.length ? resolve() : waiting.push({ count, resolve }),
			);
			return events;
		},
		stop: async () => await running.stop(),
	};
}

/** As if the time after which marks may be raised had passed; includes a look that may raise them. */
export async function aMinutePasses(database: Database): Promise<void> {
	await nextLook(database);
	await database.query(
		"update :schema.watches set next_at = now() - interval '2 minutes' where next_at is not null",
	);
	await nextLook(database);
}

/** Resolves when a watch has finished a look that began after this call. */
export async function nextLook(database: Database, watcher = 'test'): Promise<void> {
	const [{ now }] = await database.query<{ now: string }>('select now()::text as now');
	for (;;) {
		const looked = await database.query(
			'select from :schema.watches where pool_id = 0 and watcher = $1 and looked_at > $2::timestamptz',
			[watcher, now],
		);
		if (looked.length > 0) return;
		await pause(50);
	}
}
