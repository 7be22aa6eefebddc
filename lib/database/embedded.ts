import { mkdir, realpath } from 'node:fs/promises';

import type { PGlite, Transaction } from '@electric-sql/pglite';

import type { Database, Session, SqlValue } from './database';
import { EmbeddedEngine } from './embedded-engine';
import { holdFolder, type FolderHold } from './embedded-hold';
import { explainDatabaseError } from './explain-error';
import { instantText } from './instant-text';
import { valueReaders } from './read-values';
import { schemaFiller } from './sql-text';

/**
 * PostgreSQL in WebAssembly, with its files in a folder of this machine, for one process. Statements run
 * one after the other; a transaction keeps the others waiting.
 *
 * @throws CouponPoolsError `database_in_use` if another process has the folder open
 */
export async function openEmbedded(dataDirectory: string, quotedSchema: string): Promise<Database> {
	const { folder, engine } = await shareEngine(dataDirectory);
	const fill = schemaFiller(quotedSchema);

	const explained = async <Result>(work: () => Promise<Result>): Promise<Result> => {
		try {
			return await work();
		} catch (error) {
			throw explainDatabaseError(error, folder);
		}
	};

	const run = async <Row>(
		on: PGlite | Transaction,
		text: string,
		values: readonly SqlValue[] = [],
	): Promise<Row[]> =>
		(await on.query<Row>(fill(text), values.map(written), { parsers: { ...valueReaders } })).rows;

	const runAlone = async <Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]> =>
		await explained(async () => await run<Row>(await engine.running(), text, values));

	return {
		query: runAlone,

		queryPrepared: async <Row>(_name: string, text: string, values: readonly SqlValue[]) =>
			await runAlone<Row>(text, values),

		transaction: async <Result>(work: (session: Session) => Promise<Result>) => {
			// Kept as it is: whoever works in the transaction may fail for reasons that are not the database's.
			let ofWork: unknown;
			try {
				const running = await engine.running();
				return await running.transaction(async (transaction) => {
					const session: Session = {
						query: async <Row>(text: string, values?: readonly SqlValue[]) =>
							await explained(async () => await run<Row>(transaction, text, values)),
					};
					return await work(session).catch((error: unknown) => {
						ofWork = error;
						throw error;
					});
				});
			} catch (error) {
				throw error === ofWork ? error : explainDatabaseError(error, folder);
			}
		},

		listen: async (channel, { heard, listening }) => {
			// One that takes its place after a panic is not listened to: then there is polling.
			const stop = await (await engine.running()).listen(channel, heard);
			listening();
			return async () => await stop().catch(() => undefined);
		},

		close: async () => await leaveEngine(folder),
	};
}

/** PGlite writes instants as ISO 8601 does, which it cannot read for every year. */
function written(value: SqlValue): unknown {
	return value instanceof Date ? instantText(value) : value;
}

interface SharedEngine {
	users: number;
	opening: Promise<{ engine: EmbeddedEngine; hold: FolderHold }>;
	/** Set once the last user has left; settles when the folder is free again. */
	closing?: Promise<void>;
}

/**
 * The engines that this process has open, by folder. On `globalThis`, since n8n loads the package anew
 * after an update, while the old copy still has the folder.
 */
const engines = ((globalThis as unknown as Record<symbol, Map<string, SharedEngine> | undefined>)[
	Symbol.for('n8n-nodes-coupon-pools.engines')
] ??= new Map<string, SharedEngine>());

async function shareEngine(
	dataDirectory: string,
): Promise<{ folder: string; engine: EmbeddedEngine }> {
	let folder: string;
	try {
		await mkdir(dataDirectory, { recursive: true });
		folder = await realpath(dataDirectory);
	} catch (error) {
		throw explainDatabaseError(error, dataDirectory);
	}
	let shared = engines.get(folder);
	while (shared?.closing !== undefined) {
		await shared.closing;
		shared = engines.get(folder);
	}
	if (shared === undefined) {
		shared = { users: 0, opening: openEngine(folder) };
		engines.set(folder, shared);
		shared.opening.catch(() => engines.delete(folder));
	}
	shared.users++;
	return { folder, engine: (await shared.opening).engine };
}

async function openEngine(folder: string): Promise<{ engine: EmbeddedEngine; hold: FolderHold }> {
	const hold = await holdFolder(folder);
	const engine = new EmbeddedEngine(folder);
	try {
		await engine.running();
		return { engine, hold };
	} catch (error) {
		await hold.release();
		throw explainDatabaseError(error, folder);
	}
}

async function leaveEngine(folder: string): Promise<void> {
	const shared = engines.get(folder);
	if (shared === undefined || --shared.users > 0) {
		return;
	}
	shared.closing = closeEngine(folder, shared);
	await shared.closing;
}

async function closeEngine(folder: string, { opening }: SharedEngine): Promise<void> {
	try {
		const { engine, hold } = await opening;
		await engine.close();
		await hold.release();
	} finally {
		engines.delete(folder);
	}
}
