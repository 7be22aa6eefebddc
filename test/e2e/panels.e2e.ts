import { resources } from '../../nodes/ManageCoupons/router';
import { openEditor, type Editor } from './support/browser';
import { openShop, owner, type Shop } from './support/shop';

/** A step whose panel is opened: what it is called on the canvas, and its parameters. */
interface Panel {
	readonly name: string;
	readonly node: string;
	readonly parameters: object;
	/** Fields that credentials depend on, and others, and so might be hidden by the editor. */
	readonly shows?: readonly string[];
}

const panels: Panel[] = [
	...Object.entries(resources).flatMap(([resource, { operations }]) =>
		Object.keys(operations).map((operation) => ({
			name: `${resource} ${operation}`,
			node: 'manageCoupons',
			parameters: { resource, operation },
			shows: ['Credential', 'Resource', 'Operation'],
		})),
	),
	{
		name: 'redeem signed',
		node: 'manageCoupons',
		parameters: { resource: 'code', operation: 'redeem', redeemBy: 'signedOrder' },
		shows: ['Resource', 'Operation', 'Redeem By', 'Credential for Coupon Pools Webhook Secret API'],
	},
	{ name: 'render', node: 'renderMessage', parameters: {}, shows: ['Macros'] },
	{
		name: 'render macros',
		node: 'renderMessage',
		parameters: { macros: 'assign' },
		shows: ['Credential for Coupon Pools Database API', 'Macros', 'Recipient'],
	},
	{
		name: 'assign on demand',
		node: 'assignCoupon',
		parameters: { shop: 'shopify' },
		shows: ['Pool', 'Make Missing Codes In', 'Credential for Coupon Pools Shopify API'],
	},
	...['all', 'one', 'merchant', 'several'].map((which) => ({
		name: `watch ${which}`,
		node: 'couponPoolTrigger',
		parameters: { which },
	})),
	...['file', 'text', 'items', 'generate'].map((source) => ({
		name: `upload ${source}`,
		node: 'uploadCodes',
		parameters: { source },
	})),
	...['list', 'name'].flatMap((mode) => [
		{
			name: `assign by ${mode}`,
			node: 'assignCoupon',
			parameters: { pool: { __rl: true, mode, value: '1' } },
		},
		{
			name: `check by ${mode}`,
			node: 'checkThreshold',
			parameters: { which: 'one', pool: { __rl: true, mode, value: '1' } },
		},
	]),
	{ name: 'check all', node: 'checkThreshold', parameters: { which: 'all' } },
	{
		name: 'upload given',
		node: 'uploadCodes',
		parameters: { source: 'file', codesAre: 'given' },
	},
];

describe('The panels of the steps that the examples use least', () => {
	let shop: Shop;
	let editor: Editor;

	beforeAll(async () => {
		shop = await openShop('embedded', 'panels');
		await shop.openPool('Abandoned cart 10%', ['SCA10-AAAA', 'SCA10-BBBB', 'SCA10-CCCC']);
		const [{ id, name: credential, type }] = await shop.rest.call('GET', '/credentials');
		await shop.rest.call('POST', '/workflows', {
			id: 'CouponPanels',
			name: 'All panels',
			settings: {},
			connections: {},
			nodes: panels.map(({ name, node, parameters }, index) => ({
				id: `panel-${index}`,
				name,
				type: `n8n-nodes-coupon-pools.${node}`,
				typeVersion: 1,
				position: [200 * (index % 7), 200 * Math.floor(index / 7)],
				parameters,
				credentials: { [type]: { id, name: credential } },
			})),
		});
		editor = await openEditor(shop.n8n.url, owner);
	});

	afterAll(async () => {
		await editor?.close();
		await shop?.close();
	});

	it.each(panels)('$name opens without a fault', async ({ name, shows = [] }) => {
		await editor.page.goto(`${shop.n8n.url}/workflow/CouponPanels/${idOf(name)}`);
		const panel = editor.page.locator('[data-test-id=ndv]');
		await panel.locator('[data-test-id=node-parameters]').waitFor();
		await editor.page.waitForTimeout(700);
		await editor.picture(`panel-${name.replaceAll(' ', '-')}`);
		for (const label of shows) {
			expect([label, await panel.getByText(label, { exact: true }).count()]).toEqual([label, 1]);
		}
		expect(await editor.page.locator('.el-notification').allInnerTexts()).toEqual([]);
		expect(editor.faults.splice(0)).toEqual([]);
	});

	it.each([
		['assign by name', 1],
		['assign by list', 0],
		['check by name', 1],
		['check by list', 0],
		['check all', 0],
	])('%s offers the option Merchant where it tells pools apart: %d', async (name, times) => {
		await editor.page.goto(`${shop.n8n.url}/workflow/CouponPanels/${idOf(name)}`);
		const panel = editor.page.locator('[data-test-id=ndv]');
		await panel.getByPlaceholder('Add option').click();
		await editor.page.waitForTimeout(700);
		await editor.picture(`options-${name.replaceAll(' ', '-')}`);
		const offered = editor.page.getByText('Merchant', { exact: true });
		expect(await offered.count()).toBe(times);
	});

	function idOf(name: string): string {
		return `panel-${panels.findIndex((panel) => panel.name === name)}`;
	}
});
