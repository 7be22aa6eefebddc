import { inspect } from 'node:util';

import type { Database } from '../../lib/database/database';

/** Everything that anybody could print of an error: its text, stack, fields (hidden ones too), and what caused it. */
export function allOf(error: unknown): string {
	return [
		inspect(error, { depth: 10, showHidden: true, maxArrayLength: null, maxStringLength: null }),
		JSON.stringify(error),
		JSON.stringify(error, Object.getOwnPropertyNames(error ?? {})),
		String(error),
	].join('\n');
}

/** Each row of each table of the schema, as a text. */
export async function allRowsOf(database: Database): Promise<string> {
	const tables = await database.query<{ name: string }>(
		`select tablename as name from pg_tables
		where quote_ident(schemaname)::regnamespace = ':schema'::regnamespace`,
	);
	const rows: string[] = [];
	for (const { name } of tables) {
		const found = await database.query<{ row: string }>(
			`select row_to_json(one)::text as row from :schema.${name} as one`,
		);
		rows.push(...found.map(({ row }) => `${name}: ${row}`));
	}
	return rows.join('\n');
}
