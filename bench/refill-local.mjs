// 1,000,000 codes made here, against uploading a file with as many: by the refill of a dynamic pool without a shop, and
// by Upload Codes with the source Generate.

import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { writeCodeFile } from './code-file.mjs';
import { takeTurns } from './turns.mjs';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

const CODES = 1_000_000;

/** At most this many times the upload. */
const GOAL = 3;

const SCHEMA = 'bench_refill_local';

const FORM = { prefix: 'VIP-', length: 8, dashEvery: 4 };

export async function refillLocal({ url, folder }) {
	const path = join(folder, 'refill-local.csv');
	writeCodeFile(path, CODES);
	const coupons = await openCouponPools({ connectionString: url, schema: SCHEMA });
	try {
		const { refilled, generated, floor } = await takeTurns({
			floor: async (round) => {
				const pool = await coupons.createPool({ name: `uploaded ${round}`, type: 'unique' });
				await coupons.uploadCodes(pool.id, createReadStream(path), { fileName: 'codes.csv' });
			},
			refilled: async (round) => {
				const pool = await coupons.createDynamicPool({
					name: `refilled ${round}`,
					form: FORM,
					keepInStock: CODES,
				});
				const { added, available } = await coupons.refillPool(pool.id);
				expectAll(added, available);
			},
			generated: async (round) => {
				const pool = await coupons.createPool({ name: `generated ${round}`, type: 'unique' });
				const report = await coupons.generateCodes(pool.id, { ...FORM, count: CODES });
				expectAll(report.added, report.poolAvailable);
			},
		});
		return Object.entries({ refilled, generated }).map(([how, ours]) => ({
			case: `refill-local: ${CODES.toLocaleString('en')} codes ${how}, against uploading them`,
			ours: `${ours.toFixed(2)} s`,
			floor: `${floor.toFixed(2)} s`,
			ratio: (ours / floor).toFixed(2),
			goal: `<= ${GOAL}`,
			met: ours / floor <= GOAL,
		}));
	} finally {
		await coupons.close();
	}
}

function expectAll(added, available) {
	if (added !== CODES || available !== CODES) {
		throw new Error(`${added} codes were made, and ${available} are available`);
	}
}
