// Before all tests: one PostgreSQL for the run, unless COUPON_POOLS_TEST_URL names another.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from './postgres-server.mjs';

export default async function startDatabase() {
	// n8n-core writes its settings there on loading.
	process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'coupon-pools-n8n-'));
	if (process.env.COUPON_POOLS_TEST_URL) {
		return;
	}
	const server = await startPostgres({
		directory: mkdtempSync(join(tmpdir(), 'coupon-pools-test-')),
		// The data is thrown away: no test cuts the power.
		settings: { fsync: 'off', full_page_writes: 'off' },
	});
	process.env.COUPON_POOLS_TEST_URL = server.url();
	globalThis.testPostgres = server;
}
