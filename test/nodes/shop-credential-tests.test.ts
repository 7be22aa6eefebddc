import { ExecuteContext, RoutingNode } from 'n8n-core';
import {
	createRunExecutionData,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type INode,
	type INodeType,
	NodeConnectionTypes,
	Workflow,
} from 'n8n-workflow';

import { CouponPoolsMagentoApi } from '../../credentials/CouponPoolsMagentoApi.credentials';
import { CouponPoolsShopifyApi } from '../../credentials/CouponPoolsShopifyApi.credentials';
import { CouponPoolsWooCommerceApi } from '../../credentials/CouponPoolsWooCommerceApi.credentials';
import { additionalData } from '../support/run-workflow';
import { openShopServer, type ShopServer } from '../support/shop-server';

const SECRET = 'hunter2-s3cr3t';

const credentials: Array<[string, ICredentialType, ICredentialDataDecryptedObject]> = [
	['Magento', new CouponPoolsMagentoApi(), { accessToken: SECRET }],
	['Shopify', new CouponPoolsShopifyApi(), { authentication: 'accessToken', accessToken: SECRET }],
	['WooCommerce', new CouponPoolsWooCommerceApi(), { consumerKey: 'ck_1', consumerSecret: SECRET }],
];

/** What n8n's `CredentialsTester` does with the test that a type of credential brings. */
async function tested(type: ICredentialType, data: ICredentialDataDecryptedObject): Promise<void> {
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'temp',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { [type.name]: { id: '1', name: type.name } },
	};
	const nodeType: INodeType = {
		description: {
			displayName: 'Temp-Node',
			name: 'temp',
			group: ['input'],
			version: 1,
			description: '',
			defaults: { name: 'Temp-Node' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			credentials: [{ name: type.name, required: true }],
			properties: [
				{
					displayName: 'Temp',
					name: 'temp',
					type: 'string',
					default: '',
					routing: { request: type.test?.request },
				},
			],
		},
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => nodeType,
			getByNameAndVersion: () => nodeType,
			getKnownTypes: () => ({}),
		},
	});
	const items = { main: [[{ json: {} }]] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData(workflow, [node], '1', 'internal', { [type.name]: data }),
		'internal',
		createRunExecutionData(),
		0,
		[],
		items,
		{ node, data: {}, source: null },
		[],
	);
	const decrypted = { id: '1', name: type.name, type: type.name, data };
	await new RoutingNode(context, nodeType, decrypted).runNode();
}

describe.each(credentials)('the test of the credential for %s', (_, type, data) => {
	let shop: ShopServer;
	let elsewhere: ShopServer;

	beforeEach(async () => {
		elsewhere = await openShopServer(() => ({ status: 200, body: { data: {} } }));
		shop = await openShopServer(() => ({ status: 200, body: { data: {} } }));
	});

	afterEach(async () => {
		await Promise.all([shop.close(), elsewhere.close()]);
	});

	it('passes where the shop answers', async () => {
		await tested(type, { ...data, shopUrl: `${shop.url}/` });
		expect(shop.asked).toHaveLength(1);
	});

	it('fails where the shop points to another address, which gets no secret', async () => {
		shop.instead = () => ({ status: 301, body: '', headers: { location: `${elsewhere.url}/` } });
		await expect(tested(type, { ...data, shopUrl: shop.url })).rejects.toThrow();
		expect(elsewhere.asked).toEqual([]);
	});
});
