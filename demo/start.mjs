// @ts-check
/**
 * `npm start`: a newcomer's first minutes. A real n8n with this package in it, its example workflows
 * published, the sample carts posted to the real webhook, and the messages with their codes printed.
 *
 * `npm start -- --once` ends after printing.
 */
import fs from 'node:fs';

import { postCarts, printAnswers } from './carts.js';
import { StartError } from './commands.js';
import {
	claimDemo,
	paths,
	readImported,
	readSecrets,
	releaseDemo,
	sayRunning,
	writeImported,
} from './demo-data.js';
import {
	codesForm,
	examplePool,
	exampleWorkflow,
	webhookPaths,
	workflowFiles,
} from './examples.js';
import { installN8n } from './install-n8n.js';
import { installPackage } from './install-package.js';
import { signIn } from './n8n-rest.js';
import { startN8n } from './n8n-server.js';
import { startPostgres } from './postgres.js';
import { step } from './progress.js';
import { callWebhook } from './webhooks.js';

/** What is to be stopped in the end, last started first. @type {Array<() => Promise<void>>} */
const started = [];

async function main() {
	const once = process.argv.includes('--once');
	const first = !fs.existsSync(paths.secrets);
	claimDemo();
	started.push(async () => releaseDemo());
	const secrets = readSecrets();
	fs.mkdirSync(paths.userFolder, { recursive: true });
	console.log(first ? 'The first start takes a few minutes, the next ones seconds.\n' : '');

	await step('Installing n8n', async (note) => await installN8n(paths.log('install'), note));
	await step('Installing this package into it', async (note) => {
		await installPackage({ userFolder: paths.userFolder, logFile: paths.log('install') }, note);
	});
	const postgres = await step(
		"Starting PostgreSQL for n8n's own data",
		async () => await openPostgres(secrets),
	);
	const n8n = await step('Starting n8n', async (note) => await openN8n(postgres, note));
	sayRunning(n8n.url);
	void n8n.server.ended.then(async (/** @type {string} */ how) => {
		await end(new StartError(`n8n ${how}`, { logFile: paths.log('n8n') }));
	});
	const rest = await signIn(n8n.url, secrets.owner);
	const credential = await step('Making and testing the credential (Embedded)', async () => {
		return await makeCredential(rest);
	});
	await step('Importing and publishing the example workflows', async (note) => {
		note(await importWorkflows(rest, credential));
	});
	await step('Uploading examples/codes.csv', async (note) => note(await uploadCodes(n8n.url)));

	const before = await availableCodes(n8n.url);
	const answers = await step(
		'Posting examples/abandoned-carts.json to the webhook, all at once',
		async () => {
			return await postCarts(n8n.url);
		},
	);
	printAnswers(answers);
	console.log(`\nCodes in stock: ${before} before, ${await availableCodes(n8n.url)} after.`);

	const unanswered = answers.filter(({ failure }) => failure);
	if (unanswered.length > 0) {
		throw new StartError(
			`${unanswered.length} of ${answers.length} carts got no answer: ${unanswered[0].failure}`,
			{
				logFile: paths.log('n8n'),
			},
		);
	}
	if (once) return await end();
	console.log(`
n8n is running:   ${n8n.url}
Sign in with:     ${secrets.owner.email}   ${secrets.owner.password}
Try it:           curl ${n8n.url}/webhook/${webhookPaths.stock}
Data and logs:    ${paths.folder}

Ctrl-C stops all of it. The next start keeps the data.`);
}

/** @param {ReturnType<typeof readSecrets>} secrets */
async function openPostgres({ postgresPassword }) {
	const postgres = await startPostgres({
		folder: paths.postgres,
		password: postgresPassword,
		logFile: paths.log('postgres'),
		durable: true,
	});
	started.push(postgres.stop);
	await postgres.createDatabase('n8n');
	return postgres;
}

