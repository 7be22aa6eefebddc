import type { Pool as ConnectionPool, PoolClient, QueryConfig } from 'pg';

import type { CouponPoolsError } from '../errors';
import { explainDatabaseError, sqlState } from './explain-error';

/**
 * Lends one of the connections to the work, and takes it back at its end, however it ends.
 *
 * @param server what errors call it
 * @throws CouponPoolsError if there is none to be had; and whatever the work throws
 */
export async function withConnection<Result>(
	connections: ConnectionPool,
	server: string,
	work: (connection: LentConnection) => Promise<Result>,
): Promise<Result> {
	let client: PoolClient;
	try {
		client = await connections.connect();
	} catch (error) {
		throw explainDatabaseError(error, server);
	}
	const connection = new LentConnection(client, server);
	try {
		return await work(connection);
	} finally {
		connection.giveBack();
	}
}

/** A connection while it is lent. Only its own errors are translated: whoever works with it may fail for other reasons. */
export class LentConnection {
	/** Why nobody is to have it again. */
	private fault: Error | undefined;

	constructor(
		private readonly client: PoolClient,
		private readonly server: string,
	) {
		client.on('error', this.onError);
	}

	/** False for one that is broken, whose statement may still be running, or whose server is the standby now. */
	get isSound(): boolean {
		return this.fault === undefined;
	}

	/** @throws CouponPoolsError */
	async query<Row>(statement: QueryConfig): Promise<Row[]> {
		try {
			return (await this.client.query(statement)).rows as Row[];
		} catch (error) {
			throw this.explain(error);
		}
	}

	giveBack(): void {
		this.client.off('error', this.onError);
		this.client.release(this.fault);
	}

	private readonly onError = (error: Error): void => {
		this.fault ??= error;
	};

	private explain(error: unknown): CouponPoolsError {
		if (isConnectionLost(error)) {
			// What the server said before it hung up says why.
			this.fault ??= error;
			return explainDatabaseError(this.fault, this.server);
		}
		if (sqlState(error) === READ_ONLY) {
			// After a failover, of the server that is the standby now. A new connection finds the new primary.
			this.fault = error as Error;
		}
		return explainDatabaseError(error, this.server);
	}
}

const READ_ONLY = '25006';

/**
 * The driver's own errors carry no SQLSTATE, also that it gave up waiting for an answer; with class 57P and 08, 25P03
 * and 25P04 the server closes the connection.
 */
function isConnectionLost(error: unknown): error is Error {
	const code = (error as { code?: string }).code ?? '';
	return error instanceof Error && (!/^[0-9A-Z]{5}$/.test(code) || /^(57P|08|25P0[34])/.test(code));
}
