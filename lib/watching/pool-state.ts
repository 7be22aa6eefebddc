import type { StockReport } from '../stock/stock-report';
import type { StockEventName } from './pool-event';

/**
 * How a pool stands, as far as somebody is to be told. `empty`: never had a code, so that a pool that was just
 * made is not out of stock; `codes_expired`: what was left of its codes has expired.
 */
export type PoolState = 'ok' | 'low' | 'out_of_stock' | 'codes_expired' | 'expired' | 'empty';

/** Why a pool has nothing to give; see `look-at-shortage.ts`. */
export interface Emptiness {
	readonly everFilled: boolean;
	readonly codesExpired: boolean;
}

/** Null for a pool that is switched off: its state is what it was before. */
export function stateOf(report: StockReport, emptiness: Emptiness | undefined): PoolState | null {
	if (report.status === 'inactive') {
		return null;
	}
	if (report.status === 'expired') {
		return 'expired';
	}
	if (report.available === 0 && emptiness !== undefined) {
		if (!emptiness.everFilled) {
			return 'empty';
		}
		return emptiness.codesExpired ? 'codes_expired' : 'out_of_stock';
	}
	return report.low ? 'low' : 'ok';
}

/**
 * What a change is called, the most fitting name first: who watches for low stock alone is told so too when a
 * pool runs out at one go.
 *
 * @param before null at the first sight of a pool. What is short of codes then is told, since somebody has to
 *   act; what expired earlier is not news.
 */
export function namesOf(before: PoolState | null, now: PoolState): readonly StockEventName[] {
	if (now === before) {
		return [];
	}
	switch (now) {
		case 'low':
			// A few codes for an empty pool are no fall.
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
