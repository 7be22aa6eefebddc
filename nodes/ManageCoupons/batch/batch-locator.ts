import { DateTime } from 'luxon';
import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import type { Batch, PoolReference } from '../../../lib';
import { withPoolsOfNode } from '../../shared/database-credential';
import { loadList } from '../../shared/errors';
import type { Call } from '../operation';

/** Which upload of the pool. Needs `methods.listSearch.searchBatches`. */
export const batchLocator: INodeProperties = {
	displayName: 'Batch',
	name: 'batchId',
	type: 'resourceLocator',
	typeOptions: { loadOptionsDependsOn: ['pool.value', 'options.merchant'] },
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The codes of one upload or generation (also known as file or import)',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an upload...',
			typeOptions: { searchListMethod: 'searchBatches' },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 7',
			hint: 'The batchId that Upload Codes returned, or the ID from Get Many',
		},
	],
};

/** The ID in the locator; if it was written by hand or by a model, the locator may be the bare ID. */
export function chosenBatch({ context, itemIndex }: Call): string {
	const locator: unknown = context.getNodeParameter('batchId', itemIndex, '');
	const isLocator = typeof locator === 'object' && locator !== null && 'value' in locator;
	return String((isLocator ? locator.value : locator) ?? '').trim();
}

/** For the locator's From List: a page of the uploads of the pool that is chosen, the latest first. */
export async function searchBatches(
	this: ILoadOptionsFunctions,
	_filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await loadList(this, async () => {
		const merchant = this.getCurrentNodeParameter('options.merchant');
		const pool = poolOfPanel(this.getCurrentNodeParameter('pool'), merchant);
		if (pool === null) return { results: [] };
		const { batches, next } = await withPoolsOfNode(this, async (coupons) => {
			const { id } = await coupons.findPool(pool);
			return await coupons.listBatches(id, { after: paginationToken, limit: 50 });
		});
		const timezone = this.getTimezone();
		return {
			results: batches.map((batch) => ({ name: label(batch, timezone), value: batch.id })),
			...(next && { paginationToken: next }),
		};
	});
}

function poolOfPanel(locator: unknown, merchant: unknown): PoolReference | null {
	if (typeof locator !== 'object' || locator === null || !('value' in locator)) return null;
	const value = String(locator.value ?? '').trim();
	if (value === '') return null;
	if (!('mode' in locator) || locator.mode !== 'name') return { id: value };
	// If it was added to the options but left empty, the pool without merchant is meant.
	return typeof merchant === 'string' ? { name: value, merchant } : { name: value };
}

/** `codes.csv, 2026-11-20 14:03: 200 codes, 180 available`. */
function label({ fileName, addedAt, added, available, undoneAt }: Batch, timezone: string): string {
	const count = (value: number) => value.toLocaleString('en-US');
	const time = DateTime.fromJSDate(addedAt, { zone: timezone }).toFormat('yyyy-MM-dd HH:mm');
	const left = undoneAt === null ? `${count(available)} available` : 'undone';
	return `${fileName || 'Without a file'}, ${time}: ${count(added)} codes, ${left}`;
}
