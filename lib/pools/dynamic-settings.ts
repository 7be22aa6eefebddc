import { checkForm, type CodeForm } from '../codes/code-form';
import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { CouponPoolsError, invalidInput } from '../errors';
import type { ProviderName } from '../providers/provider';
import { checkFormForShops, checkRoom } from '../refills/check-room';
import { takeRefillTurns } from '../refills/refill-turns';
import type { PoolRow } from './columns';

/** Where and how a dynamic pool makes its codes. */
export interface DynamicSettings {
	readonly provider: ProviderName;
	/** The shop's address; empty for `local`. */
	readonly shop?: string;
	/**
	 * The shop's rule that the codes belong to, as the shop's API identifies it; empty for `local`. Once codes were made,
	 * it can no longer change.
	 */
	readonly ruleId?: string;
	readonly form: CodeForm;
	/**
	 * Days (of 24 hours) from assignment to expiry. Such codes are made when they are assigned; for those that a refill
	 * to a given number makes ahead, the days count from the refill.
	 */
	readonly expiresAfterDays?: number | null;
	/** How many codes a refill brings the stock to. Default 100. */
	readonly keepInStock?: number;
	/** The stock at which the pool is refilled. Default half of `keepInStock`. */
	readonly refillAt?: number;
}

/** As the database keeps them. */
export type Dynamic = Required<Omit<DynamicSettings, 'form'>> & {
	readonly form: Required<CodeForm>;
};

const MOST_IN_STOCK = 1_000_000;

/** @throws CouponPoolsError `invalid_input`, also if the form is too short for the stock */
export function checkDynamic(settings: DynamicSettings | undefined): Dynamic {
	if (settings === undefined) {
		throw invalidInput(
			'A dynamic pool needs to know how its codes are made',
			'Give provider, rule and form of the codes.',
		);
	}
	const days = settings.expiresAfterDays || null;
	if (days !== null && !(days > 0 && days <= 36_500)) {
		throw invalidInput(`${days} days to expiry is not a number over 0 and up to 36,500`);
	}
	// If they were kept in stock, codes would lose days before anybody has them.
	const keepInStock = days === null ? (settings.keepInStock ?? 100) : 0;
	if (!(Number.isInteger(keepInStock) && keepInStock >= 0 && keepInStock <= MOST_IN_STOCK)) {
		throw invalidInput(
			`${keepInStock} codes to keep in stock is not a whole number from 0 to ${MOST_IN_STOCK.toLocaleString('en')}`,
		);
	}
	const refillAt = Math.min(settings.refillAt ?? Math.floor(keepInStock / 2), keepInStock);
	if (!(Number.isInteger(refillAt) && refillAt >= 0)) {
		throw invalidInput(`Refilling at ${refillAt} codes is impossible`, 'Give a whole number.');
	}
	const form = checkForm(settings.form);
	checkFormForShops(form);
	checkRoom(form, Math.max(keepInStock, 1));
	const { provider, shop = '', ruleId = '' } = settings;
	return { provider, shop, ruleId, form, expiresAfterDays: days, keepInStock, refillAt };
}

/** Checks that its codes would be given at all. @throws CouponPoolsError `invalid_input` */
export function checkDaysToExpiry(
	{ expiresAfterDays }: Pick<Dynamic, 'expiresAfterDays'>,
	expirationCutoffDays: number,
): void {
	if (expiresAfterDays !== null && expiresAfterDays <= expirationCutoffDays) {
		throw invalidInput(
			`Codes that expire after ${expiresAfterDays} days would never be given with an expiration cutoff of ${expirationCutoffDays} days`,
			'Give more days to expiry, or a smaller cutoff.',
		);
	}
}

/** Sets how a dynamic pool makes its codes. */
export async function saveDynamic(
	session: Session,
	poolId: string,
	dynamic: Dynamic,
): Promise<void> {
	const { provider, shop, ruleId, form, expiresAfterDays, keepInStock, refillAt } = dynamic;
	await session.query(SAVE, [
		poolId,
		provider,
		shop,
		ruleId,
		form.prefix,
		form.length,
		form.dashEvery,
		form.alphabet,
		expiresAfterDays,
		keepInStock,
		refillAt,
	]);
}

