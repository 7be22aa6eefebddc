import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import type { CouponPools, ListPoolsFilter, Pool, PoolReference } from '../../lib';
import { withPoolsOfNode } from './database-credential';
import { invalidParameter, loadList } from './errors';
import { combinedReader, mustFind, parameterReader, type ParameterReader } from './item-fields';

/** Which pool a node works on. Needs `methods.listSearch.searchPools`. */
export const poolLocator: INodeProperties = {
	displayName: 'Pool',
	name: 'pool',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The coupon pool (also known as coupon code list, or group of promo codes)',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a pool...',
			typeOptions: { searchListMethod: 'searchPools', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. SCA10Off',
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 12',
			// No `validation`: n8n runs its expression with a time limit in each execution, which a busy machine exceeds.
		},
	],
};

/** Goes into the options of a node that has the locator; used only for a pool By Name. */
export const merchantOfPool: INodeProperties = {
	displayName: 'Merchant',
	name: 'merchant',
	type: 'string',
	default: '',
	placeholder: 'e.g. shop-uk',
	description: 'Whose pool it is, where several merchants have one of this name',
	displayOptions: { show: { '/pool.mode': ['name'] } },
};

/** The pool that the locator names for an item. Throws `invalid_input` if it names none. */
export function poolReferenceReader(context: IExecuteFunctions): ParameterReader<PoolReference> {
	const raw = context.getNodeParameter('pool', 0, undefined, { rawExpressions: true });
	// Written by hand, by an API or by a model, the locator may be a bare ID or expression.
	const isLocator = typeof raw === 'object' && raw !== null && 'mode' in raw;
	const mode = isLocator ? raw.mode : 'id';
	const read = parameterReader<unknown>(context, isLocator ? 'pool.value' : 'pool', '');
	const readMerchant = merchantReader(context);
	return combinedReader([read, readMerchant], (itemIndex) => {
		const value = read(itemIndex);
		const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
		if (!text) {
			throw invalidParameter(
				`No pool is chosen [Item ${itemIndex}]`,
				"Select one under 'Pool', or check that the expression there has a value.",
				itemIndex,
			);
		}
		if (mode !== 'name') return { id: text };
		const merchant = readMerchant(itemIndex);
		return merchant === undefined ? { name: text } : { name: text, merchant };
	});
}

/**
 * The merchant that the option names for an item; undefined if it was not added. Added but left empty, it means the
 * pool that has no merchant.
 *
 * Throws `invalid_input` if its expression found nothing: what was asked for one merchant must not be done with the
 * pool of another.
 */
export function merchantReader(context: IExecuteFunctions): ParameterReader<string | undefined> {
	const read = parameterReader<unknown>(context, 'options.merchant', null);
	const mustBeNamed = mustFind(context, 'options.merchant');
	return combinedReader([read], (itemIndex) => {
		const merchant = read(itemIndex);
		if (merchant !== null && merchant !== undefined) return String(merchant);
		if (!mustBeNamed) return undefined;
		throw invalidParameter(
			`'Merchant' has no value [Item ${itemIndex}]`,
			'Check the field that its expression reads. For the pool that has no merchant, it has to be an empty text.',
			itemIndex,
		);
	});
}

/** Looks up pools, each only once, however many items name it. */
export function poolFinder(coupons: CouponPools): (reference: PoolReference) => Promise<Pool> {
	const found = new Map<string, Promise<Pool>>();
	return async (reference) => {
		const key = JSON.stringify(reference);
		let pool = found.get(key);
		if (!pool) found.set(key, (pool = coupons.findPool(reference)));
		return await pool;
	};
}

/** For the locator's From List: a page of the pools whose name or merchant contains `filter`. */
export async function searchPools(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPage(this, { search: filter, after: paginationToken });
}

/** The same with archived pools. */
export async function searchAllPools(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchPage(this, {
		search: filter,
		after: paginationToken,
		status: 'with_archived',
	});
}

async function searchPage(
	context: ILoadOptionsFunctions,
	filter: ListPoolsFilter,
): Promise<INodeListSearchResult> {
	return await loadList(context, async () => {
		const { pools, next } = await withPoolsOfNode(
			context,
			async (coupons) => await coupons.listPools({ ...filter, limit: 100 }),
		);
		return {
			results: pools.map((pool) => ({ name: poolLabel(pool), value: pool.id })),
			...(next && { paginationToken: next }),
		};
	});
}

/** For a list where several pools can be ticked. */
export async function getPools(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await loadList(this, async () => {
		return await withPoolsOfNode(this, async (coupons) => {
			const options: INodePropertyOptions[] = [];
			let after: string | undefined;
			do {
				const { pools, next } = await coupons.listPools({ after, limit: 1000 });
				for (const pool of pools) options.push({ name: poolLabel(pool), value: pool.id });
				after = next ?? undefined;
			} while (after);
			return options;
		});
	});
}

function poolLabel(pool: Pool): string {
	const name = nameInList(pool);
	return pool.archivedAt ? `${name} – archived` : name;
}

/** What a pool is called in lists, whether it is archived or not. */
export function nameInList({ name, merchant }: Pick<Pool, 'name' | 'merchant'>): string {
	return merchant ? `${name} (${merchant})` : name;
}
