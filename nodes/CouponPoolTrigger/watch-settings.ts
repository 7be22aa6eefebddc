import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import type { CouponPools, PoolEventName, PoolReference, WatchedPools } from '../../lib';
import { invalidParameter } from '../shared/errors';

/** Which events the panel chooses. Throws `invalid_input` if none is ticked. */
export function chosenEvents(context: ITriggerFunctions): PoolEventName[] {
	const events = context.getNodeParameter('events', []) as PoolEventName[];
	if (events.length === 0) {
		throw invalidParameter('No event is chosen', "Tick at least one under 'Trigger On'.");
	}
	return events;
}

/** Which pools the panel chooses. Throws `invalid_input`, `pool_not_found`, `pool_ambiguous`. */
export async function chosenPools(
	context: ITriggerFunctions,
	coupons: CouponPools,
): Promise<WatchedPools> {
	switch (context.getNodeParameter('which', 'all')) {
		case 'merchant':
			return { merchant: String(context.getNodeParameter('merchant', '') ?? '').trim() };
		case 'one':
			return { ids: [(await coupons.findPool(chosenPool(context))).id] };
		case 'several':
			return { ids: tickedPools(context) };
		default:
			return 'all';
	}
}

function chosenPool(context: ITriggerFunctions): PoolReference {
	const locator = context.getNodeParameter('pool') as { mode: string; value: unknown };
	const value = String(locator.value ?? '').trim();
	if (!value) {
		throw invalidParameter('No pool is chosen', "Select one under 'Pool'.");
	}
	if (locator.mode !== 'name') return { id: value };
	const { merchant } = context.getNodeParameter('options', {}) as IDataObject;
	// If it was added to the options but left empty, the pool without merchant is meant.
	return merchant === undefined ? { name: value } : { name: value, merchant: String(merchant) };
}

function tickedPools(context: ITriggerFunctions): string[] {
	const entered: unknown = context.getNodeParameter('pools', []);
	const ids = (Array.isArray(entered) ? entered : String(entered ?? '').split(','))
		.map((id) => String(id).trim())
		.filter(Boolean);
	if (ids.length === 0) {
		throw invalidParameter(
			'No pool is chosen',
			"Tick the pools under 'Pool Names or IDs', or choose 'All Pools'.",
		);
	}
	return [...new Set(ids)];
}
