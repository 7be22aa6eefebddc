import { readOrder, type Shop, type ShopOrder } from '../../../lib';
import { invalidParameter } from '../../shared/errors';
import { anyPoolId, entered, textOf } from '../fields';
import type { Call } from '../operation';

/** What an item says of an order, and where its codes are to be looked for. */
export interface UsedOrder extends ShopOrder {
	/** Nothing where only a code was given. */
	readonly shop?: Shop;
	readonly where: { readonly poolId?: string; readonly merchant?: string };
}

export async function readUsedOrder(call: Call): Promise<UsedOrder> {
	const { recipient, merchant } = entered(call, 'options');
	const { poolId } = await anyPoolId(call);
	const order = textOf(call, 'redeemBy') === 'order' ? shopOrder(call) : singleCode(call);
	return {
		...order,
		...(!order.customer && recipient !== undefined && { customer: String(recipient) }),
		where: {
			...(poolId !== undefined && { poolId }),
			...(poolId === undefined && merchant !== undefined && { merchant: String(merchant).trim() }),
		},
	};
}

function shopOrder({ context, itemIndex }: Call): ShopOrder & { shop: Shop } {
	const sent: unknown = context.getNodeParameter('order', itemIndex);
	return readOrder(typeof sent === 'string' ? parsed(sent, itemIndex) : sent, itemIndex);
}

function parsed(text: string, itemIndex: number): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalidParameter(
			`'Order' is not JSON [Item ${itemIndex}]`,
			'Pass on the order as the shop sends it, such as {{ $json.body }} after a webhook.',
			itemIndex,
		);
	}
}

function singleCode(call: Call): ShopOrder {
	const code = textOf(call, 'code').trim();
	if (!code) {
		throw invalidParameter(
			`'Code' is empty [Item ${call.itemIndex}]`,
			"Choose the field that has the code, or pass on the whole order: 'Redeem By' → 'Shop Order'.",
			call.itemIndex,
		);
	}
	return { orderId: textOf(call, 'orderId'), codes: [code] };
}
