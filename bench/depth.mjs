// Whether a claim takes longer the more codes of a pool are used up: 1%, 50% and 99% of 1,000,000, with autovacuum off,
// so that the dead index entries of the used ones stay. Then the same while another transaction is open, such as that
// of a backup: nothing that existed when it began may be forgotten.

import pg from 'pg';

import { askAtOnce } from './clients.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const CODES = 1_000_000;

const DEPTHS = [0.01, 0.5, 0.99];

const CLAIMS = 300;

/** Recipients per call, while the pool is being used up. */
const CALL = 10_000;

/** At most this many times what a claim takes at the first depth. */
const GOAL = 1.5;

const GOAL_WITH_OPEN_TRANSACTION = 3;

const SCHEMA = 'bench_depth';

export async function depth({ url }) {
	const alone = await measure(url);
	const other = new pg.Client(url);
	await other.connect();
	try {
		await other.query('begin isolation level repeatable read');
		await other.query('select 1');
		const beside = await measure(url);
		return [
			...toRows(alone, 'autovacuum off', GOAL),
			...toRows(beside, 'with an open transaction', GOAL_WITH_OPEN_TRANSACTION),
		];
	} finally {
		await other.end();
	}
}

/** @returns {Promise<Record<string, number>>} seconds for the claims, by depth */
async function measure(url) {
	return await withPools({ url, schema: SCHEMA }, async (bench) => {
		await switchVacuumOff(bench);
		const pools = new Map();
		for (const part of DEPTHS) {
			const pool = await bench.poolWith(CODES);
			await useUp(bench.coupons, pool.id, Math.round(CODES * part));
			pools.set(part, pool);
		}
		return await takeTurns(
			Object.fromEntries(
				DEPTHS.map((part) => [
					String(part),
					async (round) => {
						const { id } = pools.get(part);
						const numbers = Array.from({ length: CLAIMS }, (_, index) => index);
						await askAtOnce(1, numbers, async (number) => {
							const recipient = `late-${round}-${number}@example.com`;
							const [given] = await bench.coupons.assign(id, [{ recipient }]);
							if (given.code === null) throw new Error(`No code: ${given.reason}`);
						});
					},
				]),
			),
		);
	});
}

async function switchVacuumOff({ client, schema }) {
	const { rows } = await client.query('select tablename from pg_tables where schemaname = $1', [
		schema,
	]);
	for (const { tablename } of rows) {
		await client.query(`alter table ${schema}.${tablename} set (autovacuum_enabled = off)`);
	}
}

async function useUp(coupons, poolId, count) {
	for (let start = 0; start < count; start += CALL) {
		const requests = Array.from({ length: Math.min(CALL, count - start) }, (_, index) => ({
			recipient: `customer-${start + index}@example.com`,
		}));
		const results = await coupons.assign(poolId, requests);
		if (results.some(({ code }) => code === null)) throw new Error('The pool is empty too early');
	}
}

function toRows(seconds, how, goal) {
	const first = seconds[String(DEPTHS[0])];
	return DEPTHS.slice(1).map((part) => {
		const ratio = seconds[String(part)] / first;
		return {
			case: `depth: ${part * 100}% of ${CODES.toLocaleString('en')} codes used, against ${DEPTHS[0] * 100}%, ${how}`,
			ours: perClaim(seconds[String(part)]),
			floor: perClaim(first),
			ratio: ratio.toFixed(2),
			goal: `<= ${goal}`,
			met: ratio <= goal,
		};
	});
}

function perClaim(seconds) {
	return `${((seconds / CLAIMS) * 1000).toFixed(2)} ms`;
}
