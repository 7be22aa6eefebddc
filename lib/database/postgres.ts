import { createHash } from 'node:crypto';

import {
	Pool as ConnectionPool,
	types as driverTypes,
	type ClientBase,
	type PoolClient,
	type PoolConfig,
} from 'pg';

import { CouponPoolsError } from '../errors';
import type { Database, SqlValue } from './database';
import { explainDatabaseError, sqlState } from './explain-error';
import { listenOnPostgres } from './listen-postgres';
import { valueReaders } from './read-values';
import { schemaFiller } from './sql-text';

export interface PostgresSettings {
	/** Decides on TLS itself, by its `sslmode`; without one, and without `ssl`, the connection is not encrypted. */
	connectionString?: string;
	host?: string;
	port?: number;
	database?: string;
	user?: string;
	password?: string;
	/** With `host`, on with verification by default; `false` for a server without TLS. */
	ssl?: boolean | { rejectUnauthorized?: boolean; ca?: string };
	/** Most connections at once. Default 10. */
	poolSize?: number;
	/** Milliseconds that a statement may take. Default 5 minutes: an upload's sorted insert is one statement. */
	statementTimeout?: number;
	/** Spread the tables over the nodes of a Citus cluster by pool; does nothing without Citus. Default false. */
	distributeWithCitus?: boolean;
}

/** Opens a pool of connections; nothing is connected before the first statement. */
export function openPostgres(settings: PostgresSettings, quotedSchema: string): Database {
	const connections = new ConnectionPool(connectionConfig(settings));
	// A connection that breaks while idle is dropped by the pool; without a listener it would end the process.
	connections.on('error', () => undefined);
	const fill = schemaFiller(quotedSchema);

	const withClient = async <Result>(
		work: (client: PoolClient) => Promise<Result>,
	): Promise<Result> => {
		let client: PoolClient;
		try {
			client = await connections.connect();
		} catch (error) {
			throw explainDatabaseError(error, describeServer(settings));
		}
		let failure: Error | undefined;
		const onError = (error: Error) => {
			failure ??= error;
		};
		client.on('error', onError);
		try {
			return await work(client);
		} catch (error) {
			if (isConnectionLost(error)) {
				// What the server said before it hung up says why.
				failure ??= error as Error;
				throw explainDatabaseError(failure, describeServer(settings));
			}
			if (sqlState(error) === READ_ONLY) {
				// After a failover, of the server that is the standby now. A new connection finds the new primary.
				failure = error as Error;
			}
			throw explainDatabaseError(error, describeServer(settings));
		} finally {
			client.off('error', onError);
			// A broken connection, or one whose statement may still be running, is not used again.
			client.release(failure);
		}
	};

	const run = async <Row>(
		client: PoolClient,
		text: string,
		values: readonly SqlValue[] = [],
	): Promise<Row[]> => {
		const given: unknown[] = [...values];
		try {
			return (await client.query({ text: fill(text), values: given })).rows as Row[];
		} finally {
			// The driver's finished queries are linked to each other, so that once one of them has grown old, the garbage
			// collector keeps all that follow. Without their values, 1 MB of 600 texts of 55 KB grew old instead of 21.
			given.length = 0;
		}
	};

	// True until a pooler in between shows that its connections are not ours alone (PgBouncer in transaction mode).
	let prepares = true;
	const runPrepared = async <Row>(
		client: PoolClient,
		name: string,
		text: string,
		values: readonly SqlValue[],
	): Promise<Row[]> => {
		const statement = nameByText(name, fill(text));
		try {
			return (await client.query({ ...statement, values: values as unknown[] })).rows as Row[];
		} catch (error) {
			if (!CANNOT_PREPARE.includes(sqlState(error))) {
				throw error;
			}
			// It failed before it ran.
			prepares = false;
			return await run(client, text, values);
		}
	};

	const inTransaction = async <Result>(
		client: PoolClient,
		work: () => Promise<Result>,
	): Promise<Result> => {
		await client.query('begin isolation level read committed');
		try {
			const result = await work();
			await client.query('commit');
			return result;
		} catch (error) {
			// Behind a hanging statement, the rollback would have to wait as long again; the server rolls back by itself when
			// the connection is given up.
			if (!isTimeout(error)) {
				await client.query('rollback').catch(() => undefined);
			}
			throw error;
		}
	};

	// True until the server or role turns out to isolate more strictly by default: under load, a statement on its own
	// would then fail over and over. Not set once per connection, since through a pooler that would not last.
	let isolatesAsExpected = true;
	const alone = async <Result>(
		client: PoolClient,
		statement: () => Promise<Result>,
	): Promise<Result> => {
		if (!isolatesAsExpected) {
			return await inTransaction(client, statement);
		}
		try {
			return await statement();
		} catch (error) {
			if (sqlState(error) !== SERIALIZATION_FAILURE) {
				throw error;
			}
			// It has done nothing.
			isolatesAsExpected = false;
			return await inTransaction(client, statement);
		}
	};

	return {
		query: async <Row>(text: string, values?: readonly SqlValue[]) =>
			await withClient(
				async (client) => await alone(client, async () => await run<Row>(client, text, values)),
			),

		queryPrepared: async <Row>(name: string, text: string, values: readonly SqlValue[]) =>
			await withClient(
				async (client) =>
					await alone(client, async () =>
						// A statement that cannot be prepared would end the transaction around it.
						prepares && isolatesAsExpected
							? await runPrepared<Row>(client, name, text, values)
							: await run<Row>(client, text, values),
					),
			),

		transaction: async (work) =>
			await withClient(
				async (client) =>
					await inTransaction(
						client,
						async () =>
							await work({
								query: async <Row>(text: string, values?: readonly SqlValue[]) =>
									await run<Row>(client, text, values),
							}),
					),
			),

		listen: async (channel, listener) =>
			listenOnPostgres(connectionConfig(settings), channel, listener),

		close: async () => await connections.end(),
	};
}

