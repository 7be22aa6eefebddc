import type { INodeProperties } from 'n8n-workflow';
import { checkChoice, readOrder, readSignedOrder, type Shop, type ShopOrder } from '../../../lib';
import { fileIn } from '../../shared/binary-field';
import { secretOfWebhooks } from '../../shared/webhook-secret';
import { invalidParameter } from '../../shared/errors';
import { anyPoolId, entered, refuseUnfound, textOf } from '../fields';
import type { Call } from '../operation';

/** Whose pools the codes are looked for in. */
export const merchantOption: INodeProperties = {
	displayName: 'Merchant',
	name: 'merchant',
	type: 'string',
	default: '',
	placeholder: 'e.g. shop-uk',
	description:
		'Only the pools of this merchant (also known as app or account). With a pool chosen By Name: whose pool it is.',
};

/** What an item says about an order, and where its codes are to be looked for. */
export interface UsedOrder extends ShopOrder {
	/** Left out if only a code was given. */
	readonly shop?: Shop;
	readonly where: { readonly poolId?: string; readonly merchant?: string };
}

export async function readUsedOrder(call: Call): Promise<UsedOrder> {
	const { recipient, merchant } = entered(call, 'options');
	refuseUnfound(call, 'options', merchantOption);
	// It only matters once the codes were redeemed, when it is too late to refuse.
	checkChoice(textOf(call, 'ifUnknown'), 'If Nobody Holds the Code', ['return', 'error']);
	const { poolId } = await anyPoolId(call);
	const order = await readBy(call, textOf(call, 'redeemBy'));
	return {
		...order,
		...(!order.customer && recipient !== undefined && { customer: String(recipient) }),
		where: {
			...(poolId !== undefined && { poolId }),
			...(poolId === undefined && merchant !== undefined && { merchant: String(merchant).trim() }),
		},
	};
}

async function readBy(call: Call, what: string): Promise<ShopOrder & { shop?: Shop }> {
	switch (what) {
		case 'order':
			return shopOrder(call);
		case 'signedOrder':
			return await signedOrder(call);
		default:
			return singleCode(call);
	}
}

function shopOrder({ context, itemIndex }: Call): ShopOrder & { shop: Shop } {
	const sent: unknown = context.getNodeParameter('order', itemIndex);
	return readOrder(typeof sent === 'string' ? parsed(sent, itemIndex) : sent, itemIndex);
}

/** Read from the bytes that were signed, not from what a step may have made of them. */
async function signedOrder(call: Call): Promise<ShopOrder & { shop: Shop }> {
	const { context, itemIndex } = call;
	const field: unknown = context.getNodeParameter('bodyField', itemIndex);
	const file = fileIn(context, itemIndex, field);
	if (!file) {
		throw invalidParameter(
			`The item has no raw body in the field ${JSON.stringify(field)}, so that its signature cannot be checked [Item ${itemIndex}]`,
			"Add the option 'Raw Body' to the Webhook node. Steps in between must keep its binary data.",
			itemIndex,
		);
	}
	const body = await context.helpers.getBinaryDataBuffer(itemIndex, file);
	const [signature, secret] = [textOf(call, 'signature'), await secretOfWebhooks(context)];
	return readSignedOrder({ body, signature, secret }, itemIndex);
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
