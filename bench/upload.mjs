// 1,000,000 codes through the library, against what PostgreSQL itself takes for the same rows.

import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { writeCodeFile } from './code-file.mjs';
import { CopyFloor } from './copy-floor.mjs';
import { takeTurns } from './turns.mjs';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

const CODES = 1_000_000;

/** At most this many times the floor. */
const GOAL = 1.7;

const SCHEMA = 'bench_upload';

export async function upload({ url, folder }) {
	const path = join(folder, 'upload.csv');
	writeCodeFile(path, CODES);
	const copy = new CopyFloor(url, SCHEMA);
	await copy.open();
	const coupons = await openCouponPools({ connectionString: url, schema: SCHEMA });
	try {
		await copy.makeTable();
		const { ours, floor } = await takeTurns(
			{
				floor: async () => await copy.upload(path),
				ours: async (round) => await uploadOurs(coupons, path, round),
			},
			{ before: async () => await copy.empty() },
		);
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
		await copy.close();
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
