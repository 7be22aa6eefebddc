import { preview } from '../assignments/preview';
import type { Database } from '../database/database';
import { checkThreshold } from '../stock/check-threshold';
import type { StockReport } from '../stock/stock-report';
import { expectWatched, findWatched } from './find-watched';
import type { PoolEvent, PoolEventName, WatchedPools } from './pool-event';

/**
 * An event of each kind to build a workflow with, marked by `sample`. The pool is the first of those watched, and the
 * figures are its own; recipient and code are made up, so that no test sends anything to a customer.
 *
 * @returns none if there is no pool
 * @throws CouponPoolsError `pool_not_found`
 */
export async function sampleEvents(
	database: Database,
	pools: WatchedPools,
	events: readonly PoolEventName[],
	options: { timezone?: string } = {},
): Promise<PoolEvent[]> {
	await expectWatched(database, pools);
	const [poolId] = await findWatched(database, pools);
	if (poolId === undefined) {
		return [];
	}
	const [report] = await checkThreshold(database, [poolId], { alert: 'never', ...options });
	return await Promise.all(events.map(async (event) => await sampleEvent(database, event, report)));
}

async function sampleEvent(
	database: Database,
	event: PoolEventName,
	report: StockReport,
): Promise<PoolEvent> {
	const { pool } = report;
	const head = {
		eventId: `${event}:${pool.id}:sample`,
		occurredAt: report.checkedAt,
		pool,
		sample: true,
	} as const;
	if (event !== 'assigned' && event !== 'redeemed') {
		return { event, ...head, ...report, alert: true };
	}
	const [example] = await preview(database, pool.id, [
		{ recipient: 'nathan@example.com', campaign: 'sample' },
	]);
	return {
		event,
		...head,
		assignmentId: '0',
		recipient: example.recipient,
		campaign: example.campaign,
		code: example.code ?? 'PREVIEW-CODE',
		source: 'pool',
		assignedAt: report.checkedAt,
		expiresAt: example.code === null ? null : example.expiresAt,
		redeemedAt: event === 'redeemed' ? report.checkedAt : null,
		orderId: event === 'redeemed' ? 'SAMPLE-1001' : null,
		releasedAt: null,
	};
}
