import { CouponPoolsError } from '../errors';
import { earlierOf } from './expiry';
import type { CodeOutcome, Limits, Order, Provider } from './provider';
import { inTurns, restClient, type AskRest } from './rest';
import { shopAddress } from './shop-address';
import { notUnderstood, unreachable, type Transport } from './transport';
import { understanding } from './understand';
import {
	couponsPath,
	expiryOf,
	lookUpTemplate,
	MARK,
	readTemplate,
	reasonOf,
	type WooCoupon,
} from './woocommerce-template';

export interface WooCommerceSettings {
	/** Such as `https://shop.example.com`. */
	readonly shop: string;
	readonly transport: Transport;
}

/**
 * Coupons of WooCommerce: copies of a template coupon, each with a code of its own, made a hundred at a time. If one
 * cannot be made, that is an error of this coupon, inside an answer that is a success.
 */
export function woocommerceProvider({ shop, transport }: WooCommerceSettings): Provider {
	const name = `WooCommerce (${shopAddress(shop)})`;
	const ask = restClient(name, transport, {
		reasonOf,
		rights:
			'Check key and secret in the credential: WooCommerce → Settings → Advanced → REST API, with the permission Read/Write. The address must begin with https.',
	});
	return understanding(name, {
		name: 'woocommerce',
		label: 'WooCommerce',
		shop: shopAddress(shop),
		mostCodes: 100,
		oneAtATime: false,
		expiresCodes: true,
		pollEvery: 0,
		askedAtOnce: 50,
		// WooCommerce writes codes in lower case.
		spell: (form) => ({
			...form,
			prefix: form.prefix.toLowerCase(),
			alphabet: form.alphabet.toLowerCase(),
		}),
		lookUpRule: async (reference, limits) => await lookUpTemplate(ask, reference, limits),
		push: async (codes, order, limits) => ({
			outcomes: await createCoupons(ask, codes, { order, limits, name }),
		}),
		poll: async () => 'unknown',
		ask: async (codes, order, limits) =>
			await inTurns(codes, async (code) => await askForCoupon(ask, code, { order, limits, name })),
		findUsed: async (codes, _, limits) => {
			const found = await inTurns(
				codes,
				async (code) => await findCoupon(ask, code, { limits, name }),
			);
			return codes.filter((_code, index) => (found[index]?.usage_count ?? 0) > 0);
		},
	});
}

async function createCoupons(
	ask: AskRest,
	codes: readonly string[],
	{ order, limits, name }: { order: Order; limits: Limits; name: string },
): Promise<CodeOutcome[]> {
	const template = await readTemplate(ask, order.ruleId, limits);
	const expiresAt = earlierOf(order.expiresAt, template.expiresAt);
	const create = codes.map((code) => ({
		...template.fields,
		code,
		...(expiresAt && { date_expires: asWooDate(expiresAt) }),
		meta_data: [...template.meta, { key: MARK, value: order.reference }],
	}));
	const { status, body } = await ask(
		{ method: 'POST', path: `${couponsPath}/batch`, body: { create } },
		limits,
	);
	if (status >= 400) {
		throw new CouponPoolsError('shop_refused', `${name} makes no codes: ${reasonOf(body)}`, {
			hint: 'Check in WooCommerce that the template coupon can be saved as it is.',
		});
	}
	const answers = (body as { create?: Created[] }).create ?? [];
	if (answers.length !== codes.length || !answers.every(isAnswer)) {
		throw notUnderstood(name);
	}
	return codes.map((code, index) => readCreated(code, answers[index], expiresAt));
}

type Created = WooCoupon & { error?: { code: string; message: string } };

/** Whether it reports a failure or confirms a code. */
function isAnswer(created: Partial<Created> | null): boolean {
	return typeof (created?.error ?? created)?.code === 'string';
}

function readCreated(code: string, created: Created, ordered: Date | null): CodeOutcome {
	if (created.error !== undefined) {
		const state = created.error.code.includes('already_exists') ? 'taken' : 'refused';
		return { code, state, reason: created.error.message };
	}
	const kept = expiryOf(created);
	const outcome = madeCoupon(code, created, ordered);
	// WooCommerce stores whole seconds.
	if (kept === null || ordered === null ? kept === ordered : Math.abs(+kept - +ordered) < 1000) {
		return outcome;
	}
	const until = kept === null ? 'without end' : `until ${kept.toISOString().slice(0, 10)}`;
	return {
		...outcome,
		notice: `WooCommerce, or an extension of it, has set another expiry than was ordered: the shop accepts these codes ${until}. Recipients are told the earlier date.`,
	};
}

function madeCoupon(code: string, coupon: WooCoupon, ordered: Date | null): CodeOutcome {
	const expiresAt = earlierOf(expiryOf(coupon), ordered);
	return { code, state: 'made', spelling: coupon.code, expiresAt };
}

/**
 * WooCommerce saves `date_expires` alone, and drops `date_expires_gmt`. A time without a zone would count as the
 * site’s. Source: `WC_REST_Coupons_V2_Controller::prepare_object_for_database` and `WC_Data::set_date_prop`.
 */
function asWooDate(date: Date): string {
	return `${date.toISOString().slice(0, 19)}Z`;
}

async function askForCoupon(
	ask: AskRest,
	code: string,
	{ order, limits, name }: { order: Order; limits: Limits; name: string },
): Promise<CodeOutcome> {
	const coupon = await findCoupon(ask, code, { limits, name });
	if (coupon === undefined) {
		return { code, state: 'absent' };
	}
	const isOurs = coupon.meta_data?.some(
		({ key, value }) => key === MARK && value === order.reference,
	);
	return isOurs ? madeCoupon(code, coupon, order.expiresAt) : { code, state: 'taken' };
}

async function findCoupon(
	ask: AskRest,
	code: string,
	{ limits, name }: { limits: Limits; name: string },
): Promise<WooCoupon | undefined> {
	const { status, body } = await ask(
		{ method: 'GET', path: `${couponsPath}?code=${encodeURIComponent(code)}` },
		limits,
	);
	if (status >= 400) {
		throw unreachable(name, `does not say whether it has a code: ${reasonOf(body)}`);
	}
	if (!Array.isArray(body) || (body.length > 0 && !isAnswer(body[0] as WooCoupon))) {
		throw notUnderstood(name);
	}
	return (body as WooCoupon[])[0];
}
