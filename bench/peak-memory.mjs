import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { writeCodeFile } from './code-file.mjs';

/** Megabytes of the two files, unless a case has others. */
const SIZES = [3, 30];

/** Megabytes between the two peaks, at most. */
const GOAL = 60;

/** A code is 10 bytes of the file. */
const CODES_IN_MEGABYTE = 100_000;

/**
 * Memory that does not grow with the file: the peaks of two processes of their own, one that uploads a small file
 * and one with a large one.
 *
 * @param {string} name of the case
 * @param {string} script its URL; run with what `prepare` gives, the database's URL, a schema, and a folder,
 *   it uploads the file and calls `tellPeak` at its end
 * @param {{ url: string, folder: string }} place
 * @param {{ sizes?: number[], prepare?: (path: string) => Promise<string> }} [options] the megabytes of the two
 *   files; what puts a file where the script finds it
 */
export async function comparePeaks(
	name,
	script,
	{ url, folder },
	{ sizes = SIZES, prepare = async (path) => path } = {},
) {
	const schema = name.replaceAll('-', '_');
	const peaks = [];
	for (const megabytes of sizes) {
		const path = join(folder, `${name}-${megabytes}.csv`);
		writeCodeFile(path, megabytes * CODES_IN_MEGABYTE);
		const file = await prepare(path);
		const peak = await peakOf(fileURLToPath(script), [file, url, schema, folder]);
		console.error(`  ${megabytes} MB: ${peak.toFixed(0)} MB at most`);
		peaks.push(peak);
	}
	await dropSchema(url, schema);
	const [small, large] = peaks;
	return {
		case: `${name}: peak at ${sizes[1]} MB, against ${sizes[0]} MB`,
		ours: `${large.toFixed(0)} MB`,
		floor: `${small.toFixed(0)} MB`,
		ratio: (large / small).toFixed(2),
		goal: `<= +${GOAL} MB`,
		met: large - small <= GOAL,
	};
}

async function peakOf(script, args) {
	const child = spawn(process.execPath, [script, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.on('data', (text) => (output += text));
	const [exitCode] = await once(child, 'close');
	const peak = Number(output);
	if (exitCode !== 0 || !(peak > 0)) {
		throw new Error(`The upload of ${args[0]} ended with exit code ${exitCode}: ${output}`);
	}
	return peak;
}

/**
 * In the child: prints its peak memory in megabytes. Not that of `process.resourceUsage`, in which Linux includes what
 * the parent held when it started the child, so that a large parent hides a small child.
 */
export function tellPeak() {
	const kilobytes =
		process.platform === 'linux'
			? Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])
			: process.resourceUsage().maxRSS;
	console.log(kilobytes / 1024);
}

async function dropSchema(url, schema) {
	const client = new pg.Client(url);
	await client.connect();
	await client.query(`drop schema ${schema} cascade`);
	await client.end();
}
