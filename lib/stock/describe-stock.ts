import { showDate } from '../dates/show-date';
import type { StockReport } from './stock-report';
import { WHY_CLOSED } from './why-closed';

type Figures = Omit<StockReport, 'subject' | 'text'>;

const WHAT_TO_DO: Readonly<Record<StockReport['pool']['type'], string>> = {
	unique: 'Upload further codes to this pool.',
	shared:
		'Raise Maximum Assignments of its code, or add another code: Manage Coupons → Shared Code.',
	dynamic: 'Refill this pool: Manage Coupons → Pool → Refill.',
};

/** For pools that have codes but give none. */
const HOW_TO_OPEN: Readonly<Partial<Record<StockReport['status'], string>>> = {
	inactive: 'Turn it on: Manage Coupons → Pool → Update, or Restore if it is archived.',
	expired: 'Set a later expiration date: Manage Coupons → Pool → Update.',
	not_started:
		'Set an earlier start: Manage Coupons → Pool → Update; of a shared code: Shared Code → Update.',
};

const whole = new Intl.NumberFormat('en');

/** A subject and a text that can be sent as they are. */
export function describeStock(stock: Figures, timezone: string): { subject: string; text: string } {
	const name =
		stock.pool.merchant === '' ? stock.pool.name : `${stock.pool.name} (${stock.pool.merchant})`;
	return { subject: headline(stock, name), text: lines(stock, name, timezone).join('\n') };
}

function headline(stock: Figures, name: string): string {
	if (stock.coversNeeded === false) {
		return `Coupon pool ${name}: ${count(stock.available)} available, ${whole.format(stock.needed ?? 0)} needed`;
	}
	switch (stock.status) {
		case 'inactive':
		case 'expired':
		case 'not_started':
			return `Coupon pool ${name} ${WHY_CLOSED[stock.status]}`;
		case 'out_of_stock':
			return `Coupon pool ${name} has no codes left`;
		case 'low':
			return `Coupon pool ${name} is running low: ${count(stock.available)} left`;
		case 'ok':
			return `Coupon pool ${name}: ${count(stock.available)} available`;
	}
}

function lines(stock: Figures, name: string, timezone: string): string[] {
	const date = (instant: Date) =>
		showDate(instant, { timezone, locale: 'en', format: 'd LLLL yyyy, HH:mm ZZZZ' });
	const result = [`Pool: ${name}`, `Available: ${count(stock.available)}`];
	if (stock.percentLeft !== null) {
		result.push(
			`Left: ${stock.percentLeft} % of ${whole.format(stock.total - stock.upcoming)} added`,
		);
	}
	if (stock.insideCutoff > 0) {
		result.push(`Too close to their expiry to be given: ${whole.format(stock.insideCutoff)}`);
	}
	if (stock.upcoming > 0) {
		result.push(`Of codes that begin later: ${whole.format(stock.upcoming)}`);
	}
	if (stock.expiring > 0) {
		result.push(
			`Expiring within ${stock.expiringWithinDays} days: ${whole.format(stock.expiring)}`,
		);
	}
	const lately = `${whole.format(stock.usedLast24Hours)} in the last 24 hours, ${whole.format(stock.usedLast7Days)} in 7 days`;
	// Of a shared code without a limit there are no copies, so that its pool's sum is too small.
	const isWhole = stock.pool.type !== 'shared';
	result.push(`Assigned: ${isWhole ? `${whole.format(stock.assigned)} (${lately})` : lately}`);
	if (stock.runsOutAt !== null && stock.available !== 0) {
		result.push(`At this rate it runs out on ${date(stock.runsOutAt)}`);
	}
	if (stock.threshold !== null) {
		result.push(
			`Threshold: ${whole.format(stock.threshold)} ${{ codes: 'codes', percent: '%', days: 'days of supply' }[stock.thresholdUnit]}`,
		);
	}
	if (stock.needed !== null) {
		result.push(
			`Needed now: ${whole.format(stock.needed)} – the stock ${stock.coversNeeded ? 'covers it' : 'does not cover it'}`,
		);
	}
	const toOpen = HOW_TO_OPEN[stock.status];
	if (toOpen !== undefined) {
		result.push('', `The pool ${WHY_CLOSED[stock.status]} and gives no codes. ${toOpen}`);
	}
	if (stock.low && (toOpen === undefined || isShort(stock))) {
		result.push('', WHAT_TO_DO[stock.pool.type]);
	}
	return result;
}

/** Whether opening the pool would not be enough. For an expired one, nobody knows before it has another date. */
function isShort({ status, available, needed }: Figures): boolean {
	return status !== 'expired' && available !== null && available < Math.max(needed ?? 0, 1);
}

function count(available: number | null): string {
	return available === null ? 'unlimited' : whole.format(available);
}
