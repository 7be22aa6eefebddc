import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { runWorkflow, type Step } from '../support/run-workflow';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

function steps(name: string): Step[] {
	return [
		{ node: 'CreatePool', parameters: { name, settings: { lowStockThreshold: 10 } } },
		{
			node: 'UploadCodes',
			parameters: {
				pool: locator('={{ $json.id }}'),
				source: 'text',
				text: someCodes(3, 'CART').join('\n'),
			},
		},
		{
			node: 'AssignCoupon',
			parameters: {
				pool: locator(name, 'name'),
				recipient: '={{ $("Trigger").item.json.email }}',
				campaign: 'abandoned-cart',
			},
		},
		{
			node: 'RenderMessage',
			parameters: {
				parts: ['subject', 'html'],
				subject: '{{coupon.code}}',
				html: '<p>{{coupon.recipient}}: {{coupon.code}}</p>',
			},
		},
		{ node: 'CheckThreshold', parameters: { which: 'one', pool: locator(name, 'name') } },
	];
}

it('The five nodes go from a customer to a message with a code, and to the stock that is left', async () => {
	const run = await runWorkflow({
		credential: pools.credential,
		items: [{ json: { email: 'jane@example.com' } }],
		steps: steps('Chain'),
	});

	expect(run.error).toBeUndefined();
	expect(run.json('RenderMessage')[0].message).toEqual({
		subject: 'CART-1',
		html: '<p>jane@example.com: CART-1</p>',
	});
	expect(run.json('CheckThreshold')).toMatchObject([
		{ available: 2, assigned: 1, total: 3, low: true },
	]);
});

it('Item linking reaches back through all of them', async () => {
	const items: INodeExecutionData[] = ['a', 'b'].map((name) => ({
		json: { email: `${name}@example.com` },
	}));
	const run = await runWorkflow({ credential: pools.credential, items, steps: steps('Linked') });

	const recipients = run
		.json('AssignCoupon')
		.map(({ coupon }) => (coupon as IDataObject).recipient);
	expect(recipients).toEqual(['a@example.com', 'b@example.com']);
});

it('The same run twice leaves the same codes and the same stock', async () => {
	const run = async () =>
		await runWorkflow({
			credential: pools.credential,
			items: [{ json: { email: 'jane@example.com' } }],
			steps: steps('Again'),
		});
	await run();
	const second = await run();

	expect(second.json('UploadCodes')[0]).toMatchObject({ added: 0, alreadyInPool: 3 });
	expect(second.json('AssignCoupon')[0].coupon).toMatchObject({ code: 'CART-1', issue: 'repeat' });
});
