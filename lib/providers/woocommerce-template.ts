import { CouponPoolsError, invalidInput } from '../errors';
import { instantOf, warnOfEnd } from './expiry';
import type { Limits, Rule } from './provider';
import type { AskRest } from './rest';

export const couponsPath = '/wp-json/wc/v3/coupons';

export interface WooCoupon {
	id: number;
	code: string;
	status?: string;
	usage_count?: number;
	usage_limit?: number | null;
	date_expires_gmt?: string | null;
	meta_data?: MetaField[];
}

interface MetaField {
	key: string;
	value: unknown;
}

/** Marks each coupon with the refill that made it, so that it is recognized if the answer was lost. */
export const MARK = '_coupon_pools_refill';

/** What copies are made from. */
export interface Template {
	/** What each copy has in common with the template, in the form in which it is sent. */
	readonly fields: Readonly<Record<string, unknown>>;
	/** The same of the meta fields: brands, and conditions that extensions have added. */
	readonly meta: readonly MetaField[];
	/** When the template itself expires; null for never. */
	readonly expiresAt: Date | null;
}

/** What a copy has in common with its template. */
const COPIED = [
	'amount',
	'discount_type',
	'description',
	'individual_use',
	'product_ids',
	'excluded_product_ids',
	'usage_limit',
	'usage_limit_per_user',
	'limit_usage_to_x_items',
	'free_shipping',
	'product_categories',
	'excluded_product_categories',
	'exclude_sale_items',
	'minimum_amount',
	'maximum_amount',
	'email_restrictions',
] as const;

/**
 * Meta fields that belong to one coupon alone: to its editor, to those who used it or are about to, and to the refill
 * that made it.
 */
const OWN_META = new RegExp(`^(_edit_|_wp_|_used_by$|_coupon_held_|_maybe_used_by_|${MARK}$)`);

/** @throws CouponPoolsError `shop_refused` if it is no longer there, or its copies would no longer work */
export async function readTemplate(ask: AskRest, id: string, limits: Limits): Promise<Template> {
	const { status, body } = await ask({ method: 'GET', path: `${couponsPath}/${id}` }, limits);
	if (status >= 400) {
		throw notThere(id, body);
	}
	const template = body as WooCoupon & Record<string, unknown>;
	expectUsable(template);
	return {
		fields: Object.fromEntries(COPIED.map((field) => [field, template[field]])),
		meta: (template.meta_data ?? [])
			.filter(({ key }) => !OWN_META.test(key))
			// Without ids, which would be those of the template’s fields.
			.map(({ key, value }) => ({ key, value })),
		expiresAt: expiryOf(template),
	};
}

/** When a coupon expires; null for never. */
export function expiryOf({ date_expires_gmt: expires }: WooCoupon): Date | null {
	return instantOf(expires && `${expires}Z`);
}

/**
 * Looks up the coupon that is copied, by its number, its code, or its address in the administration.
 *
 * @throws CouponPoolsError `invalid_input`; `shop_refused` with what to change in WooCommerce
 */
export async function lookUpTemplate(
	ask: AskRest,
	reference: string,
	limits: Limits,
): Promise<Rule> {
	const text = reference.trim();
	if (text === '') {
		throw invalidInput(
			'No template coupon is named',
			'Give the code or the number of the coupon that is to be copied.',
		);
	}
	const id = /^\d+$/.exec(text)?.[0] ?? /[?&]post=(\d+)/.exec(text)?.[1];
	const path = id ? `${couponsPath}/${id}` : `${couponsPath}?code=${encodeURIComponent(text)}`;
	const { status, body } = await ask({ method: 'GET', path }, limits);
	const template = (Array.isArray(body) ? body[0] : body) as WooCoupon | undefined;
	if (status >= 400 || template === undefined) {
		throw notThere(text, body);
	}
	expectUsable(template);
	const { usage_limit: limit } = template;
	// So that a key without write access is refused here, and not with the first customer: this creates nothing.
	await ask({ method: 'POST', path: `${couponsPath}/batch`, body: { create: [] } }, limits);
	const warnings: string[] = [];
	const expiresAt = expiryOf(template);
	if (expiresAt !== null) {
		warnings.push(warnOfEnd(`The coupon ${template.code}`, expiresAt));
	}
	if (limit !== 1) {
		warnings.push(
			`The coupon ${template.code} is not single-use: each copy can be used ${limit ? `${limit} times` : 'again and again'}. Set its usage limit per coupon to 1.`,
		);
	}
	return { id: String(template.id), title: template.code, warnings };
}

/** @throws CouponPoolsError `shop_refused`; TypeError if it is no coupon at all (see `understanding`) */
function expectUsable(template: WooCoupon): void {
	if (typeof template.code !== 'string') {
		throw new TypeError('The answer is no coupon');
	}
	if (template.status === 'trash') {
		throw new CouponPoolsError(
			'shop_refused',
			`WooCommerce has the coupon ${template.code}, but it is in the trash`,
			{ hint: 'Restore it under Marketing → Coupons → Trash.' },
		);
	}
	const expiresAt = expiryOf(template);
	if (expiresAt !== null && expiresAt <= new Date()) {
		throw new CouponPoolsError(
			'shop_refused',
			`WooCommerce has the coupon ${template.code}, but it has expired`,
			{ hint: 'Move its expiry date, or empty it.' },
		);
	}
}

/** WordPress’s words. */
export function reasonOf(body: unknown): string {
	const { message } = (typeof body === 'object' && body !== null ? body : {}) as {
		message?: unknown;
	};
	return typeof message === 'string' ? message : 'no reason given';
}

function notThere(reference: string, body: unknown): CouponPoolsError {
	return new CouponPoolsError(
		'shop_refused',
		`WooCommerce has no coupon ${reference}: ${reasonOf(body)}`,
		{ hint: 'Make a coupon that is to be copied under Marketing → Coupons, and give its code.' },
	);
}
