import type { IExecuteFunctions } from 'n8n-workflow';
import type { Provider } from '../../lib';
import { withPoolsOfNode } from './database-credential';
import { asOneText } from './errors';

// At module scope, since a refill goes on after the execution that began it has ended.
const running = new Map<string, Promise<void>>();

/**
 * Refills a dynamic pool without keeping the run waiting, if its stock is low. A failure is logged, and a later run
 * tries again; n8n may end at any time, since the next refill goes on where this one was.
 */
export function refillInBackground(
	context: IExecuteFunctions,
	poolId: string,
	provider: Provider | undefined,
): void {
	// The same pool id in two databases is rare, and only waits for its next run.
	if (running.has(poolId)) return;
	const refill = withPoolsOfNode(context, async (coupons) => {
		if (await coupons.needsRefill(poolId))
			await coupons.refillPool(poolId, { provider, byItself: true });
	})
		.catch((failure) => context.logger.warn(`Refilling a coupon pool: ${asOneText(failure)}`))
		.finally(() => running.delete(poolId));
	running.set(poolId, refill);
}

/** Resolves when all refills under way have ended. */
export async function backgroundRefills(): Promise<void> {
	await Promise.all(running.values());
}
