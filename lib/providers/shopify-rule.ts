import type { CouponPoolsError } from '../errors';
import { invalidInput } from '../errors';
import { instantOf, warnOfEnd } from './expiry';
import { nodeOf, ofEachKind } from './shopify-codes';
import { refused, type AskShopify } from './shopify-client';
import type { Limits, Rule } from './provider';

/**
 * A discount as people refer to it: its digits (the old "price rule id"), any of its gids, or its address in the admin.
 * The number is the same in all of them.
 */
function readDiscountId(reference: string): string {
	const text = reference.trim();
	const number =
		/^\d+$/.exec(text)?.[0] ??
		/^gid:\/\/shopify\/(?:DiscountCodeNode|DiscountNode|PriceRule)\/(\d+)$/.exec(text)?.[1] ??
		/^https?:\/\/.+\/discounts\/(\d+)(?:[/?#].*)?$/.exec(text)?.[1];
	if (number === undefined) {
		throw invalidInput(
			`${JSON.stringify(text)} is no Shopify discount`,
			'Open the discount in Shopify’s admin and copy its address, or the number after /discounts/.',
		);
	}
	return `gid://shopify/DiscountCodeNode/${number}`;
}

const LOOK_UP = `query LookUpDiscount($id: ID!) {
	discountNode(id: $id) {
		id
		discount {
			__typename
			${ofEachKind('title status endsAt usageLimit appliesOncePerCustomer')}
			... on DiscountCodeApp { title }
		}
	}
	currentAppInstallation { accessScopes { handle } }
}`;

interface LookedUp {
	discountNode: {
		id: string;
		discount: {
			__typename: string;
			title?: string;
			status?: 'ACTIVE' | 'EXPIRED' | 'SCHEDULED';
			endsAt?: string | null;
			usageLimit?: number | null;
			appliesOncePerCustomer?: boolean;
		};
	} | null;
	currentAppInstallation: { accessScopes: Array<{ handle: string }> };
}

/** @throws CouponPoolsError `invalid_input`; `shop_refused` with what to change in Shopify */
export async function lookUpDiscount(
	ask: AskShopify,
	reference: string,
	limits: Limits,
): Promise<Rule> {
	const id = readDiscountId(reference);
	const number = id.slice(id.lastIndexOf('/') + 1);
	const { discountNode, currentAppInstallation } = await ask<LookedUp>(
		LOOK_UP,
		{ id: nodeOf(id) },
		limits,
	);
	if (discountNode === null) {
		throw refused(
			'Shopify',
			`has no discount ${number}`,
			'Open the discount in Shopify’s admin and copy its address, or the number after /discounts/.',
		);
	}
	const { discount } = discountNode;
	const title = JSON.stringify(discount.title ?? number);
	if (!/^DiscountCode(Basic|Bxgy|FreeShipping)$/.test(discount.__typename)) {
		const isAutomatic = discount.__typename.startsWith('DiscountAutomatic');
		throw refused(
			'Shopify',
			`cannot add codes to the discount ${title}: ${isAutomatic ? 'it is applied automatically' : 'it belongs to an app'}`,
			'Make a discount in Shopify’s admin with the method “Discount code” instead.',
		);
	}
	if (discount.status === 'EXPIRED') {
		throw expired(title);
	}
	const scopes = currentAppInstallation.accessScopes.map(({ handle }) => handle);
	if (!scopes.includes('write_discounts')) {
		throw refused(
			'Shopify',
			'does not let this app make codes',
			'Give the app the scopes read_discounts and write_discounts, and install it again.',
		);
	}
	return { id, title: discount.title ?? '', warnings: warningsOf(discount, title) };
}

const IS_OVER = `query IsOver($id: ID!) {
	discountNode(id: $id) { discount { ${ofEachKind('title status')} } }
}`;

/**
 * Checks that codes of a discount work, or will: Shopify adds codes even to a discount that is over.
 *
 * @throws CouponPoolsError `shop_refused`
 */
export async function expectNotOver(ask: AskShopify, id: string, limits: Limits): Promise<void> {
	const { discountNode } = await ask<Pick<LookedUp, 'discountNode'>>(
		IS_OVER,
		{ id: nodeOf(id) },
		limits,
	);
	if (discountNode !== null && discountNode.discount.status === 'EXPIRED') {
		throw expired(JSON.stringify(discountNode.discount.title));
	}
}

function expired(title: string): CouponPoolsError {
	return refused(
		'Shopify',
		`has the discount ${title}, but it has expired`,
		'Move its end date in Shopify’s admin, or take it away.',
	);
}

function warningsOf(
	{
		status,
		endsAt,
		usageLimit,
		appliesOncePerCustomer,
	}: NonNullable<LookedUp['discountNode']>['discount'],
	title: string,
): string[] {
	const warnings: string[] = [];
	if (status === 'SCHEDULED') {
		warnings.push(
			`The discount ${title} has not begun: its codes do not work before its start date in Shopify.`,
		);
	}
	const end = instantOf(endsAt);
	if (end !== null) {
		warnings.push(warnOfEnd(`The discount ${title}`, end));
	}
	if (usageLimit !== 1) {
		warnings.push(
			appliesOncePerCustomer
				? `The discount ${title} is not single-use: a code that is passed on works for others too. In Shopify’s admin, limit the number of times it can be used in total to 1.`
				: `The discount ${title} is not single-use: each code can be used again and again. In Shopify’s admin, limit the number of times it can be used in total to 1, and to one use per customer.`,
		);
	}
	return warnings;
}
