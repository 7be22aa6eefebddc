// The same 1,000,000 codes through the node *Upload Codes*, from a file that n8n keeps.

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { writeCodeFile } from './code-file.mjs';
import { CopyFloor } from './copy-floor.mjs';
import { couponPoolsCredential } from './credentials.mjs';
import { openEngine } from './n8n-engine.mjs';
import { takeTurns } from './turns.mjs';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

const CODES = 1_000_000;

/** At most this many times the floor. */
const GOAL = 3;

const SCHEMA = 'bench_upload_node';

export async function uploadNode({ url, folder }) {
	const path = join(folder, 'upload-node.csv');
	writeCodeFile(path, CODES);
	const engine = await openEngine(folder);
	const item = await engine.itemWithFile(path, 'upload.csv');
	const copy = new CopyFloor(url, SCHEMA);
	await copy.open();
	const coupons = await openCouponPools({ connectionString: url, schema: SCHEMA });
	try {
		await copy.makeTable();
		const pools = await Promise.all(
			[0, 1, 2].map((round) => coupons.createPool({ name: `round ${round}`, type: 'unique' })),
		);
		const { ours, floor } = await takeTurns(
			{
				floor: async () => await copy.upload(path),
				ours: async (round) => await uploadByNode(engine, { url, item, pool: pools[round] }),
			},
			{ before: async () => await copy.empty() },
		);
		return [
			{
				case: `upload-node: ${CODES.toLocaleString('en')} codes by Upload Codes, from n8n's binary data`,
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

async function uploadByNode(engine, { url, item, pool }) {
	const [report] = await engine.runNode('UploadCodes', {
		parameters: { pool: { __rl: true, mode: 'id', value: pool.id }, source: 'file' },
		items: [item],
		credential: couponPoolsCredential(url, SCHEMA),
	});
	if (report.added !== CODES || report.poolAvailable !== CODES) {
		throw new Error(`The report is wrong: ${JSON.stringify(report)}`);
	}
}
