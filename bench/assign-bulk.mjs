// 100,000 recipients in one call, against the bare claim in the server.

import { createRequire } from 'node:module';

import pg from 'pg';

import { takeTurns } from './turns.mjs';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

const RECIPIENTS = 100_000;

const CODES = 200_000;

/** Recipients of a statement of the floor. */
const CHUNK = 10_000;

/** At most this many times the floor. */
const GOAL = 2;

const SCHEMA = 'bench_assign';

export async function assignBulk({ url }) {
	const client = new pg.Client(url);
	await client.connect();
	await client.query(`drop schema if exists ${SCHEMA} cascade`);
	const coupons = await openCouponPools({ connectionString: url, schema: SCHEMA });
	try {
		for (const table of ['codes', 'assignments']) {
			await client.query(
				`create table ${SCHEMA}.floor_${table} (like ${SCHEMA}.${table} including all)`,
			);
		}
		const pool = await coupons.createPool({ name: 'Codes' });
		const requests = Array.from({ length: RECIPIENTS }, (_, index) => requestOf(index));
		const { ours, floor } = await takeTurns(
			{
				floor: async () => await claimBarely(client, pool.id),
				ours: async () => await assignAll(coupons, pool.id, requests),
			},
			{ before: async () => await fill(client, pool.id) },
		);
		return [
			{
				case: `assign-bulk: ${RECIPIENTS.toLocaleString('en')} recipients in one call, with the ledger`,
				ours: perSecond(ours),
				floor: perSecond(floor),
				ratio: (ours / floor).toFixed(2),
				goal: `<= ${GOAL}`,
				met: ours / floor <= GOAL,
			},
		];
	} finally {
		await coupons.close();
		await client.query(`drop schema ${SCHEMA} cascade`);
		await client.end();
	}
}

/** As the node asks: each item with a request id. */
function requestOf(index) {
	return {
		recipient: `customer-${index}@example.com`,
		campaign: 'abandoned-cart',
		requestId: `execution-1/assign/0/${index}`,
	};
}

async function assignAll(coupons, poolId, requests) {
	const results = await coupons.assign(poolId, requests);
	const codes = new Set(results.map(({ code }) => code));
	if (codes.size !== RECIPIENTS || codes.has(null)) {
		throw new Error(`${codes.size} codes for ${RECIPIENTS} recipients`);
	}
}

/** The recipients are made up in the server; nobody is looked up, and nothing is logged or sent back. */
async function claimBarely(client, poolId) {
	for (let start = 0; start < RECIPIENTS; start += CHUNK) {
		const { rowCount } = await client.query(
			`with picked as (
				select code, copy, expires_at, row_number() over () as turn
				from (
					select code, copy, expires_at
					from ${SCHEMA}.floor_codes
					where pool_id = $1 and state = 'available'
					order by expires_at, batch_id, line
					limit ${CHUNK}
					for update skip locked
				) as free
			), taken as (
				update ${SCHEMA}.floor_codes as codes set state = 'assigned'
				from picked
				where codes.pool_id = $1 and codes.code = picked.code and codes.copy = picked.copy
			)
			insert into ${SCHEMA}.floor_assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at)
			select $1, 'customer-' || $2::int + turn || '@example.com', 1, 'abandoned-cart', 'pool', code, copy, expires_at
			from picked`,
			[poolId, start],
		);
		if (rowCount !== CHUNK) throw new Error(`${rowCount} codes for ${CHUNK} recipients`);
	}
}

/** For both the same stock, in no order, with the statistics that any table has after a minute. */
async function fill(client, poolId) {
	const tables = ['codes', 'assignments', 'events', 'floor_codes', 'floor_assignments'].map(
		(table) => `${SCHEMA}.${table}`,
	);
	await client.query(`truncate ${tables.join(', ')}`);
	await client.query(
		`update ${SCHEMA}.fronts set expires_at = '-infinity', batch_id = 0, line = 0 where pool_id = $1`,
		[poolId],
	);
	for (const table of ['codes', 'floor_codes']) {
		await client.query(
			`insert into ${SCHEMA}.${table} (pool_id, code, batch_id, line)
			select $1, upper(left(md5(line::text), 12)), 1, line from generate_series(1, ${CODES}) as line`,
			[poolId],
		);
	}
	for (const table of tables) await client.query(`vacuum (analyze) ${table}`);
	await client.query('checkpoint');
}

function perSecond(seconds) {
	return `${Math.round(RECIPIENTS / seconds).toLocaleString('en')}/s`;
}
