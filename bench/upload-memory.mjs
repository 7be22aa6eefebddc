// The library's memory does not grow with the file, of 1,000,000 codes or 20,000,000.

import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { comparePeaks, tellPeak } from './peak-memory.mjs';

export async function uploadMemory(place) {
	return [await comparePeaks('upload-memory', import.meta.url, place, { sizes: [10, 200] })];
}

/** In the child. */
async function uploadAndTell(path, url, schema) {
	const { openCouponPools } = createRequire(import.meta.url)('../index.js');
	const coupons = await openCouponPools({ connectionString: url, schema });
	const pool = await coupons.createPool({ name: path, type: 'unique' });
	await coupons.uploadCodes(pool.id, createReadStream(path));
	await coupons.close();
	tellPeak();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await uploadAndTell(...process.argv.slice(2));
}
