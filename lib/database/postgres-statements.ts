import { createHash } from 'node:crypto';

import type { SqlValue } from './database';
import { sqlState } from './explain-error';
import type { LentConnection } from './postgres-connection';

/** How statements are sent: as they are, or prepared where the way to the server allows it. */
export class Statements {
	/** Until a pooler in between shows that its connections are not ours alone (PgBouncer in transaction mode). */
	private canPrepare = true;

	/** @param fill puts the schema into a text */
	constructor(private readonly fill: (text: string) => string) {}

	async run<Row>(
		connection: LentConnection,
		text: string,
		values: readonly SqlValue[] = [],
	): Promise<Row[]> {
		const given: unknown[] = [...values];
		try {
			return await connection.query<Row>({ text: this.fill(text), values: given });
		} finally {
			// The driver's finished queries are linked to each other, so that once one of them has grown old, the garbage
			// collector keeps all that follow. Without their values, 1 MB of 600 texts of 55 KB grew old instead of 21.
			given.length = 0;
		}
	}

	/** As `run`, but planned once per connection. */
	async runPrepared<Row>(
		connection: LentConnection,
		name: string,
		text: string,
		values: readonly SqlValue[],
	): Promise<Row[]> {
		if (!this.canPrepare) {
			return await this.run<Row>(connection, text, values);
		}
		const statement = nameByText(name, this.fill(text));
		try {
			return await connection.query<Row>({ ...statement, values: values as unknown[] });
		} catch (error) {
			if (!CANNOT_PREPARE.includes(sqlState(error))) {
				throw error;
			}
			// It failed before it ran.
			this.canPrepare = false;
			return await this.run<Row>(connection, text, values);
		}
	}
}

/** No such prepared statement; one of this name exists; a table has changed since it was planned. */
const CANNOT_PREPARE = ['26000', '42P05', '0A000'];

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
