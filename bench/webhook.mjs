// Webhooks per second of a real n8n: a workflow that gives a code, renders the message with it and answers, against the
// same workflow with n8n's own Edit Fields in place of both steps, which is what n8n takes by itself.

import { callWebhook } from '../demo/webhooks.js';
import { askAtOnce, perSecond } from './clients.mjs';
import { couponPoolsCredential } from './credentials.mjs';
import { withPools } from './pools.mjs';
import { withN8n } from './real-n8n.mjs';
import { takeTurns } from './turns.mjs';

const CALLS = 400;

const CLIENTS = 16;

/** At least this fraction of the floor's webhooks per second. */
const GOAL = 0.8;

const SCHEMA = 'bench_webhook';

export async function webhook({ url, folder }) {
	return await withN8n(folder, async (n8n) => {
		return await withPools({ url, schema: SCHEMA }, async (bench) => [
			await measure(n8n, bench, url),
		]);
	});
}

async function measure(n8n, bench, databaseUrl) {
	const pool = await bench.poolWith(20_000);
	await publish(n8n, pool, couponPoolsCredential(databaseUrl, SCHEMA));
	let round = 0;
	const call = (path) => async () => {
		round++;
		const emails = Array.from(
			{ length: CALLS },
			(_, index) => `customer-${round}-${index}@example.com`,
		);
		await askAtOnce(CLIENTS, emails, async (email) => {
			const { status, body } = await callWebhook(n8n.url, path, { json: { email } });
			if (status !== 200 || !body.html?.includes(body.code))
				throw new Error(`${status}: ${JSON.stringify(body)}`);
		});
	};
	// Both start with everything loaded in n8n.
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

async function publish(n8n, pool, data) {
	const credentials = await n8n.saveCredential('couponPoolsDatabaseApi', data);
	const set = (jsonOutput) => ({
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput, options: {} },
	});
	const Answer = {
		type: 'n8n-nodes-base.respondToWebhook',
		typeVersion: 1.5,
		parameters: {
			respondWith: 'json',
			responseBody: '={{ { code: $json.coupon.code, html: $json.message.html } }}',
			options: {},
		},
	};
	await n8n.publish('floor', 'responseNode', {
		Assign: set('={{ { coupon: { code: "ONE", recipient: $json.body.email } } }}'),
		Render: set(
			'={{ { message: { html: "Use <b>" + $json.coupon.code + "</b>" }, coupon: $json.coupon } }}',
		),
		Answer,
	});
	await n8n.publish('ours', 'responseNode', {
		Assign: {
			type: 'n8n-nodes-coupon-pools.assignCoupon',
			typeVersion: 1,
			parameters: {
				pool: { __rl: true, mode: 'id', value: pool.id },
				recipient: '={{ $json.body.email }}',
				options: {},
			},
			credentials,
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
		Answer,
	});
}
