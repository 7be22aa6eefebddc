import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { LowStockUnit, PoolSettings, PoolType } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { dateFrom } from '../shared/dates';
import { forEachItem, runNode } from '../shared/errors';
import { asJson, itemIndexes } from '../shared/output-items';
import { sharedCodesFrom } from './shared-codes';

/** A pool for each input item: `{ id, name, type, …, created }`, and the files of the item. */
export async function createPools(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		const items = context.getInputData();
		return await withPoolsOfNode(context, async (coupons) => {
			const pools = await forEachItem(context, itemIndexes(context), async (itemIndex) => {
				const ifExists = context.getNodeParameter('ifExists', itemIndex, 'use') as
					| 'use'
					| 'update'
					| 'fail';
				const { created, ...pool } = await coupons.createPool(settingsOf(context, itemIndex), {
					ifExists,
					timezone: context.getTimezone(),
				});
				// The file with the codes mostly comes with the item, and is for Upload Codes, the next step.
				const { binary } = items[itemIndex];
				const json = { ...asJson(pool), created };
				return [{ json, pairedItem: { item: itemIndex }, ...(binary && { binary }) }];
			});
			return [pools];
		});
	});
}

function settingsOf(context: IExecuteFunctions, itemIndex: number): PoolSettings {
	const type = context.getNodeParameter('type', itemIndex, 'unique') as PoolType;
	const settings = context.getNodeParameter('settings', itemIndex, {}) as IDataObject;
	return {
		name: String(context.getNodeParameter('name', itemIndex) ?? ''),
		type,
		...(type === 'shared' && {
			sharedCodes: sharedCodesFrom(
				context.getNodeParameter('sharedCodes', itemIndex, {}) as IDataObject,
			),
		}),
		...chosenSettings(settings),
	};
}

/** Only the settings that were added: what was left out keeps its default, or when updating its value. */
function chosenSettings(settings: IDataObject): Partial<PoolSettings> {
	const chosen: Partial<PoolSettings> = {};
	if ('active' in settings) chosen.active = Boolean(settings.active);
	if ('beginsAt' in settings) chosen.beginsAt = dateFrom(settings.beginsAt);
	if ('defaultCode' in settings) chosen.defaultCode = textOrNull(settings.defaultCode);
	if ('defaultCodeExpiresAt' in settings) {
		chosen.defaultCodeExpiresAt = dateFrom(settings.defaultCodeExpiresAt);
	}
	if ('description' in settings) chosen.description = String(settings.description ?? '');
	if ('expirationCutoffDays' in settings) {
		chosen.expirationCutoffDays = Number(settings.expirationCutoffDays);
	}
	if ('expiresAt' in settings) chosen.expiresAt = dateFrom(settings.expiresAt);
	if ('lowStockThreshold' in settings) {
		chosen.lowStockThreshold = Number(settings.lowStockThreshold);
	}
	if ('lowStockUnit' in settings) chosen.lowStockUnit = settings.lowStockUnit as LowStockUnit;
	if ('merchant' in settings) chosen.merchant = String(settings.merchant ?? '');
	if ('notificationEmails' in settings) {
		chosen.notificationEmails = String(settings.notificationEmails ?? '');
	}
	return chosen;
}

function textOrNull(value: unknown): string | null {
	return value === undefined || value === null || value === '' ? null : String(value);
}
