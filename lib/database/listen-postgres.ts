import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Client, type ClientConfig } from 'pg';

import type { Listener } from './database';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A pooler that passes nothing on will hardly begin to, but the server may be moved. */
const PAUSE_WHEN_DEAF_MS = 10 * 60_000;
const HEARTBEAT_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Listens to a channel on a connection of its own, and connects anew whenever that is lost. A connection that has gone
 * silent is noticed by a statement every 20 seconds.
 *
 * PgBouncer in transaction mode accepts `listen` and then passes nothing on. So each connection first has to hear a
 * knock that was sent on another one; if it does not, the listener is told nothing, and it is tried again later.
 *
 * @returns a function that stops it
 */
export function listenOnPostgres(
	config: ClientConfig,
	channel: string,
	listener: Listener,
): () => Promise<void> {
	const stopping = new AbortController();
	const ended = keepListening(config, channel, listener, stopping.signal);
	return async () => {
		stopping.abort();
		await ended;
	};
}

async function keepListening(
	config: ClientConfig,
	channel: string,
	listener: Listener,
	stopping: AbortSignal,
): Promise<void> {
	let pauseMs = FIRST_PAUSE_MS;
	while (!stopping.aborted) {
		const client = new Client({ ...config, query_timeout: ANSWER_WITHIN_MS });
		try {
			await listenOnce(client, channel, stopping, {
				...listener,
				listening: () => {
					pauseMs = FIRST_PAUSE_MS;
					listener.listening();
				},
			});
		} catch (error) {
			// The connection was lost or cannot be had: polling goes on meanwhile, and reports if the database cannot be
			// reached.
			if (error instanceof HeardNothing) {
				pauseMs = PAUSE_WHEN_DEAF_MS;
			}
		} finally {
			// A broken connection does not end; nobody waits for it.
			client.end().catch(() => undefined);
		}
		await wait(pauseMs, stopping);
		pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
	}
}

/** Ends by throwing, when the connection is lost, or when told to. */
async function listenOnce(
	client: Client,
	channel: string,
	stopping: AbortSignal,
	listener: Listener,
): Promise<void> {
	const over = new AbortController();
	const end = () => over.abort();
	client.on('error', end);
	client.on('end', end);
	stopping.addEventListener('abort', end, { once: true });
	try {
		await client.connect();
		const knock = randomUUID();
		const heardKnock = new AbortController();
		client.on('notification', ({ payload = '' }) => {
			if (payload === knock) {
				heardKnock.abort();
			} else {
				listener.heard(payload);
			}
		});
		await client.query(`listen "${channel}"`);
		await listener.knock(knock);
		await wait(ANSWER_WITHIN_MS, AbortSignal.any([heardKnock.signal, over.signal]));
		if (!heardKnock.signal.aborted && !over.signal.aborted) {
			throw new HeardNothing('Announcements are not passed on');
		}
		listener.listening();
		while (!over.signal.aborted) {
			await wait(HEARTBEAT_MS, over.signal);
			if (!stopping.aborted) {
				await client.query('select 1');
			}
		}
	} finally {
		stopping.removeEventListener('abort', end);
	}
}

class HeardNothing extends Error {}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
	await pause(milliseconds, undefined, { signal }).catch(() => undefined);
}
