// A real n8n with the built package in it: a process of its own, with its data in a PostgreSQL of its own.

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { installN8n } from '../demo/install-n8n.js';
import { installPackage } from '../demo/install-package.js';
import { signIn } from '../demo/n8n-rest.js';
import { startN8n } from '../demo/n8n-server.js';
import { startPostgres } from '../demo/postgres.js';
import { wait } from '../demo/processes.js';
import { callWebhook } from '../demo/webhooks.js';

const require = createRequire(import.meta.url);

/**
 * @template Result
 * @param {string} folder for its data and log
 * @param {(n8n: RealN8n) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withN8n(folder, work) {
	const logFile = join(folder, 'n8n.log');
	const userFolder = join(folder, 'n8n-home');
	const note = (text) => console.error(`  ${text}`);
	await installN8n(logFile, note);
	await installPackage({ userFolder, logFile }, note);
	const postgres = await startPostgres({
		folder: join(folder, 'n8n-postgres'),
		password: 'bench',
		logFile,
		durable: true,
	});
	try {
		await postgres.createDatabase('n8n');
		const n8n = await startN8n({ userFolder, postgres, database: 'n8n', logFile, port: 5790 });
		try {
			const login = { email: 'owner@example.com', password: 'Coupons-12345' };
			return await work(new RealN8n(n8n.url, await signIn(n8n.url, login)));
		} finally {
			await n8n.stop();
		}
	} finally {
		await postgres.stop();
	}
}

class RealN8n {
	constructor(url, rest) {
		this.url = url;
		this.rest = rest;
	}

	/** @returns {Promise<object>} the `credentials` of a node that is to use it */
	async saveCredential(type, data) {
		const { id, name } = await this.rest.saveCredential({ name: type, type, data });
		return { [type]: { id, name } };
	}

	/**
	 * Publishes a webhook with steps that follow one another.
	 *
	 * @param {string} path
	 * @param {'lastNode' | 'responseNode'} responseMode which step answers
	 * @param {Record<string, object>} steps by their names
	 */
	async publish(path, responseMode, steps) {
		const webhook = {
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			webhookId: path,
			parameters: { httpMethod: 'POST', path, responseMode, options: {} },
		};
		const nodes = Object.entries({ Webhook: webhook, ...steps }).map(([name, step], index) => ({
			name,
			...step,
			id: `${path}-${index}`,
			position: [index * 200, 0],
		}));
		const connections = Object.fromEntries(
			nodes
				.slice(1)
				.map(({ name }, before) => [
					nodes[before].name,
					{ main: [[{ node: name, type: 'main', index: 0 }]] },
				]),
		);
		const settings = { executionOrder: 'v1' };
		await this.rest.saveWorkflow({ id: idOf(path), name: path, nodes, connections, settings });
	}

	/**
	 * Runs a published workflow that ends with `ANSWER_ID`.
	 *
	 * @param {string} path
	 * @param {object} json what the webhook is sent
	 * @param {string} step
	 * @returns {Promise<{ seconds: number, items: object[] }>} how long n8n was at this step, and the fields of the items
	 *   of its first output
	 */
	async run(path, json, step) {
		const { status, body } = await callWebhook(this.url, path, { json });
		if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
		const data = await this.#dataOf(body.id);
		// The format in which n8n keeps executions.
		const { resultData } = require('../demo/node_modules/flatted').parse(data);
		const [{ executionTime, data: output }] = resultData.runData[step];
		return { seconds: executionTime / 1000, items: output.main[0].map((item) => item.json) };
	}

	/** n8n answers before it has stored all of it. */
	async #dataOf(id) {
		for (;;) {
			const { status, data } = await this.rest.call('GET', `/executions/${id}`);
			if (status === 'success') return data;
			if (status !== 'running') throw new Error(`The execution ended with ${status}`);
			await wait(1000);
		}
	}
}

/** A last step, for a workflow of which more has to be known than its answer. */
export const ANSWER_ID = {
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	executeOnce: true,
	parameters: { mode: 'raw', jsonOutput: '={{ { id: $execution.id } }}', options: {} },
};

function idOf(path) {
	return `bench-${path}`;
}
