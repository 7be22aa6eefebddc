// @ts-check
/** Installs the pinned n8n, and the Node that it needs, into this folder. */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { join } = require('node:path');

const { StartError, npm } = require('./commands.js');

const modules = join(__dirname, 'node_modules');

/** n8n's own program, and the Node 24 that runs it whatever Node the machine has. */
const n8nCommand = {
	node: join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
	script: join(modules, 'n8n', 'bin', 'n8n'),
};

/** Whether everything that the lock file names is installed, in its version. */
function n8nIsInstalled() {
	const installed = readPackages(join(modules, '.package-lock.json'));
	const wanted = readPackages(join(__dirname, 'package-lock.json'));
	// npm writes the first file last, so that a broken installation lacks it.
	return Object.entries(wanted).every(
		([path, { version, optional, devOptional }]) =>
			path === '' || optional || devOptional || installed[path]?.version === version,
	);
}

/** Whether the Node of the lock file has its binary, which its package downloads by an install script. */
function nodeIsInstalled() {
	const wanted = readPackages(join(__dirname, 'package-lock.json'))['node_modules/node']?.version;
	try {
		const found = execFileSync(n8nCommand.node, ['--version'], {
			encoding: 'utf8',
			timeout: 20_000,
		});
		return found.trim() === `v${wanted}`;
	} catch {
		return false;
	}
}

/**
 * Installs what is missing: about 2,100 packages and 2.5 GB the first time.
 *
 * @param {string} logFile
 * @param {(note: string) => void} note
 */
async function installN8n(logFile, note) {
	if (!n8nIsInstalled()) {
		note('2,100 packages, 2.5 GB; takes about 3 minutes, only this once');
		// Without install scripts: that of an addon which nothing here uses downloads sources to compile.
		await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
			cwd: __dirname,
			logFile,
			timeoutSeconds: 1800,
		});
	}
	if (!nodeIsInstalled()) {
		note('Node 24, which n8n runs on');
		await npm(['rebuild', 'node', '--ignore-scripts=false'], { cwd: __dirname, logFile });
	}
	if (!nodeIsInstalled()) {
		throw new StartError(`The Node that n8n needs does not run: ${n8nCommand.node}`, {
			hint: 'n8n has no Node for this system, or the download was cut off; see the log.',
			logFile,
		});
	}
	note(`n8n ${readPackages(join(modules, '.package-lock.json'))['node_modules/n8n']?.version}`);
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function readPackages(lockFile) {
	try {
		return JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
	} catch {
		return {};
	}
}

module.exports = { installN8n, n8nCommand };
