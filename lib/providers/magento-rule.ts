import { CouponPoolsError, invalidInput } from '../errors';
import { warnOfEnd } from './expiry';
import { endOfDay } from './magento-day';
import type { Limits, Rule, Wanted } from './provider';
import type { AskRest } from './rest';
import { notUnderstood } from './transport';

interface CartPriceRule {
	name?: string;
	is_active: boolean;
	coupon_type: string;
	use_auto_generation: boolean;
	uses_per_coupon: number;
	from_date?: string | null;
	to_date?: string | null;
	website_ids?: number[];
}

/** @throws CouponPoolsError `invalid_input`; `shop_refused` with what to change in Magento */
export async function lookUpCartPriceRule(
	ask: AskRest,
	reference: string,
	{ limits, wanted, name }: { limits: Limits; wanted: Wanted; name: string },
): Promise<Rule> {
	const text = reference.trim();
	const id = /^\d+$/.exec(text)?.[0] ?? /\/promo_quote\/edit\/id\/(\d+)/.exec(text)?.[1];
	if (id === undefined) {
		throw invalidInput(
			`${JSON.stringify(text)} is no cart price rule`,
			'Give the number in the column ID under Marketing → Cart Price Rules, or the address of the rule.',
		);
	}
	const found = await readRule(ask, id, { limits, name });
	expectWorking(found);
	const { rule, title } = found;
	if (rule.coupon_type !== 'AUTO' && !rule.use_auto_generation) {
		throw refused(
			`takes no generated codes for the cart price rule ${title}`,
			'Set Coupon to Specific Coupon in the rule, and tick Use Auto Generation.',
		);
	}
	return { id, title: rule.name ?? '', warnings: warningsOf(found, wanted) };
}

/** A cart price rule as Magento keeps it, what errors call it, and when all of its codes end. */
export interface FoundRule {
	readonly rule: CartPriceRule;
	readonly title: string;
	/** Null for never. */
	readonly endsAt: Date | null;
}

/**
 * @param options.name what errors call the shop
 * @throws CouponPoolsError `shop_refused` if there is no such rule
 */
export async function readRule(
	ask: AskRest,
	id: string,
	{ limits, name }: { limits: Limits; name: string },
): Promise<FoundRule> {
	const { status, body } = await ask(
		{ method: 'GET', path: `/rest/all/V1/salesRules/${id}` },
		limits,
	);
	if (status >= 400) {
		throw refused(
			`has no cart price rule ${id}: ${reasonOf(body)}`,
			'Look its ID up under Marketing → Cart Price Rules.',
		);
	}
	const rule = body as CartPriceRule;
	if (typeof rule.is_active !== 'boolean') {
		throw notUnderstood(name);
	}
	const { to_date: day, website_ids: websiteIds = [] } = rule;
	const endsAt = day ? await endOfDay(ask, day, { websiteIds, limits }) : null;
	return { rule, title: JSON.stringify(rule.name ?? id), endsAt };
}

/**
 * Checks that a rule's codes work, or will: Magento adds codes even to a rule that is over.
 *
 * @throws CouponPoolsError `shop_refused`
 */
export function expectWorking({ rule, title, endsAt }: FoundRule): void {
	if (!rule.is_active) {
		throw refused(
			`has the cart price rule ${title}, but it is not active`,
			'Switch Active on in the rule.',
		);
	}
	if (endsAt !== null && endsAt <= new Date()) {
		throw refused(
			`has the cart price rule ${title}, but it has expired`,
			'Move To in the rule, or empty it.',
		);
	}
}

function warningsOf({ rule, title, endsAt }: FoundRule, wanted: Wanted): string[] {
	const { from_date: from, uses_per_coupon: uses } = rule;
	const warnings: string[] = [];
	if (from && from.slice(0, 10) > today()) {
		warnings.push(
			`The cart price rule ${title} has not begun: its codes do not work before ${from.slice(0, 10)}.`,
		);
	}
	if (endsAt !== null) {
		warnings.push(warnOfEnd(`The cart price rule ${title}`, endsAt));
	}
	if (wanted.expiresAfterDays) {
		// Source: Magento\SalesRule\Model\ValidateCouponCode, which looks at a coupon’s uses alone.
		warnings.push(
			`Magento itself accepts the codes of the cart price rule ${title} until the rule ends, whatever their own expiry, unless an extension checks each coupon’s date. Set To in the rule to the day after which none may work.`,
		);
	}
	if (uses !== 1) {
		warnings.push(
			`The cart price rule ${title} is not single-use: each code can be used ${uses > 1 ? `${uses} times` : 'again and again'}. Set Uses per Coupon in the rule to 1.`,
		);
	}
	return warnings;
}

/**
 * Magento's words, with the parameters that its templates refer to by number or name (`%1`, `%resources`) filled in.
 */
export function reasonOf(body: unknown): string {
	const { message, parameters } = (typeof body === 'object' && body !== null ? body : {}) as {
		message?: unknown;
		parameters?: unknown;
	};
	if (typeof message !== 'string') {
		return 'no reason given';
	}
	if (typeof parameters !== 'object' || parameters === null) {
		return message;
	}
	const named = new Map<string, unknown>(
		Array.isArray(parameters)
			? parameters.map((value, index) => [String(index + 1), value])
			: Object.entries(parameters),
	);
	return message.replaceAll(/%(\w+)/g, (whole, name: string) =>
		named.has(name) ? String(named.get(name)) : whole,
	);
}

function refused(what: string, hint: string): CouponPoolsError {
	return new CouponPoolsError('shop_refused', `Magento ${what}`, { hint });
}

function today(): string {
	return new Date().toISOString().slice(0, 10);
}
