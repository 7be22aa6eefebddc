import { CouponPoolsError } from '../errors';
import { earlierOf, instantOf } from './expiry';
import { expectWorking, lookUpCartPriceRule, readRule, reasonOf } from './magento-rule';
import type { CodeOutcome, Limits, Order, Provider } from './provider';
import { inTurns, restClient, type AskRest } from './rest';
import { shopAddress } from './shop-address';
import { notUnderstood, unreachable, type Transport } from './transport';
import { understanding } from './understand';

export interface MagentoSettings {
	/** Such as `https://shop.example.com`. */
	readonly shop: string;
	readonly transport: Transport;
}

/**
 * Coupons of a Magento (Adobe Commerce) cart price rule.
 *
 * The codes are made here, by the same algorithm as Magento's own (random characters after the prefix, dashes only
 * among them), and posted one by one: Magento's generator cannot give each code an expiry and, if its answer is lost,
 * does not say which codes it made.
 */
export function magentoProvider({ shop, transport }: MagentoSettings): Provider {
	const name = `Magento (${shopAddress(shop)})`;
	const ask = restClient(name, transport, {
		reasonOf,
		rights:
			'Give the integration access to Marketing → Cart Price Rules, and allow its access token as a Bearer token: Stores → Configuration → Services → OAuth.',
	});
	return understanding(name, {
		name: 'magento',
		label: 'Magento',
		shop: shopAddress(shop),
		mostCodes: 50,
		oneAtATime: false,
		expiresCodes: true,
		pollEvery: 0,
		askedAtOnce: CODES_A_SEARCH,
		spell: (form) => form,
		lookUpRule: async (reference, limits, wanted = {}) =>
			await lookUpCartPriceRule(ask, reference, { limits, wanted, name }),
		push: async (codes, order, limits) => ({
			outcomes: await postCoupons(ask, codes, { order, limits, name }),
		}),
		poll: async () => 'unknown',
		ask: async (codes, order, limits) => await askForCoupons(ask, codes, { order, limits, name }),
		findUsed: async (codes, _, limits) => {
			const found = await findCoupons(ask, codes, { limits, name });
			return codes.filter((code) => (found.get(code.toLowerCase())?.times_used ?? 0) > 0);
		},
	});
}

interface Coupon {
	code: string;
	rule_id: number;
	times_used: number;
	expiration_date?: string | null;
}

async function postCoupons(
	ask: AskRest,
	codes: readonly string[],
	{ order, limits, name }: { order: Order; limits: Limits; name: string },
): Promise<CodeOutcome[]> {
	const rule = await readRule(ask, order.ruleId, { limits, name });
	expectWorking(rule);
	const { endsAt } = rule;
	let made = 0;
	try {
		return await inTurns(codes, async (code) => {
			const coupon = {
				rule_id: Number(order.ruleId),
				code,
				type: 1, // Made by a generator, as the rule demands.
				times_used: 0,
				is_primary: false,
				...(order.expiresAt && { expiration_date: asMagentoDate(order.expiresAt) }),
			};
			const request = { method: 'POST' as const, path: '/rest/all/V1/coupons', body: { coupon } };
			const { status, body } = await ask(request, limits);
			if (status < 400) {
				const coupon = body as Partial<Coupon>;
				if (typeof coupon.code !== 'string') throw notUnderstood(name);
				made++;
				return madeCoupon(code, coupon as Coupon, { order, endsAt });
			}
			const reason = reasonOf(body);
			return { code, state: /already exists/i.test(reason) ? 'taken' : 'refused', reason };
		});
	} catch (error) {
		// After a refusal in the middle, the codes before it exist.
		if (made > 0 && error instanceof CouponPoolsError && error.code === 'shop_refused') {
			throw unreachable(name, `refused in the middle: ${error.message}`);
		}
		throw error;
	}
}

/**
 * Older versions of Magento use the expiry of the rule instead of the coupon's own, and say so. Whatever a coupon
 * stores, it ends with its rule, so the earlier date is reported.
 */
function madeCoupon(
	code: string,
	coupon: Coupon,
	{ order: { expiresAt }, endsAt }: { order: Order; endsAt: Date | null },
): CodeOutcome {
	const kept = readMagentoDate(coupon.expiration_date);
	const spelling = coupon.code;
	if (expiresAt === null) {
		return { code, state: 'made', spelling, expiresAt: earlierOf(kept, endsAt) };
	}
	// By the day, since Magento compares no finer.
	if (kept?.toISOString().slice(0, 10) === expiresAt.toISOString().slice(0, 10)) {
		return { code, state: 'made', spelling, expiresAt: earlierOf(expiresAt, endsAt) };
	}
	const until = kept === null ? 'without end' : `until ${kept.toISOString().slice(0, 10)}`;
	return {
		code,
		state: 'made',
		spelling,
		expiresAt: earlierOf(earlierOf(kept, expiresAt), endsAt),
		notice: `This version of Magento does not keep a coupon’s own expiry: it took that of the cart price rule, so that the shop accepts these codes ${until}. Recipients are told the earlier date.`,
	};
}

async function askForCoupons(
	ask: AskRest,
	codes: readonly string[],
	{ order, limits, name }: { order: Order; limits: Limits; name: string },
): Promise<CodeOutcome[]> {
	const found = await findCoupons(ask, codes, { limits, name });
	if (found.size === 0) {
		return codes.map((code) => ({ code, state: 'absent' }));
	}
	const { endsAt } = await readRule(ask, order.ruleId, { limits, name });
	return codes.map((code) => {
		const coupon = found.get(code.toLowerCase());
		if (coupon === undefined) {
			return { code, state: 'absent' };
		}
		const isOurs = String(coupon.rule_id) === order.ruleId && coupon.times_used === 0;
		return isOurs ? madeCoupon(code, coupon, { order, endsAt }) : { code, state: 'taken' };
	});
}

/** As many codes as fit into an address. */
const CODES_A_SEARCH = 50;

async function findCoupons(
	ask: AskRest,
	codes: readonly string[],
	{ limits, name }: { limits: Limits; name: string },
): Promise<Map<string, Coupon>> {
	const found = new Map<string, Coupon>();
	for (let start = 0; start < codes.length; start += CODES_A_SEARCH) {
		const some = codes.slice(start, start + CODES_A_SEARCH);
		const filter = 'searchCriteria[filterGroups][0][filters][0]';
		const query = new URLSearchParams({
			[`${filter}[field]`]: 'code',
			[`${filter}[value]`]: some.join(','),
			[`${filter}[conditionType]`]: 'in',
			'searchCriteria[pageSize]': String(CODES_A_SEARCH),
		});
		const { status, body } = await ask(
			{ method: 'GET', path: `/rest/all/V1/coupons/search?${query.toString()}` },
			limits,
		);
		if (status >= 400) {
			throw unreachable(name, `does not say which codes it has: ${reasonOf(body)}`);
		}
		// Null if it found none. If any other answer were taken for none, codes would be made twice.
		const { items } = body as { items?: Coupon[] | null };
		if (items !== null && !Array.isArray(items)) throw notUnderstood(name);
		for (const coupon of items ?? []) found.set(coupon.code.toLowerCase(), coupon);
	}
	return found;
}

/** Magento's dates are in UTC and have no zone. */
function asMagentoDate(date: Date): string {
	return date.toISOString().slice(0, 19).replace('T', ' ');
}

function readMagentoDate(text: string | null | undefined): Date | null {
	// A date without a time is valid until the end of its day.
	return instantOf(
		text && (text.length === 10 ? `${text}T23:59:59Z` : `${text.replace(' ', 'T')}Z`),
	);
}
