import { setTimeout as pause } from 'node:timers/promises';

import type { Database } from '../database/database';
import { explainDatabaseError } from '../database/explain-error';
import { timeZone } from '../dates/time-zone';
import { invalidInput, type CouponPoolsError } from '../errors';
import { checkChoice } from '../texts/check-choice';
import { checkText } from '../texts/check-text';
import { announce, channelOf } from './announce';
import { begin, look, WatchMemory, type WatchPlan } from './look';
import { POOL_EVENTS, type PoolEvent, type PoolEventName, type WatchedPools } from './pool-event';

export interface WatchOptions {
	/**
	 * Stands for whoever watches, across restarts and processes: one who comes back under the same name is told what
	 * happened meanwhile, and of several processes under one name, one is told. 1 to 255 characters.
	 */
	watcher: string;
	/** At least one. */
	events: readonly PoolEventName[];
	/** Default: all pools. */
	pools?: WatchedPools;
	/** Where to begin if the watcher is known: at its last look (default), or now. */
	since?: 'lastLook' | 'now';
	/** Seconds between two looks when nothing is announced, 1 to 3,600. Default 30. */
	pollSeconds?: number;
	/** For dates in the texts of stock events. Default UTC. */
	timezone?: string;
	/** Called with what happened, up to 500 events of codes at once. If it throws, they are told again later. */
	onEvents: (events: PoolEvent[]) => void;
	/** Called when the database cannot be looked at, with the time since when; the watch goes on trying, even if this throws. */
	onTrouble?: (error: CouponPoolsError, since: Date) => void;
}

export interface Watch {
	/** No more events are told from this call on. */
	stop(): Promise<void>;
}

/** Announcements in quick succession are looked for together. */
const LEAST_MS_BETWEEN_LOOKS = 500;

const LONGEST_PAUSE_AFTER_TROUBLE_MS = 30_000;

/** When the watch is stopped, a look that hangs is not waited for any longer than this. */
const STOP_WITHIN_MS = 5000;

/**
 * Tells what happens in pools, from now on or from the last look on, until it is stopped: at once where the
 * database passes announcements on, and at every poll in any case. Nothing is missed while the connection or the
 * process is gone.
 *
 * @throws CouponPoolsError `invalid_input`; `pool_not_found`; `database_…` if the first look fails
 */
export async function watchPools(database: Database, options: WatchOptions): Promise<Watch> {
	const plan = checkOptions(options);
	await begin(
		database,
		plan,
		checkChoice(options.since ?? 'lastLook', 'Since', ['lastLook', 'now']),
	);
	const running = new RunningWatch(database, plan, options);
	await running.listen();
	running.start();
	return running;
}

class RunningWatch implements Watch {
	private readonly stopping = new AbortController();

	private readonly memory = new WatchMemory();

	private nudge = new AbortController();

	private stopListening: (() => Promise<void>) | undefined;

	private looking: Promise<void> = Promise.resolve();

	constructor(
		private readonly database: Database,
		private readonly plan: WatchPlan,
		private readonly options: WatchOptions,
	) {}

	start(): void {
		this.looking = this.keepLooking();
	}

	async listen(): Promise<void> {
		if (this.database.listen === undefined) {
			return;
		}
		const channel = await channelOf(this.database);
		this.stopListening = await this.database.listen(channel, {
			knock: async (payload) => await announce(this.database, [payload]),
			heard: (poolId) => {
				if (this.concerns(poolId)) {
					this.nudge.abort();
				}
			},
			listening: () => this.nudge.abort(),
		});
	}

	async stop(): Promise<void> {
		this.stopping.abort();
		this.nudge.abort();
		const hanging = new AbortController();
		await Promise.race([
			Promise.all([this.looking, this.stopListening?.()]),
			pause(STOP_WITHIN_MS, undefined, { signal: hanging.signal }).catch(() => undefined),
		]);
		hanging.abort();
	}

	private async keepLooking(): Promise<void> {
		const pollMs = (this.options.pollSeconds ?? 30) * 1000;
		let afterTroubleMs = 1000;
		let troubleSince: Date | undefined;
		while (!this.stopping.signal.aborted) {
			this.nudge = new AbortController();
			let waitMs = pollMs;
			try {
				const { more, restMs } = await look(this.database, this.plan, this.memory, (events) =>
					this.tell(events),
				);
				waitMs = more ? 0 : Math.min(pollMs, restMs ?? pollMs);
				afterTroubleMs = 1000;
				troubleSince = undefined;
			} catch (error) {
				if (this.stopping.signal.aborted) {
					return;
				}
				troubleSince ??= new Date();
				this.reportTrouble(error, troubleSince);
				waitMs = Math.min(pollMs, afterTroubleMs);
				afterTroubleMs = Math.min(2 * afterTroubleMs, LONGEST_PAUSE_AFTER_TROUBLE_MS);
			}
			if (waitMs > 0) {
				await this.pause(LEAST_MS_BETWEEN_LOOKS, this.stopping.signal);
				await this.pause(waitMs - LEAST_MS_BETWEEN_LOOKS, this.nudge.signal);
			}
		}
	}

	private reportTrouble(error: unknown, since: Date): void {
		try {
			this.options.onTrouble?.(explainDatabaseError(error, 'the watched pools'), since);
		} catch {
			// Nobody waits for the watch: what is thrown here would end the process.
		}
	}

	/** An announcement without an id is about any pool. */
	private concerns(poolId: string): boolean {
		const { pools } = this.plan;
		return (
			poolId === '' || typeof pools === 'string' || !('ids' in pools) || pools.ids.includes(poolId)
		);
	}

	private tell(events: PoolEvent[]): void {
		// Throws if stopping, so that the transaction is undone: the next one to watch is told.
		this.stopping.signal.throwIfAborted();
		this.options.onEvents(events);
	}

	private async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
		if (milliseconds > 0 && !this.stopping.signal.aborted) {
			await pause(milliseconds, undefined, { signal }).catch(() => undefined);
		}
	}
}

function checkOptions(options: WatchOptions): WatchPlan {
	const { events, pools = 'all', pollSeconds = 30, timezone = 'UTC' } = options;
	const unknown = events.find((event) => !POOL_EVENTS.includes(event));
	if (events.length === 0 || unknown !== undefined) {
		throw invalidInput(
			unknown === undefined
				? 'No event is chosen'
				: `The event ${JSON.stringify(unknown)} is unknown`,
			`Choose from ${POOL_EVENTS.join(', ')}.`,
		);
	}
	if (typeof pools === 'object' && 'ids' in pools && pools.ids.length === 0) {
		throw invalidInput('No pool is chosen', 'Choose at least one pool, or watch all.');
	}
	if (!(pollSeconds >= 1 && pollSeconds <= 3600)) {
		throw invalidInput(
			`The time between two looks is ${pollSeconds} seconds`,
			'Give 1 to 3,600 seconds.',
		);
	}
	timeZone(timezone);
	return {
		watcher: checkText(options.watcher, { field: 'Watcher', least: 1, most: 255 }),
		pools,
		events: new Set(events),
		timezone,
	};
}
