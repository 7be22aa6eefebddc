// 1,000,000 codes through the library, against what PostgreSQL itself takes for the same rows.

import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import pg from 'pg';

import { writeCodeFile } from './code-file.mjs';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

const CODES = 1_000_000;
const ROUNDS = 3;

/** At most this many times the floor. */
const GOAL = 1.7;

const SCHEMA = 'bench_upload';

/** Ours and the floor take turns, so that what else the machine does meets both. */
export async function upload({ url, folder }) {
	const path = join(folder, 'upload.csv');
	writeCodeFile(path, CODES);
	const client = new pg.Client(url);
	await client.connect();
	await client.query(`drop schema if exists ${SCHEMA} cascade`);
	const coupons = await openCouponPools({ connectionString: url, schema: SCHEMA });
	try {
		await client.query(`create table ${SCHEMA}.floor (like ${SCHEMA}.codes including all)`);
		const times = { ours: [], floor: [] };
		for (let round = 0; round < ROUNDS; round++) {
			for (const what of round % 2 === 0 ? ['floor', 'ours'] : ['ours', 'floor']) {
				await client.query(`truncate ${SCHEMA}.codes, ${SCHEMA}.floor`);
				await client.query('checkpoint');
				const begin = performance.now();
				await (what === 'ours' ? uploadOurs(coupons, path, round) : uploadFloor(client, path));
				times[what].push((performance.now() - begin) / 1000);
			}
			console.error(
				`  round ${round + 1}: ours ${times.ours[round].toFixed(1)} s, floor ${times.floor[round].toFixed(1)} s`,
			);
		}
		const ours = median(times.ours);
		const floor = median(times.floor);
		return [
			{
				case: `upload: ${CODES.toLocaleString('en')} codes, with the report`,
				ours: `${ours.toFixed(2)} s`,
				floor: `${floor.toFixed(2)} s`,
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

async function uploadOurs(coupons, path, round) {
	const pool = await coupons.createPool({ name: `round ${round}`, type: 'unique' });
	const report = await coupons.uploadCodes(pool.id, createReadStream(path), {
		fileName: 'upload.csv',
	});
	if (report.added !== CODES || report.poolAvailable !== CODES) {
		throw new Error(`The report is wrong: ${JSON.stringify(report)}`);
	}
}

/**
 * A bare `copy` into a temporary table, and one sorted insert; nothing is checked or counted. The lines are
 * numbered, since they make the second index: without them its keys would all be one and the same, which
 * takes a third less time than any real batch can.
 */
async function uploadFloor(client, path) {
	await client.query('begin');
	await client.query(
		'create temporary table bare (line int generated always as identity, code text collate "C") on commit drop',
	);
	await copyFile(client, 'copy bare (code) from stdin with (format csv, header)', path);
	await client.query(
		`insert into ${SCHEMA}.floor (pool_id, code, batch_id, line) select 1, code, 1, line from bare order by code`,
	);
	await client.query('commit');
}

/** The driver has the messages of `copy … from stdin`, but no query that sends them. */
async function copyFile(client, text, path) {
	await new Promise((resolve, reject) => {
		client.query({
			submit: (connection) => connection.query(text),
			handleCopyInResponse: (connection) => {
				createReadStream(path)
					.on('data', (piece) => connection.sendCopyFromChunk(piece))
					.on('end', () => connection.endCopyFrom())
					.on('error', reject);
			},
			handleCommandComplete: () => undefined,
			handleError: reject,
			handleReadyForQuery: () => resolve(),
		});
	});
}

function median(numbers) {
	return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
