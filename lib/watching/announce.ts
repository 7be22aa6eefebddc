import type { Database, Session } from '../database/database';

/** How often one process announces at most, whatever happens in its pools. */
const ANNOUNCE_EVERY_MS = 1000;

/** How long it is assumed that somebody, or nobody, watches. */
const BELIEVE_MS = 10_000;

/** An announcement not sent within this time is left to the watchers' polling. */
const CLOSE_WITHIN_MS = 1000;

/**
 * The channel on which changes in the pools of this schema are announced; no other schema has a channel of this name.
 */
export async function channelOf(session: Session): Promise<string> {
	const [{ channel }] = await session.query<{ channel: string }>(CHANNEL);
	return channel;
}

/** Sends a payload to those who listen. */
export async function announce(session: Session, payloads: readonly string[]): Promise<void> {
	await session.query(ANNOUNCE, [payloads]);
}

/**
 * Wakes those who watch when something has happened in a pool.
 *
 * The truth is in the tables; this only saves waiting for the next poll. So it is sent after the commit, and nobody
 * waits for it: if it were sent within each transaction, all commits of the server would queue up, since PostgreSQL
 * takes one lock for every commit that notifies. While nobody watches, it costs one look every ten seconds.
 */
export class Announcer {
	private readonly waiting = new Set<string>();

	private timer: NodeJS.Timeout | undefined;

	private sentAt = 0;

	private sending: Promise<void> = Promise.resolve();

	private watched: { since: number; answer: Promise<boolean> } | undefined;

	constructor(private readonly database: Database) {}

	/** To be called after the commit. */
	changed(poolId: string): void {
		this.waiting.add(poolId);
		const pause = Math.max(0, this.sentAt + ANNOUNCE_EVERY_MS - Date.now());
		this.timer ??= setTimeout(() => this.send(), pause).unref();
	}

	/** Somebody in this process begins to watch. */
	believeWatched(): void {
		this.watched = undefined;
	}

	/** Sends what waits, before the database is closed. */
	async close(): Promise<void> {
		if (this.waiting.size > 0) {
			this.send();
		}
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, CLOSE_WITHIN_MS);
		});
		await Promise.race([this.sending, late]);
		clearTimeout(timer);
	}

	private send(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.sentAt = Date.now();
		const poolIds = [...this.waiting];
		this.waiting.clear();
		// If it fails, polling finds what happened.
		this.sending = this.sendIfWatched(poolIds).catch(() => undefined);
	}

	private async sendIfWatched(poolIds: readonly string[]): Promise<void> {
		if (this.watched === undefined || Date.now() - this.watched.since > BELIEVE_MS) {
			this.watched = { since: Date.now(), answer: this.isAnybodyWatching() };
		}
		if (await this.watched.answer) {
			await announce(this.database, poolIds);
		}
	}

	private async isAnybodyWatching(): Promise<boolean> {
		const [{ watched }] = await this.database.query<{ watched: boolean }>(IS_WATCHED);
		return watched;
	}
}

/** An hour is the longest time between two polls. */
const IS_WATCHED = `
	select exists (
		select from :schema.watches where pool_id = 0 and looked_at > now() - interval '2 hours'
	) as watched`;

const CHANNEL = `
	select 'coupon_pools_' || tableoid as channel from :schema.migrations limit 1`;

const ANNOUNCE = `
	select pg_notify('coupon_pools_' || place.tableoid, payload)
	from (select tableoid from :schema.migrations limit 1) as place
	cross join unnest($1::text[]) as payload`;
