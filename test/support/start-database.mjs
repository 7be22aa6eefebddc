// Before all tests: one PostgreSQL for the run, unless COUPON_POOLS_TEST_URL names another.

import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from '../../demo/postgres.js';

export default async function startDatabase() {
	// n8n-core writes its settings there on loading.
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'coupon-pools-n8n-'));
	if (process.env.COUPON_POOLS_TEST_URL) {
		return;
	}
	const folder = mkdtempSync(join(tmpdir(), 'coupon-pools-test-'));
	// As root, the server runs as another user, who is to find it here.
	chmodSync(folder, 0o755);
	const server = await startPostgres({
		folder: join(folder, 'data'),
		password: 'test',
		logFile: join(folder, 'postgres.log'),
		durable: false,
	});
	process.env.COUPON_POOLS_TEST_URL = server.url('postgres');
	globalThis.testPostgres = server;
}
