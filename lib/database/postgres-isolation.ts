import { sqlState } from './explain-error';
import type { LentConnection } from './postgres-connection';

/** Does the work in one transaction, read committed whatever the server's default; undone if the work throws. */
export async function inTransaction<Result>(
	connection: LentConnection,
	work: () => Promise<Result>,
): Promise<Result> {
	await connection.query({ text: 'begin isolation level read committed' });
	try {
		const result = await work();
		await connection.query({ text: 'commit' });
		return result;
	} catch (error) {
		// Behind a hanging statement, the rollback would have to wait as long again; the server rolls back by itself when
		// the connection is given up.
		if (connection.isSound) {
			await connection.query({ text: 'rollback' }).catch(() => undefined);
		}
		throw error;
	}
}

/** Statements on their own, read committed too. */
export class SingleStatements {
	/**
	 * Until the server or role turns out to isolate more strictly by default: under load, a statement on its own would then
	 * fail over and over. Not set once per connection, since through a pooler that would not last.
	 */
	private isolatedAsExpected = true;

	/** Whether they run without a transaction of ours around them, which a statement that fails would end. */
	get areBare(): boolean {
		return this.isolatedAsExpected;
	}

	async run<Result>(connection: LentConnection, statement: () => Promise<Result>): Promise<Result> {
		if (!this.isolatedAsExpected) {
			return await inTransaction(connection, statement);
		}
		try {
			return await statement();
		} catch (error) {
			if (sqlState(error) !== SERIALIZATION_FAILURE) {
				throw error;
			}
			// It has done nothing.
			this.isolatedAsExpected = false;
			return await inTransaction(connection, statement);
		}
	}
}

/** What a transaction under read committed never meets. */
const SERIALIZATION_FAILURE = '40001';
