import type { LowStockUnit, Pool, PoolType } from './pool';

/** What every statement that reads a pool selects. */
export const poolColumns = `id, merchant, name, type, active, begins_at, expires_at,
	(extract(epoch from expiration_cutoff) / 86400)::float8 as expiration_cutoff_days,
	default_code, default_code_expires_at, low_stock_threshold, low_stock_unit,
	notification_emails, description, archived_at, created_at, updated_at`;

export interface PoolRow {
	id: string;
	merchant: string;
	name: string;
	type: PoolType;
	active: boolean;
	begins_at: Date | null;
	expires_at: Date | null;
	expiration_cutoff_days: number;
	default_code: string | null;
	default_code_expires_at: Date | null;
	low_stock_threshold: number | null;
	low_stock_unit: LowStockUnit;
	notification_emails: string[];
	description: string;
	archived_at: Date | null;
	created_at: Date;
	updated_at: Date;
}

export function readPool(row: PoolRow): Pool {
	return {
		id: row.id,
		merchant: row.merchant,
		name: row.name,
		type: row.type,
		active: row.active,
		beginsAt: row.begins_at,
		expiresAt: row.expires_at,
		expirationCutoffDays: row.expiration_cutoff_days,
		defaultCode: row.default_code,
		defaultCodeExpiresAt: row.default_code_expires_at,
		lowStockThreshold: row.low_stock_threshold,
		lowStockUnit: row.low_stock_unit,
		notificationEmails: row.notification_emails,
		description: row.description,
		archivedAt: row.archived_at,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
}
