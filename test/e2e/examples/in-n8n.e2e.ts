/** @jest-environment <rootDir>/support/outside-jest.js */
import { allWorkflowFiles, exampleWorkflow } from '../../../demo/examples.js';
import { callWebhook } from '../../../demo/webhooks.js';
import { until } from '../../support/until';
import { openMailbox, type Mailbox } from '../support/mailbox';
import { openShop, type Shop } from '../support/shop';

interface Credential {
	id: string;
	name: string;
	type: string;
}

interface NodeOfWorkflow {
	type: string;
	parameters: Record<string, unknown>;
	typeVersion: number;
	credentials?: Record<string, Credential>;
}

interface NodeDescription {
	version: number | number[];
}

const files = allWorkflowFiles();

describe('The example workflows in a real n8n', () => {
	let shop: Shop;
	let mailbox: Mailbox;
	let credentials: Credential[];

	beforeAll(async () => {
		shop = await openShop('embedded', 'examples');
		mailbox = await openMailbox();
		const [coupons] = (await shop.rest.call('GET', '/credentials')) as Credential[];
		credentials = [coupons, await smtp(), await apiOfN8n(), await shopify()];
	});

	afterAll(async () => {
		await shop?.close();
		await mailbox?.close();
	});

	const smtp = async (): Promise<Credential> =>
		await shop.rest.saveCredential({
			name: 'SMTP account',
			type: 'smtp',
			data: { user: '', password: '', ...mailbox.credential },
		});

	/** Publishing asks no shop. */
	const shopify = async (): Promise<Credential> =>
		await shop.rest.saveCredential({
			name: 'Coupon Pools: Shopify',
			type: 'couponPoolsShopifyApi',
			data: {
				shopUrl: 'https://shop.example',
				authentication: 'accessToken',
				accessToken: 'none',
			},
		});

	const apiOfN8n = async (): Promise<Credential> => {
		const { rawApiKey } = (await shop.rest.call('POST', '/api-keys', {
			label: 'Campaigns',
			expiresAt: null,
			scopes: ['workflow:deactivate'],
		})) as { rawApiKey: string };
		return await shop.rest.saveCredential({
			name: 'n8n account',
			type: 'n8nApi',
			data: { apiKey: rawApiKey, baseUrl: `${shop.n8n.url}/api/v1` },
		});
	};

	/** The example with the credentials chosen, as a person does after the import. */
	const chosen = (file: string) => {
		const [coupons, ...others] = credentials;
		const workflow = exampleWorkflow(file, coupons);
		const typeOf: Readonly<Record<string, string>> = {
			'n8n-nodes-base.emailSend': 'smtp',
			'n8n-nodes-base.n8n': 'n8nApi',
		};
		for (const node of workflow.nodes as NodeOfWorkflow[]) {
			const wanted =
				node.parameters.shop === 'shopify' ? 'couponPoolsShopifyApi' : typeOf[node.type];
			const credential = others.find(({ type }) => type === wanted);
			if (credential) {
				node.credentials = { ...node.credentials, [credential.type]: credential };
			}
		}
		return workflow;
	};

	const isPublished = async (id: string): Promise<boolean> =>
		Boolean((await shop.rest.call('GET', `/workflows/${id}`)).activeVersionId);

	it('consist of steps that it knows, in versions that it has', async () => {
		const used = files.flatMap(
			(file) => exampleWorkflow(file, credentials[0]).nodes as NodeOfWorkflow[],
		);
		const nodeInfos = used.map(({ type, typeVersion }) => ({ name: type, version: typeVersion }));

		// For a step that it does not know, the answer is an error.
		const descriptions = (await shop.rest.call('POST', '/node-types', {
			nodeInfos,
		})) as NodeDescription[];

		const versions = descriptions.map(({ version }) => [version].flat());
		expect(versions).toHaveLength(used.length);
		expect(used.filter(({ typeVersion }, index) => !versions[index].includes(typeVersion))).toEqual(
			[],
		);
	});

	it.each(files)('%s is imported and published', async (file) => {
		const { id, name } = await shop.rest.saveWorkflow(chosen(file));

		expect(name).toBe(chosen(file).name);
		expect(await isPublished(id)).toBe(true);
	});

	it('end a campaign when the trigger says that its codes are gone', async () => {
		await shop.openPool('Spin to win', ['W-1', 'W-2']);
		const giveaway = await shop.rest.saveWorkflow(chosen('giveaway.json'));
		await mailbox.take();

		for (const [visitor, code] of [
			['a', 'W-1'],
			['b', 'W-2'],
		]) {
			const { body } = await callWebhook(shop.n8n.url, 'spin', { json: { visitor } });
			expect(body.code).toBe(code);
		}
		await until(async () => !(await isPublished(giveaway.id)));
		const told: string[] = [];
		await until(async () => {
			told.push(...(await mailbox.take()).map(({ subject }) => subject));
			return told.includes('Finished: Giveaway that ends itself');
		});
	});
});
