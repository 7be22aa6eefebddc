// @ts-check
/** Long-running servers: each in a process group of its own, so that we decide in which order they end. */
const { execFileSync, spawn } = require('node:child_process');
const { closeSync, mkdirSync, openSync, readFileSync } = require('node:fs');
const { dirname } = require('node:path');

/**
 * @typedef {object} Server
 * @property {number} pid
 * @property {boolean} running
 * @property {Promise<string>} ended resolves, when it ends, with how it ended
 * @property {(signal: NodeJS.Signals, graceSeconds: number) => Promise<void>} stop
 * @property {() => Promise<void>} kill at once, its children too, as a crash would
 */

/**
 * Starts a server, its output appended to `logFile`.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, logFile: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number }} options
 * @returns {Server}
 */
function startServer(command, args, { cwd, logFile, env = process.env, uid, gid }) {
	mkdirSync(dirname(logFile), { recursive: true });
	const log = openSync(logFile, 'a');
	// A group of its own: Ctrl-C in the terminal reaches only us, and the database outlives what uses it.
	const child = spawn(command, args, {
		cwd,
		env,
		uid,
		gid,
		detached: process.platform !== 'win32',
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	/** @type {Server} */
	const server = {
		pid: child.pid ?? 0,
		running: true,
		ended: new Promise((/** @type {(how: string) => void} */ resolve) => {
			child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
			child.once('exit', (code, signal) =>
				resolve(signal ? `ended by ${signal}` : `ended with code ${code}`),
			);
		}),
		stop: async (/** @type {NodeJS.Signals} */ signal, /** @type {number} */ graceSeconds) => {
			if (!server.running) return;
			child.kill(signal);
			const impatience = setTimeout(() => killGroup(server.pid), graceSeconds * 1000);
			await server.ended;
			clearTimeout(impatience);
		},
		kill: async () => {
			if (!server.running) return;
			killGroup(server.pid);
			await server.ended;
		},
	};
	void server.ended.then(() => {
		server.running = false;
	});
	return server;
}

/** @param {number} pid */
function killGroup(pid) {
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
	} catch {
		// It has ended already.
	}
}

/**
 * Ends what an earlier start left behind when it was itself killed.
 *
 * @param {number} pid as it was written down then
 * @param {string} mark part of its command line: the number may be another process's by now
 */
async function endLeftover(pid, mark) {
	const ours = () => commandLine(pid).includes(mark);
	if (!ours()) return;
	process.kill(pid, 'SIGINT');
	for (let tries = 0; tries < 40 && ours(); tries++) await wait(250);
	if (ours()) killGroup(pid);
}

/** @param {number} pid @returns {string} empty if there is no such process */
function commandLine(pid) {
	try {
		if (process.platform === 'linux')
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
		return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
	} catch {
		return '';
	}
}

/** @param {number} milliseconds @returns {Promise<void>} */
async function wait(milliseconds) {
	await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

module.exports = { startServer, endLeftover, commandLine, wait };
