import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { exampleWorkflow, webhookPaths, workflowFiles } from '../../../demo/examples.js';
import { signIn, type N8nRest } from '../../../demo/n8n-rest.js';
import { startN8n, type N8n } from '../../../demo/n8n-server.js';
import { startPostgres } from '../../../demo/postgres.js';
import { callWebhook } from '../../../demo/webhooks.js';
import { freshDatabase, type CouponDatabase, type DatabaseKind } from './databases';

const data = join(__dirname, '..', '..', '..', 'demo', '.data', 'e2e');

export const owner = { email: 'owner@example.com', password: 'Coupons-12345' };

/** What the *Abandoned cart* workflow answers. */
export interface CartAnswer {
	email: string;
	/** HTTP status; 0 if the connection broke. */
	status: number;
	code?: string;
	reason?: string;
}

/** A shop whose abandoned carts go to a real n8n of its own. */
export interface Shop {
	n8n: N8n;
	rest: N8nRest;
	database: CouponDatabase;
	/** Uploads codes to a pool, which is made; and publishes a flow for it. Gives the path of its webhook. */
	openPool(name: string, codes: readonly string[]): Promise<string>;
	/** An abandoned cart of each customer, all at the same moment. */
	abandonCarts(path: string, emails: readonly string[]): Promise<CartAnswer[]>;
	/** Starts n8n again after it was killed or stopped. */
	restart(): Promise<void>;
	close(): Promise<void>;
}

/** Starts an empty n8n whose pools are in a fresh database, with the example workflows published. */
export async function openShop(kind: DatabaseKind, name: string): Promise<Shop> {
	const folder = join(data, `${name}-${kind}`);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const log = (process: string) => join(data, 'logs', `${name}-${kind}-${process}.log`);
	const postgres = await startPostgres({
		folder: join(folder, 'postgres'),
		password: 'e2e',
		logFile: log('postgres'),
		durable: false,
	});
	await postgres.createDatabase('n8n');
	const boot = async () =>
		await startN8n({
			userFolder: join(data, 'n8n'),
			postgres,
			database: 'n8n',
			logFile: log('n8n'),
			port: 5690,
		});
	const database = await freshDatabase(kind, folder, postgres);
	const n8n = await orElse(boot, postgres.stop);
	const { rest, credential } = await orElse(
		async () => await setUp(n8n.url, database),
		async () => {
			await n8n.stop();
			await postgres.stop();
		},
	);

	const shop: Shop = {
		n8n,
		rest,
		database,
		openPool: async (pool, codes) => {
			await uploadCodes(shop.n8n.url, pool, codes);
			const workflow = cartWorkflowFor(pool, credential);
			await shop.rest.saveWorkflow(workflow);
			return workflow.id;
		},
		abandonCarts: async (path, emails) =>
			await Promise.all(emails.map(async (email) => await abandonCart(shop.n8n.url, path, email))),
		restart: async () => {
			shop.n8n = await boot();
			shop.rest = await signIn(shop.n8n.url, owner);
		},
		close: async () => {
			await shop.n8n.stop();
			await postgres.stop();
		},
	};
	return shop;
}

/** Jest does not end while a server runs: what was started before a failure is to be stopped. */
async function orElse<Result>(
	work: () => Promise<Result>,
	cleanUp: () => Promise<void>,
): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		await cleanUp();
		throw error;
	}
}

/** The owner, the credential, and the example workflows, published. */
async function setUp(url: string, database: CouponDatabase) {
	const rest = await signIn(url, owner);
	const credential = await makeCredential(rest, database);
	for (const file of workflowFiles) await rest.saveWorkflow(exampleWorkflow(file, credential));
	return { rest, credential };
}

async function makeCredential(rest: N8nRest, database: CouponDatabase) {
	const credential = {
		name: 'Coupon Pools Database',
		type: 'couponPoolsDatabaseApi',
		data: database.credentialData,
	};
	const saved = await rest.saveCredential(credential);
	await rest.testCredential({ ...credential, id: saved.id });
	return saved;
}

/** The *Upload codes* example, with a pool of another name. */
async function uploadCodes(url: string, pool: string, codes: readonly string[]): Promise<void> {
	const form = new FormData();
	form.set('pool', pool);
	form.set('codes', new Blob([codes.join('\n')], { type: 'text/plain' }), 'codes.txt');
	const { status, body } = await callWebhook(url, webhookPaths.upload, { form });
	if (status !== 200 || body.added !== codes.length) {
		throw new Error(`The upload was answered with ${status}: ${JSON.stringify(body)}`);
	}
}

/** The *Abandoned cart* example for another pool, with a webhook of its own. */
function cartWorkflowFor(pool: string, credential: { id: string; name: string; type: string }) {
	const workflow = exampleWorkflow('abandoned-cart.json', credential);
	const slug = pool.replaceAll(/\W/g, '');
	for (const node of workflow.nodes) {
		if (node.type === 'n8n-nodes-base.webhook') {
			Object.assign(node, { webhookId: slug, parameters: { ...node.parameters, path: slug } });
		}
		if (node.type === 'n8n-nodes-coupon-pools.assignCoupon') node.parameters.pool.value = pool;
	}
	return { ...workflow, id: slug, name: `Abandoned cart: ${pool}` };
}

async function abandonCart(url: string, path: string, email: string): Promise<CartAnswer> {
	const cart = {
		customer: { email, firstName: 'Jane' },
		cart: { id: 'C-1', total: 89, currency: 'EUR', items: [], url: 'https://shop.example/cart' },
	};
	try {
		const { status, body } = await callWebhook(url, path, { json: cart, timeoutSeconds: 240 });
		if (status !== 200) return { email, status };
		return { email, status, code: body.code ?? undefined, reason: body.reason };
	} catch {
		return { email, status: 0 };
	}
}