/** What a transaction under read committed never meets. */
const SERIALIZATION_FAILURE = '40001';
const READ_ONLY = '25006';

/**
 * A name that no other text has, not even of another schema or another version of this package. A pooler lends the same
 * connection to all of them, and PostgreSQL runs what was prepared under the name, whoever prepared it.
 */
function nameByText(name: string, text: string): { name: string; text: string } {
	let hash = hashes.get(text);
	if (hash === undefined) {
		hash = createHash('sha256').update(text).digest('hex').slice(0, 24);
		hashes.set(text, hash);
	}
	return { name: `${name} ${hash}`, text };
}

/** Texts are few: one for each statement and schema. */
const hashes = new Map<string, string>();

/** No such prepared statement; one of this name exists; a table has changed since it was planned. */
const CANNOT_PREPARE = ['26000', '42P05', '0A000'];

function connectionConfig(settings: PostgresSettings): PoolConfig {
	const { connectionString, host, port, database, user, password } = settings;
	return {
		...(connectionString === undefined
			? { host, port, database, user, password, ssl: settings.ssl ?? true }
			: { connectionString, ...(settings.ssl === undefined ? {} : { ssl: settings.ssl }) }),
		max: settings.poolSize ?? 10,
		// So that a prepared plan, made while a table was small, is given up after so many uses.
		maxUses: 5_000,
		application_name: 'n8n-nodes-coupon-pools',
		connectionTimeoutMillis: 10_000,
		onConnect: readInstants,
		query_timeout: settings.statementTimeout ?? 300_000,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
		allowExitOnIdle: true,
		types: {
			getTypeParser: ((type: number, format?: 'text' | 'binary') =>
				valueReaders[type] ??
				driverTypes.getTypeParser(type, format)) as typeof driverTypes.getTypeParser,
		},
	};
}

/** Instants are read in the form that the server has by default, whatever it, or the role, is set to. */
async function readInstants(client: ClientBase): Promise<void> {
	await client.query('set datestyle to iso');
}

/** The driver gave up waiting for the answer. */
function isTimeout(error: unknown): boolean {
	return error instanceof Error && error.message === 'Query read timeout';
}

function isConnectionLost(error: unknown): boolean {
	// The driver's own errors carry no SQLSTATE; with class 57P and 08, 25P03 and 25P04 the server closes the connection.
	if (error instanceof CouponPoolsError) {
		return false;
	}
	const code = (error as { code?: string }).code ?? '';
	return error instanceof Error && (!/^[0-9A-Z]{5}$/.test(code) || /^(57P|08|25P0[34])/.test(code));
}

/** Host, port and database, for errors; never the password. */
function describeServer(settings: PostgresSettings): string {
	if (settings.connectionString === undefined) {
		return `${settings.host ?? 'localhost'}:${settings.port ?? 5432}/${settings.database ?? ''}`;
	}
	try {
		const url = new URL(settings.connectionString);
		return `${url.hostname}:${url.port || '5432'}${url.pathname}`;
	} catch {
		return 'the server of the connection string';
	}
}
