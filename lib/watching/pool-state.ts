import type { StockReport } from '../stock/stock-report';
import type { StockEventName } from './pool-event';

/**
 * How a pool stands, as far as it is worth telling. `empty`: it never had a code, so that a new pool is not out of
 * stock; `codes_expired`: what was left of its codes has expired.
 */
export type PoolState = 'ok' | 'low' | 'out_of_stock' | 'codes_expired' | 'expired' | 'empty';

/** Why a pool has nothing to give; see `look-at-shortage.ts`. */
export interface Emptiness {
	readonly everFilled: boolean;
	readonly codesExpired: boolean;
}

/** Null for a pool that is switched off, or a shared one between two of its codes: its state stays what it was. */
export function stateOf(report: StockReport, emptiness: Emptiness | undefined): PoolState | null {
	if (report.status === 'inactive') {
		return null;
	}
	if (report.status === 'expired') {
		return 'expired';
	}
	if (report.available === 0 && emptiness !== undefined) {
		if (!report.low) {
			return null;
		}
		if (!emptiness.everFilled) {
			return 'empty';
		}
		return emptiness.codesExpired ? 'codes_expired' : 'out_of_stock';
	}
	return report.low ? 'low' : 'ok';
}

/**
 * The names of a change, the most fitting one first: whoever watches for low stock alone is also told when a pool runs
 * out in one go.
 *
 * @param before null at the first sight of a pool. If it is short of codes then, this is told, since somebody has to
 *   act; if it expired earlier, that is not news.
 */
export function namesOf(before: PoolState | null, now: PoolState): readonly StockEventName[] {
	if (now === before) {
		return [];
	}
	switch (now) {
		case 'low':
			// Putting a few codes into an empty pool is not a fall.
			return isShort(before) ? [] : ['low_stock'];
		case 'out_of_stock':
			return before === 'codes_expired' ? [] : shortage(before);
		case 'codes_expired':
			return before === 'out_of_stock' ? ['expired'] : ['expired', ...shortage(before)];
		case 'expired':
			return before === null ? [] : ['expired'];
		case 'ok':
			return before === 'low' || isShort(before) ? ['refilled'] : [];
		case 'empty':
			return [];
	}
}

function shortage(before: PoolState | null): readonly StockEventName[] {
	return before === 'low' ? ['out_of_stock'] : ['out_of_stock', 'low_stock'];
}

function isShort(state: PoolState | null): boolean {
	return state === 'out_of_stock' || state === 'codes_expired';
}
