// @ts-check
/** Starts a real n8n on loopback, waits until it answers, stops it. */
const fs = require('node:fs');
const { join } = require('node:path');

const { StartError } = require('./commands.js');
const { n8nCommand } = require('./install-n8n.js');
const { freePort } = require('./ports.js');
const { endLeftover, startServer, wait } = require('./processes.js');

/**
 * @typedef {object} N8n
 * @property {string} url such as `http://127.0.0.1:5678`
 * @property {import('./processes.js').Server} server
 * @property {() => Promise<void>} stop in order: running workflows end first
 * @property {() => Promise<void>} kill at once, as a crash would
 */

/**
 * Starts n8n and waits until its published workflows listen.
 *
 * @param {{ userFolder: string, postgres: import('./postgres.js').Postgres, database: string,
 *   logFile: string, port?: number, timezone?: string, settings?: Record<string, string>,
 *   onStart?: (server: import('./processes.js').Server) => void }} options `database` holds n8n's own data;
 *   `settings` are further ones for its environment; `onStart` is told of the process before it is ready, so
 *   that it can be stopped in time
 * @returns {Promise<N8n>}
 */
async function startN8n({
	userFolder,
	postgres,
	database,
	logFile,
	port: wanted = 5678,
	timezone = 'UTC',
	settings = {},
	onStart,
}) {
	const pidFile = join(userFolder, 'n8n.pid');
	await endPrevious(pidFile);
	const port = await freePort(wanted);
	const url = `http://127.0.0.1:${port}`;
	const logStart = fs.existsSync(logFile) ? fs.statSync(logFile).size : 0;
	const server = startServer(n8nCommand.node, [n8nCommand.script, 'start'], {
		cwd: userFolder,
		logFile,
		env: {
			...(await commonSettings({ userFolder, postgres, database, timezone })),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_HOST: '127.0.0.1',
			N8N_PORT: String(port),
			N8N_EDITOR_BASE_URL: url,
			N8N_WEBHOOK_URL: `${url}/`,
			...settings,
		},
	});
	onStart?.(server);
	fs.writeFileSync(pidFile, String(server.pid));
	// n8n says this once the published workflows are listening; the health check answers earlier.
	await untilReady(server, {
		logFile,
		logStart,
		sign: 'Editor is now accessible',
		isReady: async () => await answers(`${url}/healthz/readiness`),
	});
	return {
		url,
		server,
		stop: async () => await server.stop('SIGTERM', 30),
		kill: async () => await server.kill(),
	};
}

/**
 * Starts a worker, which runs the workflows of an n8n in queue mode, and waits until it takes them.
 *
 * @param {{ name: string, userFolder: string, postgres: import('./postgres.js').Postgres, database: string,
 *   logFile: string, concurrency: number, settings: Record<string, string> }} options `userFolder`, `database`
 *   and `settings` as the main process has them; `concurrency` is how many workflows it runs at once
 * @returns {Promise<Pick<N8n, 'server' | 'stop' | 'kill'>>}
 */
async function startN8nWorker({
	name,
	userFolder,
	postgres,
	database,
	logFile,
	concurrency,
	settings,
}) {
	const pidFile = join(userFolder, `${name}.pid`);
	await endPrevious(pidFile);
	const logStart = fs.existsSync(logFile) ? fs.statSync(logFile).size : 0;
	const server = startServer(
		n8nCommand.node,
		[n8nCommand.script, 'worker', `--concurrency=${concurrency}`],
		{
			cwd: userFolder,
			logFile,
			env: {
				...(await commonSettings({ userFolder, postgres, database, timezone: 'UTC' })),
				...settings,
			},
		},
	);
	fs.writeFileSync(pidFile, String(server.pid));
	await untilReady(server, { logFile, logStart, sign: 'n8n worker is now ready' });
	return {
		server,
		stop: async () => await server.stop('SIGTERM', 30),
		kill: async () => await server.kill(),
	};
}

/** What an earlier start left behind when it was itself killed. @param {string} pidFile */
async function endPrevious(pidFile) {
	if (fs.existsSync(pidFile))
		await endLeftover(Number(fs.readFileSync(pidFile, 'utf8')), n8nCommand.script);
}

/**
 * What the main process and its workers have in common.
 *
 * @param {{ userFolder: string, postgres: import('./postgres.js').Postgres, database: string, timezone: string }} options
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function commonSettings({ userFolder, postgres, database, timezone }) {
	return {
		...inheritedSettings(),
		...quietSettings,
		N8N_USER_FOLDER: userFolder,
		N8N_RUNNERS_BROKER_PORT: String(await freePort(0)),
		GENERIC_TIMEZONE: timezone,
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: database,
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_PASSWORD: postgres.password,
		// n8n's default of 2 connections makes a burst of webhooks wait for one another.
		DB_POSTGRESDB_POOL_SIZE: '20',
		// In such a burst, n8n is too busy to take a connection in time; it should wait, not fail.
		DB_POSTGRESDB_CONNECTION_TIMEOUT: '180000',
		// The first start of the embedded database holds n8n up for seconds, on a slow machine for more than
		// the 5 s after which n8n would take its own database for lost and answer nobody.
		DB_PING_TIMEOUT_MS: '60000',
	};
}

/** No outside host is contacted, and no survey or banner is in the way. */
const quietSettings = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_AI_ENABLED: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
	// So that the cookie works on http://127.0.0.1.
	N8N_SECURE_COOKIE: 'false',
	NO_COLOR: '1',
};

/** The user's own n8n may be configured through the environment, which must not affect this one. */
function inheritedSettings() {
	const foreign = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|npm_|NODE_OPTIONS$|NODE_ENV$|JEST_)/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/**
 * @param {import('./processes.js').Server} server
 * @param {{ logFile: string, logStart: number, sign: string, isReady?: () => Promise<boolean> }} signs `logStart`:
 *   where in the log this start begins; `sign`: what n8n says there when it is ready
 */
async function untilReady(server, { logFile, logStart, sign, isReady = async () => true }) {
	const deadline = Date.now() + 180_000;
	const said = () => fs.readFileSync(logFile, 'utf8').slice(logStart);
	while (server.running && Date.now() < deadline) {
		if (said().includes(sign) && (await isReady())) return;
		await wait(250);
	}
	const how = server.running ? 'did not come up within 3 minutes' : await server.ended;
	await server.kill();
	const lines = said().trim().split('\n').slice(-8).join('\n    ');
	throw new StartError(`n8n ${how}:\n    ${lines}`, { logFile });
}

/** @param {string} url */
async function answers(url) {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
	} catch {
		return false;
	}
}

module.exports = { startN8n, startN8nWorker };
