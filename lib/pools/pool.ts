import type { DynamicSettings } from './dynamic-settings';

/** A named stock of codes for one offer. An instant is null where there is none ("always", "never"). */
export interface Pool {
	readonly id: string;
	/** The namespace of its name: one shop or domain; empty by default. */
	readonly merchant: string;
	readonly name: string;
	readonly type: PoolType;
	readonly active: boolean;
	/** No code is given before this instant. */
	readonly beginsAt: Date | null;
	/** No code is given from this instant on, and those given are no longer valid. */
	readonly expiresAt: Date | null;
	/** Days (of 24 hours) before its expiry from which a code is no longer given. */
	readonly expirationCutoffDays: number;
	/** Given when the pool has no code left. */
	readonly defaultCode: string | null;
	readonly defaultCodeExpiresAt: Date | null;
	/** The stock at which somebody is told; null for never. */
	readonly lowStockThreshold: number | null;
	readonly lowStockUnit: LowStockUnit;
	readonly notificationEmails: readonly string[];
	readonly description: string;
	/** Since when it is out of use and hidden from lists; null if it is not. An archived pool is not active. */
	readonly archivedAt: Date | null;
	readonly createdAt: Date;
	readonly updatedAt: Date;
}

/** unique: each code goes to one recipient; shared: one code for everybody; dynamic: unique codes made on demand. */
export type PoolType = 'unique' | 'shared' | 'dynamic';

/** What the low-stock threshold counts: codes left, percent of all added, or days of supply. */
export const LOW_STOCK_UNITS = ['codes', 'percent', 'days'] as const;

export type LowStockUnit = (typeof LOW_STOCK_UNITS)[number];

/** What can be set when a pool is made, and changed later. A date without a time is read in `timezone`. */
export interface PoolSettings {
	name: string;
	type?: PoolType;
	merchant?: string;
	active?: boolean;
	beginsAt?: Date | string | null;
	expiresAt?: Date | string | null;
	expirationCutoffDays?: number;
	defaultCode?: string | null;
	defaultCodeExpiresAt?: Date | string | null;
	lowStockThreshold?: number | null;
	lowStockUnit?: LowStockUnit;
	/** A list, or one text separated by commas or semicolons. */
	notificationEmails?: readonly string[] | string;
	description?: string;
	/** The codes of a shared pool, each with its time. */
	sharedCodes?: readonly SharedCodeSettings[];
	/** How a dynamic pool makes its codes; its rule was looked up in the shop before. */
	dynamic?: DynamicSettings;
}

/** One code for everybody, for a time. */
export interface SharedCodeSettings {
	code: string;
	/** The first instant at which it is given; at once when left out. */
	beginsAt?: Date | string | null;
	/** From this instant on it is no longer given; never when left out. */
	endsAt?: Date | string | null;
	/** When the code itself expires; either this or `expiresAfterDays`. */
	expiresAt?: Date | string | null;
	/** Days (of 24 hours) from assignment to expiry. */
	expiresAfterDays?: number | null;
	/** How many times it can be assigned; without limit when left out. */
	maxAssignments?: number | null;
}
