import { join } from 'node:path';
import type { Locator } from 'playwright-core';

import { openEditor, type Editor } from './support/browser';
import { openShop, owner, type Shop } from './support/shop';

const examplesFolder = join(__dirname, '..', '..', 'examples');

/** The nodes of this package in each example, with the names of their outputs on the canvas. */
const examples = [
	{
		file: 'abandoned-cart',
		id: 'CouponAbandonedCart',
		nodes: { 'Assign Coupon': ['Assigned', 'No Code'], 'Render Message': ['Message'] },
	},
	{
		file: 'upload-codes',
		id: 'CouponUploadCodes',
		// As n8n names the outputs of nodes that have one for errors.
		nodes: { 'Create Pool': ['Success', 'Error'], 'Upload Codes': ['Success', 'Error'] },
	},
	{ file: 'stock-check', id: 'CouponStockCheck', nodes: { 'Check Threshold': ['Low', 'OK'] } },
];

describe("n8n's editor in a browser", () => {
	let shop: Shop;
	let editor: Editor;

	beforeAll(async () => {
		shop = await openShop('embedded', 'editor');
		await shop.openPool('Abandoned cart 10%', ['SCA10-AAAA', 'SCA10-BBBB', 'SCA10-CCCC']);
		editor = await openEditor(shop.n8n.url, owner);
	});

	afterAll(async () => {
		await editor?.close();
		await shop?.close();
	});

	afterEach(() => {
		expect(editor?.faults.splice(0)).toEqual([]);
	});

	it.each(examples)(
		'shows the example $file with its nodes, outputs named, nothing amiss',
		async ({ file, id, nodes }) => {
			await openWorkflow(id);
			for (const [name, outputs] of Object.entries(nodes)) {
				const node = canvasNode(name);
				// A node that n8n does not know has a question mark for an icon.
				const icon = await node.locator('img').first().getAttribute('src');
				expect(icon).toContain('n8n-nodes-coupon-pools');
				expect(
					(await node.locator('[data-test-id=canvas-node-output-handle]').allInnerTexts()).map(
						trim,
					),
				).toEqual(outputs);
			}
			expect(await editor.page.locator('[data-test-id=node-issues]').count()).toBe(0);
			expect(await notices()).toEqual([]);
			await editor.picture(`workflow-${file}`);
		},
	);

	it.each(examples)(
		'opens the panels of the nodes of $file without a complaint',
		async ({ id, nodes }) => {
			await openWorkflow(id);
			for (const name of Object.keys(nodes)) {
				await canvasNode(name).dblclick();
				const panel = editor.page.locator('[data-test-id=ndv]');
				await panel.locator('[data-test-id=node-parameters]').waitFor();
				await editor.page.waitForTimeout(1000);
				expect(await panel.locator('[data-test-id=parameter-issues]').count()).toBe(0);
				await editor.picture(`panel-${name.toLowerCase().replaceAll(' ', '-')}`);
				await editor.page.locator('[data-test-id=ndv-close-button]').click();
				await panel.waitFor({ state: 'hidden' });
			}
			expect(await notices()).toEqual([]);
		},
	);

	it('lists the pools to choose from in the panel of Assign Coupon', async () => {
		await openWorkflow('CouponAbandonedCart');
		await canvasNode('Assign Coupon').dblclick();
		const pool = editor.page
			.locator('[data-test-id=parameter-input-pool], [data-test-id=resource-locator-pool]')
			.first();
		await pool.locator('[data-test-id=rlc-mode-selector]').click();
		await editor.page.locator('[data-test-id=mode-list]').click();
		await pool.locator('[data-test-id=rlc-input]').click();
		const choices = editor.page.locator('[data-test-id=rlc-item]');
		await choices.first().waitFor();
		await editor.picture('pool-list');
		expect((await choices.allInnerTexts()).map(trim).join()).toContain('Abandoned cart 10%');
	});

	it('tests the credential', async () => {
		await editor.page.goto(`${shop.n8n.url}/home/credentials`);
		await editor.page.getByText('Coupon Pools Database', { exact: true }).first().click();
		const panel = editor.page.locator('[data-test-id=editCredential-modal]');
		await panel.getByText('Connection tested successfully').waitFor();
		await editor.picture('credential');
		expect(await notices()).toEqual([]);
	});

	it('finds the nodes by the words that other suites use', async () => {
		await openWorkflow('CouponStockCheck');
		for (const word of ['coupon', 'promo code', 'voucher', 'warning limit']) {
			await editor.page.locator('[data-test-id=node-creator-plus-button]').click();
			await editor.page.locator('[data-test-id=node-creator-search-bar]').fill(word);
			const found = editor.page.locator('[data-test-id=node-creator-item-name]');
			await found
				.filter({ hasText: /^(Assign Coupon|Check Threshold)$/ })
				.first()
				.waitFor();
			await editor.picture(`search-${word.replace(' ', '-')}`);
			await editor.page.keyboard.press('Escape');
		}
	});

	it('takes codes by the form and shows what became of them', async () => {
		await editor.page.goto(`${shop.n8n.url}/form/upload-coupon-codes`);
		await editor.page.locator('input[type=file]').setInputFiles(join(examplesFolder, 'codes.csv'));
		await editor.picture('form');
		await editor.page.getByRole('button', { name: 'Upload' }).click();
		await editor.page.getByText('200 codes added').waitFor();
		await editor.page.getByText('The pool now has 203 codes to give.').waitFor();
		await editor.picture('form-report');
	});

	it('says on the form what is wrong with a file', async () => {
		await editor.page.goto(`${shop.n8n.url}/form/upload-coupon-codes`);
		const empty = { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('code\n') };
		await editor.page.locator('input[type=file]').setInputFiles(empty);
		await editor.page.getByRole('button', { name: 'Upload' }).click();
		await editor.page.getByText('Nothing was added').waitFor();
		await editor.page.getByText(/empty\.csv holds no codes/).waitFor();
		await editor.picture('form-error');
	});

	async function openWorkflow(id: string): Promise<void> {
		await editor.page.goto(`${shop.n8n.url}/workflow/${id}`);
		await editor.page.locator('[data-test-id=canvas-node]').first().waitFor();
		// What n8n recommends for production covers a part of the canvas.
		const checklist = editor.page.locator('[data-test-id=suggested-actions-close]');
		await checklist.click({ timeout: 4000 }).catch(() => undefined);
		await editor.page.waitForTimeout(500);
	}

	function canvasNode(name: string): Locator {
		return editor.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	/** The texts of the notices that n8n shows in a corner. */
	async function notices(): Promise<string[]> {
		return await editor.page.locator('.el-notification').allInnerTexts();
	}
});

function trim(text: string): string {
	return text.replaceAll(/\s+/g, ' ').trim();
}
