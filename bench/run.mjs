// Performance against the floor: `npm run bench`, or `npm run bench -- upload` for some cases. The figures
// are kept in results.md. The soak takes 30 minutes, or as many as `--minutes` says, and only runs by its name.
//
// Uses the database of COUPON_POOLS_TEST_URL, or starts a PostgreSQL of its own with the settings that a
// server has (the tests' switch off what keeps data safe, and would flatter).

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { query, startPostgres } from '../demo/postgres.js';
import { writeResults } from './results.mjs';

/**
 * Each gives the rows of the table.
 *
 * @type {Record<string, (place: { url: string, folder: string, minutes?: number }) =>
 *   Promise<Array<{ case: string, ours: string, floor: string, ratio: string, goal: string, met: boolean }>>>}
 */
const cases = {
	upload: async (place) => await (await import('./upload.mjs')).upload(place),
	'upload-memory': async (place) => await (await import('./upload-memory.mjs')).uploadMemory(place),
	'upload-node': async (place) => await (await import('./upload-node.mjs')).uploadNode(place),
	'upload-node-memory': async (place) =>
		await (await import('./upload-node-memory.mjs')).uploadNodeMemory(place),
	'assign-one': async (place) => await (await import('./assign-one.mjs')).assignOne(place),
	'assign-queues': async (place) => await (await import('./assign-queues.mjs')).assignQueues(place),
	'refill-local': async (place) => await (await import('./refill-local.mjs')).refillLocal(place),
	'assign-bulk': async (place) => await (await import('./assign-bulk.mjs')).assignBulk(place),
	'assign-node': async (place) => await (await import('./assign-node.mjs')).assignNode(place),
	depth: async (place) => await (await import('./depth.mjs')).depth(place),
	stock: async (place) => await (await import('./stock.mjs')).stock(place),
	webhook: async (place) => await (await import('./webhook.mjs')).webhook(place),
	render: async () => await (await import('./render.mjs')).render(),
	embedded: async (place) => await (await import('./embedded.mjs')).embedded(place),
	soak: async (place) => await (await import('./soak.mjs')).soak(place),
};

const { positionals: asked, values } = parseArgs({
	allowPositionals: true,
	options: { minutes: { type: 'string' } },
});
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
if (minutes !== undefined && !(minutes > 0)) {
	console.error(`--minutes ${values.minutes} is not a number over 0.`);
	process.exit(2);
}
const unknown = asked.filter((name) => !(name in cases));
if (unknown.length > 0) {
	console.error(
		`No such case: ${unknown.join(', ')}. There are: ${Object.keys(cases).join(', ')}.`,
	);
	process.exit(2);
}
// `upload` stands for all cases that begin with it.
const chosen = Object.keys(cases).filter(
	(name) =>
		(asked.length === 0 && name !== 'soak') ||
		asked.some((start) => name === start || name.startsWith(`${start}-`)),
);

const folder = mkdtempSync(join(tmpdir(), 'coupon-pools-bench-'));
const givenUrl = process.env.COUPON_POOLS_TEST_URL;
// If we are root, the server runs as another user, who has to reach it here.
chmodSync(folder, 0o755);
const server = givenUrl
	? null
	: await startPostgres({
			folder: join(folder, 'postgres'),
			password: 'bench',
			logFile: join(folder, 'postgres.log'),
			durable: true,
		});
const end = async () => {
	await server?.stop();
	rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, async () => {
		// What is under way now loses its server.
		process.on('uncaughtException', () => undefined);
		await end();
		process.exit(1);
	});
}
try {
	const url = server?.url('postgres') ?? givenUrl;
	const [{ server_version: version }] = await query(url, 'show server_version');
	const rows = [];
	for (const name of chosen) {
		console.error(`${name} …`);
		for (const { met, ...row } of await cases[name]({ url, folder, minutes })) {
			rows.push({ ...row, met: met ? 'yes' : 'NO' });
		}
		// After each case, so that what was measured is kept if a later one fails.
		writeResults(rows, Object.keys(cases), version);
	}
	console.table(Object.fromEntries(rows.map(({ case: name, ...row }) => [name, row])));
	process.exitCode = rows.every(({ met }) => met === 'yes') ? 0 : 1;
} finally {
	await end();
}
// n8n's Postgres node keeps its connections open, and the process with them.
process.exit();
