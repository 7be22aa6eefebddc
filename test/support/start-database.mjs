// Before all tests: one PostgreSQL for the run, unless COUPON_POOLS_TEST_URL names another.

import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from '../../demo/postgres.js';

export default async function startDatabase() {
	const folder = mkdtempSync(join(tmpdir(), 'coupon-pools-test-'));
	globalThis.testFolder = folder;
	// If we are root, the server runs as another user, who has to reach it here.
	chmodSync(folder, 0o755);
	// n8n-core writes its settings there when it is loaded.
	process.env.N8N_USER_FOLDER = join(folder, 'n8n');
	mkdirSync(process.env.N8N_USER_FOLDER);
	if (process.env.COUPON_POOLS_TEST_URL) {
		return;
	}
	const server = await startPostgres({
		folder: join(folder, 'data'),
		password: 'test',
		logFile: join(folder, 'postgres.log'),
		durable: false,
	});
	process.env.COUPON_POOLS_TEST_URL = server.url('postgres');
	globalThis.testPostgres = server;
}
