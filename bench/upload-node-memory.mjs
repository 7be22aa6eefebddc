// The memory of the node *Upload Codes* does not grow with the file that n8n keeps.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { couponPoolsCredential } from './credentials.mjs';
import { openEngine } from './n8n-engine.mjs';
import { comparePeaks, tellPeak } from './peak-memory.mjs';

export async function uploadNodeMemory(place) {
	const engine = await openEngine(place.folder);
	// Here, and not in the child: what n8n takes to store a file is not what the node takes to read it.
	const store = async (path) => JSON.stringify(await engine.itemWithFile(path, 'codes.csv'));
	return [await comparePeaks('upload-node-memory', import.meta.url, place, { prepare: store })];
}

/** In the child. */
async function uploadAndTell(item, url, schema, folder) {
	const { openCouponPools } = createRequire(import.meta.url)('../index.js');
	const coupons = await openCouponPools({ connectionString: url, schema });
	const pool = await coupons.createPool({ name: `Codes of ${process.pid}` });
	await coupons.close();
	const engine = await openEngine(folder);
	const [report] = await engine.runNode('UploadCodes', {
		parameters: { pool: { __rl: true, mode: 'id', value: pool.id }, source: 'file' },
		items: [JSON.parse(item)],
		credential: couponPoolsCredential(url, schema),
	});
	if (!(report.added > 0)) throw new Error(`The report is wrong: ${JSON.stringify(report)}`);
	tellPeak();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await uploadAndTell(...process.argv.slice(2));
}
