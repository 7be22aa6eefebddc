// Runs the tests through a PgBouncer in transaction mode: `npm run test:pgbouncer`, or with a path for some of them.
// Each transaction then gets another connection of the server, as when many n8n workers share a few. It takes Debian's
// `pgbouncer`, or the one that PGBOUNCER_PATH names. From 1.21 on, PgBouncer can pass on prepared statements
// (max_prepared_statements); the tests run once without this, and once with it if the PgBouncer can.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../../demo/ports.js';
import { query, startPostgres, unprivilegedAccount } from '../../demo/postgres.js';
import { startServer, wait } from '../../demo/processes.js';

const pgbouncer = process.env.PGBOUNCER_PATH ?? '/usr/sbin/pgbouncer';

const PASSWORD = 'test';

const folder = mkdtempSync(join(tmpdir(), 'coupon-pools-pgbouncer-'));
// If we are root, both servers run as another user, who has to reach them here.
chmodSync(folder, 0o755);
const postgres = await startPostgres({
	folder: join(folder, 'data'),
	password: PASSWORD,
	logFile: join(folder, 'postgres.log'),
	durable: false,
});
const end = async () => {
	await postgres.stop();
	rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, async () => {
		await bouncer?.stop();
		await end();
		process.exit(1);
	});
}
let bouncer;
try {
	const [version] = /\d+\.\d+/.exec(execFileSync(pgbouncer, ['--version'], { encoding: 'utf8' }));
	const knowsPrepared = Number(version.split('.')[1]) >= 21;
	for (const prepared of knowsPrepared ? [0, 200] : [null]) {
		const mode = prepared === null ? '' : `, max_prepared_statements = ${prepared}`;
		console.log(`PgBouncer ${version} in transaction mode${mode}`);
		process.exitCode = (await testThrough(prepared)) || process.exitCode;
	}
} finally {
	await end();
}

/** @returns jest's exit code */
async function testThrough(prepared) {
	bouncer = await startPgBouncer(prepared);
	try {
		const code = await runJest(bouncer.url('postgres'));
		const rows = await query(bouncer.url('pgbouncer'), 'show stats');
		const sum = (column) => rows.reduce((total, row) => total + Number(row[column]), 0);
		console.log(`${sum('total_xact_count')} transactions went through PgBouncer`);
		return code;
	} finally {
		await bouncer.stop();
	}
}

async function startPgBouncer(prepared) {
	const account = unprivilegedAccount();
	const place = join(folder, `pgbouncer-${prepared}`);
	mkdirSync(place);
	const port = await freePort(0);
	const users = join(place, 'users.txt');
	const configuration = join(place, 'pgbouncer.ini');
	writeFileSync(users, `"postgres" "${PASSWORD}"\n`);
	writeFileSync(
		configuration,
		`[databases]
* = host=127.0.0.1 port=${postgres.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
auth_type = scram-sha-256
auth_file = ${users}
auth_user = postgres
admin_users = postgres
${prepared === null ? '' : `max_prepared_statements = ${prepared}`}
`,
	);
	if (account)
		[place, users, configuration].forEach((path) => chownSync(path, account.uid, account.gid));
	const logFile = join(place, 'pgbouncer.log');
	const server = startServer(pgbouncer, [configuration], { cwd: place, logFile, ...account });
	const url = (database) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
	for (let tries = 0; ; tries++) {
		try {
			await query(url('postgres'), 'select 1');
			break;
		} catch (error) {
			if (tries === 50 || !server.running) {
				await server.stop('SIGTERM', 5);
				throw new Error(`PgBouncer does not answer: ${error.message}`);
			}
			await wait(100);
		}
	}
	return { url, stop: async () => await server.stop('SIGINT', 10) };
}

async function runJest(url) {
	const child = spawn(
		process.execPath,
		['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)],
		{
			stdio: 'inherit',
			env: {
				...process.env,
				COUPON_POOLS_TEST_URL: url,
				COUPON_POOLS_TEST_SERVER_URL: postgres.url('postgres'),
				COUPON_POOLS_TEST_DATABASES: 'PostgreSQL',
			},
		},
	);
	return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
