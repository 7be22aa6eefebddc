import { readCode } from '../codes/check-code';
import { readInstant } from '../dates/read-date';
import type { SqlValue } from '../database/database';
import { invalidInput } from '../errors';
import { checkChoice } from '../texts/check-choice';
import { checkFlag } from '../texts/check-flag';
import { checkText } from '../texts/check-text';
import { LOW_STOCK_UNITS, type Pool, type PoolSettings } from './pool';

const MOST_EMAILS = 100;

/**
 * The settings that were given, checked, as columns of the pool and their values. What was left out is
 * left out here too, so that it keeps its default or its present value.
 *
 * @param timezone where a date without a time begins or ends
 */
export function checkSettings(
	settings: Partial<PoolSettings>,
	timezone: string | undefined,
): Map<string, SqlValue> {
	const columns = new Map<string, SqlValue>();
	const set = <Value>(
		column: string,
		value: Value | undefined,
		check: (value: Value) => SqlValue,
	) => {
		if (value !== undefined) {
			columns.set(column, check(value));
		}
	};
	const instant = (field: string, edge: 'begin' | 'end') => (value: Date | string | null) =>
		value === null || value === ''
			? edge === 'begin'
				? '-infinity'
				: 'infinity'
			: readInstant(value, { timezone: timezone ?? 'UTC', edge, field });

	set('merchant', settings.merchant, (merchant) =>
		checkText(merchant, { field: 'Merchant', most: 255 }),
	);
	set('name', settings.name, (name) => checkText(name, { field: 'Name', least: 1, most: 255 }));
	set('type', settings.type, (type) => checkChoice(type, 'Type', ['unique', 'shared', 'dynamic']));
	set('active', settings.active, (active) => checkFlag(active, 'Active'));
	set('begins_at', settings.beginsAt, instant('Begins', 'begin'));
	set('expires_at', settings.expiresAt, instant('Expires', 'end'));
	set('expiration_cutoff', settings.expirationCutoffDays, checkCutoff);
	set('default_code', settings.defaultCode, checkDefaultCode);
	set(
		'default_code_expires_at',
		settings.defaultCodeExpiresAt,
		instant('Default Code Expiration', 'end'),
	);
	set('low_stock_threshold', settings.lowStockThreshold, checkThreshold(settings.lowStockUnit));
	set('low_stock_unit', settings.lowStockUnit, (unit) =>
		checkChoice(unit, 'Low-Stock Threshold Unit', LOW_STOCK_UNITS),
	);
	set('notification_emails', settings.notificationEmails, checkEmails);
	set('description', settings.description, (text) =>
		checkText(text, { field: 'Description', most: 10_000, lines: true }),
	);
	return columns;
}

/**
 * Checks what several settings make together, where one of them was set now and another before.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export function checkTogether(pool: Pool, set: ReadonlyMap<string, SqlValue>): void {
	if (set.has('begins_at') || set.has('expires_at')) {
		expectSpan(pool);
	}
	if (set.has('low_stock_threshold') || set.has('low_stock_unit')) {
		expectPercent(pool.lowStockThreshold, pool.lowStockUnit);
	}
}

/** A pool must have any time at all in which it gives codes. */
function expectSpan({ name, beginsAt, expiresAt }: Pool): void {
	if (beginsAt !== null && expiresAt !== null && beginsAt >= expiresAt) {
		throw invalidInput(
			`The pool ${JSON.stringify(name)} would begin at ${beginsAt.toISOString()}, and expire at ${expiresAt.toISOString()}, before it`,
			'Set an earlier beginning, or a later expiration date.',
		);
	}
}

function checkCutoff(days: number): string {
	if (!Number.isFinite(days) || days < 0 || days > 36_500) {
		throw invalidInput(`The expiration cutoff ${days} is not a number of days from 0 to 36,500`);
	}
	// In seconds: an interval of days would be 23 or 25 hours long where summer time begins or ends.
	return `${days * 86_400} seconds`;
}

function checkDefaultCode(code: string | null): string | null {
	if (code === null || code.trim() === '') {
		return null;
	}
	const checked = readCode(code);
	if ('reason' in checked) {
		throw invalidInput(`The default code ${JSON.stringify(code.slice(0, 80))} ${checked.reason}`);
	}
	return checked.code;
}

function checkThreshold(unit: string | undefined): (threshold: number | null) => number | null {
	return (threshold) => {
		if (threshold !== null && !(Number.isFinite(threshold) && threshold >= 0)) {
			throw invalidInput(`The low-stock threshold ${threshold} is not a number from 0 on`);
		}
		expectPercent(threshold, unit);
		return threshold;
	};
}

/**
 * Over 100 percent, a pool would always be low.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export function expectPercent(threshold: number | null, unit: string | undefined): void {
	if (threshold !== null && unit === 'percent' && threshold > 100) {
		throw invalidInput(
			`The low-stock threshold of ${threshold} percent is over 100`,
			'Give a number up to 100, or choose another unit.',
		);
	}
}

function checkEmails(emails: readonly string[] | string): string[] {
	const list = (typeof emails === 'string' ? emails.split(/[,;\n]/) : emails)
		.map((email) => email.trim())
		.filter((email) => email !== '');
	for (const email of list) {
		// Enough to catch a typing error; only the mail server knows whether the address exists.
		if (
			!/^[^\s@]+@[^\s@]+$|^"[^"]+"@[^\s@]+$/u.test(
				checkText(email, { field: 'Notification Emails', most: 320 }),
			)
		) {
			throw invalidInput(
				`${JSON.stringify(email)} in Notification Emails is not an e-mail address`,
				'Separate the addresses by commas or semicolons.',
			);
		}
	}
	if (list.length > MOST_EMAILS) {
		throw invalidInput(
			`Notification Emails has ${list.length} addresses; at most ${MOST_EMAILS} are allowed`,
		);
	}
	return [...new Set(list)];
}
