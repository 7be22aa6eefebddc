import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { PoolSettings, PoolType } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { forEachItem, runNode } from '../shared/errors';
import { asJson, itemIndexes } from '../shared/output-items';
import { chosenSettings } from '../shared/pool-settings';
import { recordUses } from '../shared/uses';
import { createDynamicPool } from './dynamic-pool';
import { sharedCodesFrom } from './shared-codes';

/** A pool for each input item: `{ id, name, type, …, created }`, and the files of the item. */
export async function createPools(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		const items = context.getInputData();
		return await withPoolsOfNode(context, async (coupons) => {
			const used: Array<{ poolId: string }> = [];
			const pools = await forEachItem(context, itemIndexes(context), async (itemIndex) => {
				const ifExists = context.getNodeParameter('ifExists', itemIndex, 'use') as
					| 'use'
					| 'update'
					| 'fail';
				const options = { ifExists, timezone: context.getTimezone() };
				const { created, ...pool } = isDynamic(context, itemIndex)
					? await createDynamicPool(context, coupons, itemIndex, options)
					: await coupons.createPool(settingsOf(context, itemIndex), options);
				used.push({ poolId: pool.id });
				// The file with the codes mostly comes with the item, and is for Upload Codes, the next step.
				const { binary } = items[itemIndex];
				const json = { ...asJson(pool), created };
				return [{ json, pairedItem: { item: itemIndex }, ...(binary && { binary }) }];
			});
			recordUses(context, coupons, 'Create Pool', used);
			return [pools];
		});
	});
}

function isDynamic(context: IExecuteFunctions, itemIndex: number): boolean {
	return context.getNodeParameter('type', itemIndex, 'unique') === 'dynamic';
}

function settingsOf(context: IExecuteFunctions, itemIndex: number): PoolSettings {
	// If an expression finds nothing there is no type, and the library would assume the usual one.
	const type = (context.getNodeParameter('type', itemIndex, 'unique') ?? '') as PoolType;
	return {
		name: String(context.getNodeParameter('name', itemIndex) ?? ''),
		type,
		...(type === 'shared' && {
			sharedCodes: sharedCodesFrom(context, itemIndex),
		}),
		...chosenSettings(context, itemIndex),
	};
}
