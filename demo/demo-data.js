// @ts-check
/** What a demonstration keeps between its starts: its passwords, and whether one is running. */
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const { join, resolve } = require('node:path');

const { StartError } = require('./commands.js');
const { commandLine } = require('./processes.js');

/** Tests use another folder, so that they leave a reader's demonstration alone. */
const folder = resolve(process.env.COUPON_POOLS_DEMO_DATA ?? join(__dirname, '.data'));

const paths = {
	folder,
	secrets: join(folder, 'secrets.json'),
	imported: join(folder, 'imported.json'),
	running: join(folder, 'running.json'),
	/** n8n's `N8N_USER_FOLDER`. */
	userFolder: join(folder, 'n8n'),
	postgres: join(folder, 'postgres'),
	/** The embedded database of the coupon pools. */
	coupons: join(folder, 'coupon-pools'),
	log: (/** @type {string} */ name) => join(folder, 'logs', `${name}.log`),
};

/**
 * The passwords of this demonstration, made at its first start.
 *
 * @returns {{ owner: { email: string, password: string }, postgresPassword: string }}
 */
function readSecrets() {
	fs.mkdirSync(folder, { recursive: true });
	if (!fs.existsSync(paths.secrets)) {
		const secrets = {
			// n8n asks for an upper-case letter and a digit.
			owner: { email: 'owner@example.com', password: `Coupons-1${randomBytes(4).toString('hex')}` },
			postgresPassword: randomBytes(16).toString('hex'),
		};
		fs.writeFileSync(paths.secrets, JSON.stringify(secrets, null, '\t'), { mode: 0o600 });
	}
	return JSON.parse(fs.readFileSync(paths.secrets, 'utf8'));
}

/** Two starts at once would take the databases from each other. @throws {StartError} if one is already running */
function claimDemo() {
	if (fs.existsSync(paths.running)) {
		const { pid, url } = JSON.parse(fs.readFileSync(paths.running, 'utf8'));
		if (pid !== process.pid && commandLine(pid).includes('start.mjs')) {
			throw new StartError(
				`The demonstration is running already${url ? `, at ${url}` : ''} (process ${pid})`,
				{
					hint: 'Use that one, or end it with Ctrl-C where it was started.',
				},
			);
		}
	}
	sayRunning();
}

/** @param {string} [url] n8n's address, once it has one */
function sayRunning(url) {
	fs.mkdirSync(folder, { recursive: true });
	fs.writeFileSync(paths.running, JSON.stringify({ pid: process.pid, url }));
}

function releaseDemo() {
	fs.rmSync(paths.running, { force: true });
}

/**
 * An example as it was imported, and the version that n8n gave it.
 *
 * @typedef {{ content: string, versionId: string }} Imported
 */

/** @returns {Record<string, Imported>} by file */
function readImported() {
	return fs.existsSync(paths.imported) ? JSON.parse(fs.readFileSync(paths.imported, 'utf8')) : {};
}

/** @param {Record<string, Imported>} imported */
function writeImported(imported) {
	fs.writeFileSync(paths.imported, JSON.stringify(imported));
}

module.exports = {
	claimDemo,
	paths,
	readImported,
	readSecrets,
	releaseDemo,
	sayRunning,
	writeImported,
};
