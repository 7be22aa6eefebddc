import { checkForm, drawCodes, type CodeForm } from '../codes/code-form';
import type { Database } from '../database/database';
import { CouponPoolsError, invalidInput } from '../errors';
import type { Limits, Provider } from '../providers/provider';
import { createPool, type CreatePoolOptions } from './create-pool';
import {
	checkDaysToExpiry,
	checkDynamic,
	readDynamic,
	type Dynamic,
	type DynamicSettings,
} from './dynamic-settings';
import { findPool } from './find-pool';
import type { Pool, PoolSettings } from './pool';

/** What a dynamic pool is made from. */
export interface DynamicPoolSettings
	extends Omit<PoolSettings, 'type' | 'dynamic' | 'sharedCodes'> {
	/** The shop's rule, by the name that people use; left out for a local pool. */
	readonly rule?: string;
	/** Prefix, length, dashes and alphabet; what is left out has a default. */
	readonly form?: CodeForm;
	readonly expiresAfterDays?: number | null;
	readonly keepInStock?: number;
	readonly refillAt?: number;
}

export type DynamicPool = Pool & {
	readonly created: boolean;
	readonly dynamic: Dynamic;
	/** Three codes of its form, which do not exist. */
	readonly exampleCodes: readonly string[];
	/** What to look at in the shop; empty if all is well, or if the pool existed and the shop was not asked. */
	readonly warnings: readonly string[];
};

/** How long to wait for the shop, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Makes a dynamic pool. Its rule is looked up in the shop, so that a mistake shows now and not with the first customer.
 * A pool that exists, and is to be used as it is, is found without asking the shop.
 *
 * @param provider the shop; none for a pool that makes its codes locally
 * @throws CouponPoolsError `invalid_input`, also if the codes' form is too short for the stock; `shop_refused` with
 *   what to change in the shop; `shop_unreachable`; `pool_exists`; `wrong_pool_type`
 */
export async function createDynamicPool(
	database: Database,
	settings: DynamicPoolSettings,
	provider: Provider | undefined,
	options: CreatePoolOptions = {},
): Promise<DynamicPool> {
	const { rule = '', form, expiresAfterDays, keepInStock, refillAt, ...rest } = settings;
	const checked = checkForm(form ?? {});
	const dynamic: DynamicSettings = checkDynamic({
		provider: provider?.name ?? 'local',
		shop: provider?.shop ?? '',
		form: provider?.spell(checked) ?? checked,
		expiresAfterDays,
		keepInStock,
		refillAt,
	});
	checkExpiry(settings, provider);
	const existing = options.ifExists === 'use' ? await find(database, settings) : undefined;
	const found =
		provider === undefined || existing !== undefined
			? undefined
			: await provider.lookUpRule(rule, limits(), { expiresAfterDays });
	const pool = await createPool(
		database,
		{ ...rest, type: 'dynamic', dynamic: { ...dynamic, ruleId: found?.id ?? '' } },
		options,
	);
	const present = await readDynamic(database, pool.id);
	if (present === null) {
		throw new TypeError('A dynamic pool has no settings');
	}
	return {
		...pool,
		dynamic: present,
		exampleCodes: drawCodes(present.form, 3),
		warnings: found?.warnings ?? [],
	};
}

function checkExpiry(
	{ expiresAfterDays, expirationCutoffDays = 0 }: DynamicPoolSettings,
	provider: Provider | undefined,
): void {
	if (!expiresAfterDays) {
		return;
	}
	if (provider !== undefined && !provider.expiresCodes) {
		throw invalidInput(
			`${provider.label} has no expiry for each code`,
			`Leave the days to expiry empty, and set the end date of the discount in ${provider.label}.`,
		);
	}
	checkDaysToExpiry({ expiresAfterDays }, expirationCutoffDays);
}

async function find(
	database: Database,
	{ name, merchant = '' }: DynamicPoolSettings,
): Promise<Pool | undefined> {
	try {
		return await findPool(database, { name: name ?? '', merchant });
	} catch (error) {
		if (error instanceof CouponPoolsError && error.code === 'pool_not_found') {
			return undefined;
		}
		throw error;
	}
}

function limits(): Limits {
	return { deadline: Date.now() + PATIENCE };
}