/** @param {import('./postgres.js').Postgres} postgres @param {(text: string) => void} note */
async function openN8n(postgres, note) {
	const n8n = await startN8n({
		userFolder: paths.userFolder,
		postgres,
		database: 'n8n',
		logFile: paths.log('n8n'),
		timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		onStart: (server) => started.push(async () => await server.stop('SIGTERM', 30)),
	});
	note(n8n.url.endsWith(':5678') ? n8n.url : `${n8n.url}, as port 5678 is taken`);
	return n8n;
}

/** @param {import('./n8n-rest.js').N8nRest} rest */
async function makeCredential(rest) {
	const credential = {
		name: 'Coupon Pools Database',
		type: 'couponPoolsDatabaseApi',
		data: { database: 'embedded', folder: paths.coupons },
	};
	const saved = await rest.saveCredential(credential);
	await rest.testCredential({ ...credential, id: saved.id });
	return saved;
}

/**
 * Imports the examples, and brings those that have been mended since up to date. What the reader has changed
 * in n8n stays as it is.
 *
 * @param {import('./n8n-rest.js').N8nRest} rest
 * @param {{ id: string, name: string, type: string }} credential
 * @returns {Promise<string>} their names
 */
async function importWorkflows(rest, credential) {
	const before = readImported();
	/** @type {Record<string, import('./demo-data.js').Imported>} */
	const now = {};
	const names = [];
	for (const file of workflowFiles) {
		const workflow = exampleWorkflow(file, credential);
		const content = JSON.stringify(workflow);
		let isTheirs = false;
		const saved = await rest.saveWorkflow(workflow, ({ versionId }) => {
			isTheirs = versionId !== before[file]?.versionId;
			return !isTheirs && content !== before[file].content;
		});
		now[file] = isTheirs ? before[file] : { content, versionId: saved.versionId };
		names.push(saved.name);
	}
	writeImported(now);
	return names.join(', ');
}

/** @param {string} url @returns {Promise<string>} what became of the codes */
async function uploadCodes(url) {
	const { status, body } = await callWebhook(url, webhookPaths.upload, { form: codesForm() });
	if (status !== 200 || typeof body?.added !== 'number') {
		throw new StartError(
			`The upload was answered with ${status}: ${JSON.stringify(body).slice(0, 500)}`,
			{
				logFile: paths.log('n8n'),
			},
		);
	}
	return `${body.added} added, ${body.alreadyInPool} in the pool already`;
}

/** @param {string} url @returns {Promise<number>} */
async function availableCodes(url) {
	const { status, body } = await callWebhook(url, webhookPaths.stock, { method: 'GET' });
	const stock = Array.isArray(body) && body.find(({ pool }) => pool.name === examplePool);
	if (status === 200 && stock) return stock.available;
	throw new StartError(
		`The stock was answered with ${status}: ${JSON.stringify(body).slice(0, 500)}`,
		{
			logFile: paths.log('n8n'),
		},
	);
}

let ending = false;

/**
 * Stops all that was started, and then this process.
 *
 * @param {unknown} [reason] an error if it is not meant to end
 */
async function end(reason) {
	if (ending) return;
	ending = true;
	if (reason) explain(reason);
	for (const stop of started.reverse()) {
		try {
			await stop();
		} catch (error) {
			console.error(error);
		}
	}
	process.exit(reason ? 1 : 0);
}

/** @param {unknown} reason */
function explain(reason) {
	const { message, stack, step: title, hint, logFile } = /** @type {any} */ (reason);
	console.error(
		`\n${title ? `${title} did not work: ` : ''}${reason instanceof StartError ? message : stack}`,
	);
	if (hint) console.error(hint);
	if (logFile) console.error(`The log: ${logFile}`);
}

for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
	process.on(signal, () => {
		if (!ending) console.log('\nStopping n8n and PostgreSQL ...');
		void end();
	});
}

main().catch(async (error) => await end(error));
