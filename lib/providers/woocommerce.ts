import { CouponPoolsError } from '../errors';
import type { CodeOutcome, Limits, Order, Provider } from './provider';
import { inTurns, restClient, type AskRest } from './rest';
import { shopAddress } from './shop-address';
import { notUnderstood, unreachable, type Transport } from './transport';
import { understanding } from './understand';
import {
	couponsPath,
	lookUpTemplate,
	readTemplate,
	reasonOf,
	type WooCoupon,
} from './woocommerce-template';

export interface WooCommerceSettings {
	/** As `https://shop.example.com`. */
	readonly shop: string;
	readonly transport: Transport;
}

/** Notes on each coupon which refill made it, so that it is known again if the answer was lost. */
const MARK = '_coupon_pools_refill';

/**
 * Coupons of WooCommerce: copies of a template coupon, each with a code of its own, made a hundred at a time. One that
 * cannot be made is an error of that coupon, inside an answer that is a success.
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
		// WooCommerce writes codes in small letters.
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
	const create = codes.map((code) => ({
		...template,
		code,
		...(order.expiresAt && { date_expires_gmt: order.expiresAt.toISOString().slice(0, 19) }),
		meta_data: [{ key: MARK, value: order.reference }],
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
	return codes.map((code, index) => readCreated(code, answers[index]));
}

type Created = WooCoupon & { error?: { code: string; message: string } };

/** Either tells of a failure, or confirms a code. */
function isAnswer(created: Partial<Created> | null): boolean {
	return typeof (created?.error ?? created)?.code === 'string';
}

function readCreated(code: string, created: Created): CodeOutcome {
	if (created.error !== undefined) {
		const state = created.error.code.includes('already_exists') ? 'taken' : 'refused';
		return { code, state, reason: created.error.message };
	}
	return madeCoupon(code, created);
}

function madeCoupon(
	code: string,
	{ code: spelling, date_expires_gmt: expires }: WooCoupon,
): CodeOutcome {
	return { code, state: 'made', spelling, expiresAt: expires ? new Date(`${expires}Z`) : null };
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
	return isOurs ? madeCoupon(code, coupon) : { code, state: 'taken' };
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
