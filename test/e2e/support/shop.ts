import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { exampleWorkflow, webhookPaths, workflowFiles } from '../../../demo/examples.js';
import { signIn, type N8nRest } from '../../../demo/n8n-rest.js';
import { startN8n, type N8n } from '../../../demo/n8n-server.js';
import { startPostgres, type Postgres } from '../../../demo/postgres.js';
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
	/** What a worker shares with the main process; n8n's own data is in the database `n8n`. */
	userFolder: string;
	postgres: Postgres;
	/** Where a process of this name logs. */
	logFile(process: string): string;
	/** Uploads codes to a pool, which is made; and publishes a flow for it. Gives the path of its webhook. */
	openPool(name: string, codes: readonly string[]): Promise<string>;
	/** An abandoned cart of each customer, all at the same moment unless told otherwise. */
	abandonCarts(
		path: string,
		emails: readonly string[],
		options?: PostOptions,
	): Promise<CartAnswer[]>;
	/** Starts n8n again after it was killed or stopped. */
	restart(): Promise<void>;
	close(): Promise<void>;
}

export interface PostOptions {
	/** How many carts wait for their answer at any moment. */
	atOnce?: number;
	/** After which the shop gives up waiting. */
	timeoutSeconds?: number;
	onAnswer?: (answer: CartAnswer) => void;
}

/**
 * Starts an empty n8n whose pools are in a fresh database, with the example workflows published.
 *
 * @param settings further ones for n8n's environment
 */
export async function openShop(
	kind: DatabaseKind,
	name: string,
	settings: Record<string, string> = {},
): Promise<Shop> {
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
			settings,
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
		userFolder: join(data, 'n8n'),
		postgres,
		logFile: log,
		openPool: async (pool, codes) => {
			await uploadCodes(shop.n8n.url, pool, codes);
			const workflow = cartWorkflowFor(pool, credential);
			await shop.rest.saveWorkflow(workflow);
			return workflow.id;
		},
		abandonCarts: async (path, emails, options) =>
			await postAll(emails, options, async (email, timeoutSeconds) => {
				return await abandonCart(shop.n8n.url, path, email, timeoutSeconds);
			}),
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

/** Answers stand in the order of the customers. */
async function postAll(
	emails: readonly string[],
	{ atOnce = emails.length, timeoutSeconds = 240, onAnswer }: PostOptions = {},
	post: (email: string, timeoutSeconds: number) => Promise<CartAnswer>,
): Promise<CartAnswer[]> {
	const answers: CartAnswer[] = [];
	let next = 0;
	const postOneByOne = async () => {
		while (next < emails.length) {
			const index = next++;
			answers[index] = await post(emails[index], timeoutSeconds);
			onAnswer?.(answers[index]);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, postOneByOne));
	return answers;
}

async function abandonCart(
	url: string,
	path: string,
	email: string,
	timeoutSeconds: number,
): Promise<CartAnswer> {
	const cart = {
		customer: { email, firstName: 'Jane' },
		cart: { id: 'C-1', total: 89, currency: 'EUR', items: [], url: 'https://shop.example/cart' },
	};
	try {
		const { status, body } = await callWebhook(url, path, { json: cart, timeoutSeconds });
		if (status !== 200) return { email, status };
		return { email, status, code: body.code ?? undefined, reason: body.reason };
	} catch {
		return { email, status: 0 };
	}
}
