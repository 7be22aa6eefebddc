import { Pool as ConnectionPool, types as driverTypes, type ClientBase, type PoolConfig } from 'pg';

import type { Database, Session, SqlValue } from './database';
import { listenOnPostgres } from './listen-postgres';
import { withConnection } from './postgres-connection';
import { inTransaction, SingleStatements } from './postgres-isolation';
import { Statements } from './postgres-statements';
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
	const server = describeServer(settings);
	const statements = new Statements(schemaFiller(quotedSchema));
	const single = new SingleStatements();

	return {
		query: async <Row>(text: string, values?: readonly SqlValue[]) =>
			await withConnection(
				connections,
				server,
				async (connection) =>
					await single.run(
						connection,
						async () => await statements.run<Row>(connection, text, values),
					),
			),

		queryPrepared: async <Row>(name: string, text: string, values: readonly SqlValue[]) =>
			await withConnection(
				connections,
				server,
				async (connection) =>
					await single.run(connection, async () =>
						// A statement that cannot be prepared would end the transaction around it.
						single.areBare
							? await statements.runPrepared<Row>(connection, name, text, values)
							: await statements.run<Row>(connection, text, values),
					),
			),

		transaction: async (work) =>
			await withConnection(connections, server, async (connection) => {
				const session: Session = {
					query: async <Row>(text: string, values?: readonly SqlValue[]) =>
						await statements.run<Row>(connection, text, values),
				};
				return await inTransaction(connection, async () => await work(session));
			}),

		listen: async (channel, listener) =>
			listenOnPostgres(connectionConfig(settings), channel, listener),

		close: async () => await connections.end(),
	};
}

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
