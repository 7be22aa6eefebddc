import type { INodeExecutionData } from 'n8n-workflow';
import { checkOrder, signatureHeaders, type RedeemResult } from '../../../lib';
import { asNodeError, forEachItem, invalidParameter } from '../../shared/errors';
import { anyPoolField, codeField, optionsField, textOf } from '../fields';
import { itemsOf, shownFor, type Call, type Operation } from '../operation';
import { merchantOption, readUsedOrder, type UsedOrder } from './used-order';

/** Records that codes were used in orders, for all items in a few statements. */
export const redeem: Operation = {
	description: shownFor('code', 'redeem', [
		{
			displayName: 'Redeem By',
			name: 'redeemBy',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Code', value: 'code', description: 'A code, and the ID of its order' },
				{
					name: 'Shop Order',
					value: 'order',
					description: 'All codes of an order as Shopify, Magento or WooCommerce sends it',
				},
				{
					name: 'Signed Shop Order',
					value: 'signedOrder',
					description:
						'The same, only if Shopify or WooCommerce has signed it, since others could call the webhook too. Magento signs nothing.',
				},
			],
			default: 'code',
			description: 'What says which code was used',
		},
		{ ...codeField, displayOptions: { show: { redeemBy: ['code'] } } },
		{
			displayName: 'Order ID',
			name: 'orderId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1001',
			description: 'The order in which the code was used. The same order sent twice counts once.',
			displayOptions: { show: { redeemBy: ['code'] } },
		},
		{
			displayName: 'Order',
			name: 'order',
			type: 'json',
			default: '={{ $json.body ?? $json }}',
			required: true,
			description:
				'The whole order, as the webhook of Shopify, Magento or WooCommerce brings it. Orders that were cancelled, refunded or have failed are left alone, and so are carts and drafts.',
			displayOptions: { show: { redeemBy: ['order'] } },
		},
		{
			displayName: 'Input Data Field Name',
			name: 'bodyField',
			type: 'string',
			default: 'data',
			required: true,
			hint: 'The name of the input field with the order as it arrived',
			description: 'Where the Webhook node has put the binary data of its option Raw Body',
			displayOptions: { show: { redeemBy: ['signedOrder'] } },
		},
		{
			displayName: 'Signature',
			name: 'signature',
			type: 'string',
			default: `={{ ${Object.values(signatureHeaders)
				.map((header) => `$json.headers?.["${header}"]`)
				.join(' ?? ')} }}`,
			required: true,
			description: 'The header in which the shop signs. Orders that it does not fit are refused.',
			displayOptions: { show: { redeemBy: ['signedOrder'] } },
		},
		{
			displayName: 'If Nobody Holds the Code',
			name: 'ifUnknown',
			type: 'options',
			options: [
				{
					name: 'Return the Reason',
					value: 'return',
					description: 'For orders that may carry codes of other origin, too',
				},
				{ name: 'Stop With an Error', value: 'error' },
			],
			default: 'return',
			description: 'What to do with a code that these pools do not have, or that was not given',
		},
		anyPoolField,
		optionsField(merchantOption, {
			displayName: 'Recipient',
			name: 'recipient',
			type: 'string',
			default: '',
			placeholder: 'e.g. nathan@example.com',
			description:
				'Who used it, where the order does not say. Needed for a code that several people hold, as of a shared pool.',
		}),
	]),

	async executeAll(calls) {
		if (calls.length === 0) return [];
		const [{ context, coupons }] = calls;
		const orders = new Map<number, UsedOrder>();
		const failures = new Map<number, unknown>();
		for (const call of calls) {
			try {
				const order = await readUsedOrder(call);
				checkOrder(order, call.itemIndex);
				orders.set(call.itemIndex, order);
			} catch (failure) {
				if (!context.continueOnFail()) {
					throw asNodeError(context.getNode(), failure, call.itemIndex);
				}
				failures.set(call.itemIndex, failure);
			}
		}

		const answers = new Map<number, RedeemResult[]>();
		for (const { where, items } of groups(orders)) {
			const used = items.map((itemIndex) => orders.get(itemIndex) as UsedOrder);
			const results = await coupons.redeemOrders(used, where);
			results.forEach((codes, index) => answers.set(items[index], codes));
		}

		return await forEachItem(
			context,
			calls.map(({ itemIndex }) => itemIndex),
			async (itemIndex) => {
				const [order, codes] = [orders.get(itemIndex), answers.get(itemIndex)];
				if (!order || !codes) throw failures.get(itemIndex);
				return answer(calls[itemIndex], order, codes);
			},
		);
	},
};

/** The items whose codes are looked for in the same pools. */
function groups(orders: ReadonlyMap<number, UsedOrder>) {
	const byWhere = new Map<string, { where: UsedOrder['where']; items: number[] }>();
	for (const [itemIndex, { where }] of orders) {
		const key = JSON.stringify(where);
		const group = byWhere.get(key) ?? { where, items: [] };
		group.items.push(itemIndex);
		byWhere.set(key, group);
	}
	return byWhere.values();
}

/** By code, returns what became of it; by order, an item for the order with what became of each code. */
function answer(
	call: Call,
	{ shop, orderId, customer }: UsedOrder,
	codes: readonly RedeemResult[],
): INodeExecutionData[] {
	const missing = codes.find((code) => !code.redeemed && !code.reason.startsWith('order_'));
	if (missing && !missing.redeemed && textOf(call, 'ifUnknown') === 'error') {
		throw invalidParameter(
			`${missing.message} [Item ${call.itemIndex}]`,
			"Check the code, or choose 'Return the Reason' if orders may carry other codes.",
			call.itemIndex,
		);
	}
	if (!shop) return itemsOf(call, codes);
	const redeemed = codes.filter((code) => code.redeemed).length;
	return itemsOf(call, [{ shop, orderId, customer: customer ?? null, redeemed, codes }]);
}
