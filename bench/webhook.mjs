// Webhooks a second of a real n8n: a workflow that gives a code, renders the message with it and answers, against the
// same workflow with n8n's own Edit Fields in place of both steps, which is what n8n takes by itself.

import { join } from 'node:path';

import { installN8n } from '../demo/install-n8n.js';
import { installPackage } from '../demo/install-package.js';
import { signIn } from '../demo/n8n-rest.js';
import { startN8n } from '../demo/n8n-server.js';
import { startPostgres } from '../demo/postgres.js';
import { callWebhook } from '../demo/webhooks.js';
import { askAtOnce, perSecond } from './clients.mjs';
import { credentialFor } from './n8n-engine.mjs';
import { withPools } from './pools.mjs';
import { takeTurns } from './turns.mjs';

const CALLS = 400;

const CLIENTS = 16;

/** At least this part of the floor's webhooks a second. */
const GOAL = 0.8;

const SCHEMA = 'bench_webhook';

export async function webhook({ url, folder }) {
	const logFile = join(folder, 'n8n.log');
	const userFolder = join(folder, 'n8n-home');
	const note = (text) => console.error(`  ${text}`);
	await installN8n(logFile, note);
	await installPackage({ userFolder, logFile }, note);
	// n8n's own data in a server of its own, as both workflows need it.
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
			return await withPools({ url, schema: SCHEMA }, async (bench) => {
				return [await measure(n8n.url, bench, url)];
			});
		} finally {
			await n8n.stop();
		}
	} finally {
		await postgres.stop();
	}
}

async function measure(n8nUrl, bench, databaseUrl) {
	const pool = await bench.poolWith(20_000);
	await publish(n8nUrl, pool, credentialFor(databaseUrl, SCHEMA));
	let round = 0;
	const call = (path) => async () => {
		round++;
		const emails = Array.from(
			{ length: CALLS },
			(_, index) => `customer-${round}-${index}@example.com`,
		);
		await askAtOnce(CLIENTS, emails, async (email) => {
			const { status, body } = await callWebhook(n8nUrl, path, { json: { email } });
			if (status !== 200 || !body.html?.includes(body.code))
				throw new Error(`${status}: ${JSON.stringify(body)}`);
		});
	};
	// Both begin with what n8n has loaded by then.
	await call('floor')();
	await call('ours')();
	const { ours, floor } = await takeTurns({ floor: call('floor'), ours: call('ours') });
	return {
		case: `webhook: ${CLIENTS} clients of a real n8n, against the same workflow without a code`,
		ours: perSecond(CALLS / ours),
		floor: perSecond(CALLS / floor),
		ratio: (floor / ours).toFixed(2),
		goal: `>= ${GOAL}`,
		met: floor / ours >= GOAL,
	};
}

async function publish(n8nUrl, pool, data) {
	const rest = await signIn(n8nUrl, { email: 'owner@example.com', password: 'Coupons-12345' });
	const type = 'couponPoolsDatabaseApi';
	const credential = await rest.saveCredential({ name: 'Coupon Pools', type, data });
	const set = (jsonOutput) => ({
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput, options: {} },
	});
	await rest.saveWorkflow(
		workflowWith('floor', {
			Assign: set('={{ { coupon: { code: "ONE", recipient: $json.body.email } } }}'),
			Render: set(
				'={{ { message: { html: "Use <b>" + $json.coupon.code + "</b>" }, coupon: $json.coupon } }}',
			),
		}),
	);
	await rest.saveWorkflow(
		workflowWith('ours', {
			Assign: {
				type: 'n8n-nodes-coupon-pools.assignCoupon',
				typeVersion: 1,
				parameters: {
					pool: { __rl: true, mode: 'id', value: pool.id },
					recipient: '={{ $json.body.email }}',
					options: {},
				},
				credentials: { [type]: { id: credential.id, name: credential.name } },
			},
			Render: {
				type: 'n8n-nodes-coupon-pools.renderMessage',
				typeVersion: 1,
				parameters: {
					parts: ['html'],
					templates: 'written',
					html: 'Use <b>{{coupon.code}}</b>',
					missingFields: 'error',
					options: {},
				},
			},
		}),
	);
}

/** Webhook → the steps → the answer with its code and message. */
function workflowWith(path, steps) {
	const nodes = [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			webhookId: path,
			parameters: { httpMethod: 'POST', path, responseMode: 'responseNode', options: {} },
		},
		...Object.entries(steps).map(([name, step]) => ({ name, ...step })),
		{
			name: 'Answer',
			type: 'n8n-nodes-base.respondToWebhook',
			typeVersion: 1.5,
			parameters: {
				respondWith: 'json',
				responseBody: '={{ { code: $json.coupon.code, html: $json.message.html } }}',
				options: {},
			},
		},
	].map((node, index) => ({ ...node, id: `${path}-${index}`, position: [index * 200, 0] }));
	const next = (node) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		id: `bench-${path}`,
		name: path,
		nodes,
		connections: { Webhook: next('Assign'), Assign: next('Render'), Render: next('Answer') },
		settings: { executionOrder: 'v1' },
	};
}
