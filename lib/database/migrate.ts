import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CouponPoolsError } from '../errors';
import type { Database } from './database';
import { isWorthRetrying, sqlState } from './explain-error';
import { USE_UTF8 } from './use-utf8';

const OLDEST_SERVER = 140_000;

const NO_SCHEMA = '3F000';

const INSUFFICIENT_PRIVILEGE = '42501';

/** A table of the same name, and anything else of it. */
const IS_THERE = ['42P07', '42710'];

/** The winner of a race has committed, unless it was undone itself. */
const MOST_LOSSES = 10;

/**
 * Brings the schema to what this version needs, making it on first use.
 *
 * Two processes at once both succeed: a migration's row is inserted first, so that the later one waits,
 * loses with a duplicate key, and finds the work done. A role without DDL rights gets through once the
 * schema is up to date, since looking comes before making.
 *
 * @throws CouponPoolsError `database_rights` if the schema must be made or changed and this role may not;
 *   `database_failed` if the server is older than PostgreSQL 14, the database is to be made in another encoding than
 *   UTF8, the schema is newer than this package, or it has tables of something else in it
 */
export async function migrate(database: Database): Promise<void> {
	const migrations = readMigrations();
	let losses = 0;
	for (let before = 0; ; ) {
		const done = await lastMigration(database);
		if (done > migrations.length) {
			throw new CouponPoolsError(
				'database_failed',
				`The schema is at version ${done}; this package knows versions up to ${migrations.length}`,
				{ hint: 'Update n8n-nodes-coupon-pools on this machine.' },
			);
		}
		if (done === migrations.length) {
			return;
		}
		losses = done === before ? losses : 0;
		before = done;
		try {
			await apply(database, done + 1, migrations[done]);
		} catch (error) {
			if (!isLostRace(error)) {
				throw error;
			}
			if (++losses === MOST_LOSSES) {
				throw IS_THERE.includes(sqlState(error)) ? notOurs(error as Error) : error;
			}
		}
	}
}

/** Nobody has won the race: what is there was not made by a migration. */
function notOurs(error: Error): CouponPoolsError {
	return new CouponPoolsError('database_failed', `The schema cannot be made. ${error.message}`, {
		hint: 'It belongs to something that is not of the coupon pools: choose a schema of their own in the credential.',
		cause: error,
	});
}

function readMigrations(): string[] {
	const folder = join(__dirname, 'migrations');
	return readdirSync(folder)
		.filter((name) => /^\d{6}\.sql$/.test(name))
		.sort()
		.map((name) => readFileSync(join(folder, name), 'utf8'));
}

async function lastMigration(database: Database): Promise<number> {
	try {
		const [row] = await database.query<{ last: number }>(
			'select coalesce(max(id), 0) as last from :schema.migrations',
		);
		return row.last;
	} catch (error) {
		// No schema or no table yet; a schema that this role may not use is another matter.
		if (['42P01', NO_SCHEMA].includes(sqlState(error))) {
			return 0;
		}
		throw error;
	}
}

async function apply(database: Database, id: number, text: string): Promise<void> {
	await database.transaction(async (session) => {
		if (id === 1) {
			await checkServer(session);
			await makeTable(session);
		}
		await session.query('insert into :schema.migrations (id) values ($1)', [id]);
		for (const statement of splitStatements(text)) {
			await session.query(statement);
		}
	});
}

/** Where an administrator has made the schema, a role that owns it need not have the right to make another. */
async function makeTable(session: Pick<Database, 'query'>): Promise<void> {
	await session.query('savepoint before_schema');
	let refusal: unknown;
	try {
		await session.query('create schema if not exists :schema');
	} catch (error) {
		if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) {
			throw error;
		}
		refusal = error;
		await session.query('rollback to savepoint before_schema');
	}
	try {
		await session.query(
			'create table if not exists :schema.migrations (id int primary key, applied_at timestamptz not null default now())',
		);
	} catch (error) {
		throw refusal !== undefined && sqlState(error) === NO_SCHEMA ? refusal : error;
	}
}

async function checkServer(session: Pick<Database, 'query'>): Promise<void> {
	const [server] = await session.query<{ number: number; version: string; encoding: string }>(
		`select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
			current_setting('server_encoding') as encoding`,
	);
	if (server.number < OLDEST_SERVER) {
		throw new CouponPoolsError('database_failed', `The server is PostgreSQL ${server.version}`, {
			hint: 'Coupon pools need PostgreSQL 14 or newer.',
		});
	}
	// SQL_ASCII takes any bytes as they are.
	if (!['UTF8', 'SQL_ASCII'].includes(server.encoding)) {
		throw new CouponPoolsError(
			'database_failed',
			`The database’s encoding is ${server.encoding}, which cannot store every recipient and code`,
			{ hint: USE_UTF8 },
		);
	}
}

/** Our migrations end each statement with a semicolon at the end of a line, and have none elsewhere. */
function splitStatements(text: string): string[] {
	return text
		.replaceAll(/^\s*--.*$/gm, '')
		.split(/;\s*$/m)
		.map((statement) => statement.trim())
		.filter((statement) => statement !== '');
}

/** Another process made the same schema, table or migration row at the same moment. */
function isLostRace(error: unknown): boolean {
	// 42P06: the schema exists; XX000 "tuple concurrently updated" comes from two `create schema` at once.
	return (
		isWorthRetrying(error) ||
		['42P06', ...IS_THERE].includes(sqlState(error)) ||
		/tuple concurrently updated/.test((error as Error).message)
	);
}
