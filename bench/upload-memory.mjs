// Memory does not grow with the file: the peak of a process that uploads 3 MB, and of one that uploads 30 MB.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { writeCodeFile } from './code-file.mjs';

const LEAST_MEGABYTES = 3;
const MOST_MEGABYTES = 30;

/** Megabytes between the two peaks. */
const GOAL = 60;

const THIS_FILE = fileURLToPath(import.meta.url);

export async function uploadMemory({ url, folder }) {
	const small = await peakOfUpload(url, folder, LEAST_MEGABYTES);
	const large = await peakOfUpload(url, folder, MOST_MEGABYTES);
	return [
		{
			case: `upload-memory: peak at ${MOST_MEGABYTES} MB, against ${LEAST_MEGABYTES} MB`,
			ours: `${large.toFixed(0)} MB`,
			floor: `${small.toFixed(0)} MB`,
			ratio: (large / small).toFixed(2),
			goal: `<= +${GOAL} MB`,
			met: large - small <= GOAL,
		},
	];
}

async function peakOfUpload(url, folder, megabytes) {
	const path = join(folder, `upload-${megabytes}.csv`);
	writeCodeFile(path, megabytes * 100_000);
	const child = spawn(process.execPath, [THIS_FILE, path, url], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.on('data', (text) => (output += text));
	const [exitCode] = await once(child, 'close');
	if (exitCode !== 0) {
		throw new Error(`The upload of ${megabytes} MB ended with exit code ${exitCode}`);
	}
	console.error(`  ${megabytes} MB: ${Number(output).toFixed(0)} MB at most`);
	return Number(output);
}

/** In the child: prints the megabytes that this process held at most. */
async function uploadAndTell(path, url) {
	const { openCouponPools } = createRequire(import.meta.url)('../index.js');
	const coupons = await openCouponPools({ connectionString: url, schema: 'bench_memory' });
	const pool = await coupons.createPool({ name: path, type: 'unique' });
	await coupons.uploadCodes(pool.id, createReadStream(path));
	await coupons.close();
	console.log(process.resourceUsage().maxRSS / 1024);
}

if (process.argv[1] === THIS_FILE) {
	await uploadAndTell(...process.argv.slice(2));
}
