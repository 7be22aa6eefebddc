// @ts-check
/** Runs the commands that a start is made of, and says what went wrong when one fails. */
const { spawn } = require('node:child_process');
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

/** What runs now; it must not outlive us. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill()));

/** What a person needs to know of a failed step: what, why, and where to read more. */
class StartError extends Error {
	/**
	 * @param {string} message what happened
	 * @param {{ hint?: string, logFile?: string }} [details] what to do, and the log that tells more
	 */
	constructor(message, { hint, logFile } = {}) {
		super(message);
		this.name = 'StartError';
		this.hint = hint;
		this.logFile = logFile;
	}
}

/**
 * Runs a command to its end, its output appended to `logFile`.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, logFile: string, timeoutSeconds?: number, env?: NodeJS.ProcessEnv, uid?: number, gid?: number }} options
 * @returns {Promise<string>} what it wrote to its standard output
 * @throws {StartError} if it cannot be started, fails, or takes longer than `timeoutSeconds` (900)
 */
async function run(
	command,
	args,
	{ cwd, logFile, timeoutSeconds = 900, env = process.env, uid, gid },
) {
	mkdirSync(dirname(logFile), { recursive: true });
	const line = [command, ...args].join(' ');
	appendFileSync(logFile, `\n$ ${line}\n`);
	return await new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd, env, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
		running.add(child);
		child.once('close', () => running.delete(child));
		let output = '';
		let tail = '';
		const keep = (/** @type {Buffer} */ chunk) => {
			appendFileSync(logFile, chunk);
			tail = (tail + chunk.toString()).slice(-2000);
		};
		child.stdout.on('data', (chunk) => {
			output += chunk;
			keep(chunk);
		});
		child.stderr.on('data', keep);
		const timer = setTimeout(() => {
			tail += `\nstopped after ${timeoutSeconds} s`;
			child.kill('SIGKILL');
		}, timeoutSeconds * 1000);
		child.on('error', (error) => {
			clearTimeout(timer);
			reject(new StartError(`"${line}" cannot be started: ${error.message}`, { logFile }));
		});
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			if (code === 0) return resolve(output);
			const lines = tail.trim().split('\n').slice(-12).join('\n    ');
			const ending = signal ? `was ended by ${signal}` : `ended with code ${code}`;
			reject(new StartError(`"${line}" ${ending}:\n    ${lines}`, { logFile }));
		});
	});
}

/**
 * Runs npm: the one that runs us if there is one, so that it need not be on the PATH.
 *
 * @param {string[]} args
 * @param {{ cwd: string, logFile: string, timeoutSeconds?: number }} options
 */
async function npm(args, options) {
	const env = { ...process.env };
	for (const name of Object.keys(env)) {
		// What `npm start` says about this package does not hold for the folder that npm is to work on.
		if (/^npm_(package|lifecycle|command)/.test(name)) delete env[name];
		if (/^npm_config_(local_prefix|prefix|ignore_scripts|globalconfig)$/i.test(name))
			delete env[name];
	}
	const script = process.env.npm_execpath;
	if (script && /npm-cli\.c?js$/.test(script)) {
		return await run(process.execPath, [script, ...args], { ...options, env });
	}
	return await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, env });
}

module.exports = { StartError, run, npm };
