import type { StockStatus } from './stock-report';

/** What keeps a pool from giving codes, whatever its stock. */
export type ClosedStatus = Extract<StockStatus, 'inactive' | 'expired' | 'not_started'>;

/** Why a pool is closed, as the end of a sentence that begins with the pool. */
export const WHY_CLOSED: Readonly<
	Record<ClosedStatus, string> & Partial<Record<StockStatus, string>>
> = {
	inactive: 'is not active',
	expired: 'has expired',
	not_started: 'has not begun yet',
};