/**
 * Changes how an existing pool makes its codes. These are in its shop, so it cannot move to another; and they belong to
 * its rule, which stays as soon as there is one of them.
 *
 * @throws CouponPoolsError `wrong_pool_type`; `invalid_input`
 */
export async function changeDynamic(
	session: Session,
	pool: Pick<PoolRow, 'id' | 'name' | 'type'>,
	dynamic: Dynamic,
): Promise<void> {
	const present = await readDynamic(session, pool.id);
	if (present === null) {
		throw new CouponPoolsError(
			'wrong_pool_type',
			`The pool ${JSON.stringify(pool.name)} is ${pool.type}: it makes no codes`,
			{ hint: 'Make a dynamic pool with another name.' },
		);
	}
	if (present.provider !== dynamic.provider || present.shop !== dynamic.shop) {
		throw invalidInput(
			`The pool ${JSON.stringify(pool.name)} makes its codes in ${placeOf(present)}, not in ${placeOf(dynamic)}`,
			'Make another pool for another shop.',
		);
	}
	if (present.ruleId !== dynamic.ruleId) {
		// A refill that begins at this moment is seen, or sees the new rule.
		await takeRefillTurns(session, present);
		await expectNothingMade(session, pool);
	}
	await saveDynamic(session, pool.id, dynamic);
}

/** Otherwise the codes of the old rule would still be given, and the shop would be asked about them in vain. */
async function expectNothingMade(
	session: Session,
	{ id, name }: Pick<PoolRow, 'id' | 'name'>,
): Promise<void> {
	const [{ made }] = await session.query<{ made: boolean }>(MADE, [id]);
	if (made) {
		throw invalidInput(
			`The rule of the pool ${JSON.stringify(name)} cannot be changed any more: codes were made for it`,
			'Make another pool for the other rule, and archive this one.',
		);
	}
}

/** Null for a pool that is not dynamic. */
export async function readDynamic(session: Session, poolId: string): Promise<Dynamic | null> {
	const [row] = isId(poolId) ? await session.query<DynamicRow>(READ, [poolId]) : [];
	return row === undefined
		? null
		: {
				provider: row.provider,
				shop: row.shop,
				ruleId: row.rule_id,
				form: {
					prefix: row.prefix,
					length: row.code_length,
					dashEvery: row.dash_every,
					alphabet: row.alphabet,
				},
				expiresAfterDays: row.expires_after_days,
				keepInStock: row.keep_in_stock,
				refillAt: row.refill_at,
			};
}

/** What people call the place where codes are made. */
export function placeOf({ provider, shop }: Pick<Dynamic, 'provider' | 'shop'>): string {
	const names = {
		shopify: 'Shopify',
		magento: 'Magento',
		woocommerce: 'WooCommerce',
		local: 'this database',
	};
	return provider === 'local' ? names.local : `${names[provider]} (${shop})`;
}

interface DynamicRow {
	provider: ProviderName;
	shop: string;
	rule_id: string;
	prefix: string;
	code_length: number;
	dash_every: number;
	alphabet: string;
	expires_after_days: number | null;
	keep_in_stock: number;
	refill_at: number;
}

const READ = 'select * from :schema.dynamic_pools where pool_id = $1';

/** In the shop, or on their way to it. */
const MADE = `
	select exists (select from :schema.batches where pool_id = $1)
		or exists (select from :schema.refills where pool_id = $1) as made`;

const SAVE = `
	insert into :schema.dynamic_pools
		(pool_id, provider, shop, rule_id, prefix, code_length, dash_every, alphabet, expires_after_days, keep_in_stock, refill_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
	on conflict (pool_id) do update
	set rule_id = excluded.rule_id, prefix = excluded.prefix, code_length = excluded.code_length,
		dash_every = excluded.dash_every, alphabet = excluded.alphabet, expires_after_days = excluded.expires_after_days,
		keep_in_stock = excluded.keep_in_stock, refill_at = excluded.refill_at`;
