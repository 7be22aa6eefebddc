import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Database } from '../../lib/database/database';
import { sqlState } from '../../lib/database/explain-error';

const PASSWORD = 'least';

/**
 * Makes a role if there is none, and grants it what docs/least-privilege.sql says, and nothing else.
 *
 * @param administrator a database whose schema is migrated
 * @returns the database's URL as this role
 */
export async function grantLeastPrivilege(
	administrator: Database,
	{ url, schema, role }: { url: string; schema: string; role: string },
): Promise<string> {
	const ofRole = new URL(url);
	for (const statement of statements({ schema, role, database: ofRole.pathname.slice(1) })) {
		await doInTurn(administrator, statement);
	}
	ofRole.username = role;
	ofRole.password = PASSWORD;
	return ofRole.toString();
}

/** A right on the database is one row for all roles; if two tests grant it at once, one is told to try again. */
async function doInTurn(administrator: Database, statement: string): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		try {
			await administrator.query(statement);
			return;
		} catch (error) {
			if (sqlState(error) === ALREADY_THERE) {
				return;
			}
			if (sqlState(error) !== UPDATED_AT_ONCE || attempt === 20) {
				throw error;
			}
			await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
		}
	}
}

const ALREADY_THERE = '42710';
const UPDATED_AT_ONCE = 'XX000';

function statements(names: { schema: string; role: string; database: string }): string[] {
	return readFileSync(join(__dirname, '../../docs/least-privilege.sql'), 'utf8')
		.replaceAll(/^--.*$/gm, '')
		.replaceAll('coupon_pools_app', names.role)
		.replaceAll(/\bcoupon_pools\b/g, names.schema)
		.replaceAll('database postgres', `database "${names.database}"`)
		.replaceAll('change me', PASSWORD)
		.split(/;\s*$/m)
		.map((statement) => statement.trim())
		.filter((statement) => statement !== '');
}
