import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { invalidParameter } from '../shared/errors';
import { isLeftToModel, mustFind } from '../shared/item-fields';
import { merchantOfPool, poolLocator } from '../shared/pool-locator';
import type { Call } from './operation';

/** This node's locator also finds archived pools. */
export const poolField: INodeProperties = {
	...poolLocator,
	modes: poolLocator.modes?.map((mode) =>
		mode.name === 'list'
			? { ...mode, typeOptions: { ...mode.typeOptions, searchListMethod: 'searchAllPools' } }
			: mode,
	),
};

/** A pool that narrows a search. Empty for all pools. */
export const anyPoolField: INodeProperties = {
	...poolField,
	required: false,
	modes: poolField.modes?.map((mode) =>
		mode.name === 'list' ? { ...mode, placeholder: 'All pools' } : mode,
	),
	description: 'Only this pool. Empty for all pools.',
};

export const codeField: INodeProperties = {
	displayName: 'Code',
	name: 'code',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. SAVE-7F3K',
	description: 'The coupon code. Upper and lower case count.',
};

export const recipientField: INodeProperties = {
	displayName: 'Recipient',
	name: 'recipient',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. nathan@example.com',
	description: 'The person’s e-mail address or ID, as in Assign Coupon (also known as contact)',
};

/** The options of an operation, in alphabetical order. Where there would be none to add, they are not shown. */
export function optionsField(...further: INodeProperties[]): INodeProperties {
	const hasMerchant = further.some(({ name }) => name === merchantOfPool.name);
	const options = hasMerchant ? further : [...further, merchantOfPool];
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: options.sort((one, other) => one.displayName.localeCompare(other.displayName)),
		...(further.length === 0 && { displayOptions: merchantOfPool.displayOptions }),
	};
}

/** Filters that narrow a list. */
export function filtersField(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options,
	};
}

/** What was added to a collection; a text that was left empty counts as not added. */
export function entered(call: Call, name: 'options' | 'filters'): IDataObject {
	const values = call.context.getNodeParameter(name, call.itemIndex, {}) as IDataObject;
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== '' && value !== undefined),
	);
}

/**
 * The filters that were added; a text left empty counts as not added.
 *
 * Throws `invalid_input` if the expression of one finds nothing, as when the item lacks its field: what was
 * asked for some must not be answered, or done, for all.
 *
 * @param field the collection, as the panel has it
 */
export function enteredFilters(call: Call, field: INodeProperties): IDataObject {
	for (const filter of (field.options ?? []) as INodeProperties[]) {
		refuseUnfound(call, 'filters', filter);
	}
	return entered(call, 'filters');
}

/** Throws `invalid_input` if a field of a collection was added, and its expression finds nothing. */
export function refuseUnfound(
	call: Call,
	collection: 'options' | 'filters',
	field: Pick<INodeProperties, 'displayName' | 'name'>,
): void {
	const values = call.context.getNodeParameter(collection, call.itemIndex, {}) as IDataObject;
	if (!(field.name in values)) return;
	const found = values[field.name] !== undefined && values[field.name] !== null;
	if (!found && !isLeftToModel(call.context, `${collection}.${field.name}`)) {
		throw empty(field.displayName, call.itemIndex);
	}
}

/** The same for a text without which everybody is meant, which may not be left empty either. */
export function enteredText(
	{ context, itemIndex }: Call,
	collection: 'options' | 'filters',
	{ displayName, name }: Pick<INodeProperties, 'displayName' | 'name'>,
): string | undefined {
	const values = context.getNodeParameter(collection, itemIndex, {}) as IDataObject;
	if (!(name in values)) return undefined;
	const text = String(values[name] ?? '').trim();
	if (!text) throw empty(displayName, itemIndex);
	return text;
}

function empty(displayName: string, itemIndex: number) {
	return invalidParameter(
		`'${displayName}' is empty [Item ${itemIndex}]`,
		`Fill it in, or check the field that its expression reads. If all are meant, remove '${displayName}'.`,
		itemIndex,
	);
}

export function textOf(call: Call, name: string): string {
	return String(call.context.getNodeParameter(name, call.itemIndex, '') ?? '');
}

/**
 * The ID of the pool that narrows a search; left out if the locator is empty.
 *
 * Throws `invalid_input` if its expression finds nothing: what was asked for one pool is not meant for all.
 */
export async function anyPoolId(call: Call): Promise<{ poolId?: string }> {
	const { context, itemIndex } = call;
	const locator: unknown = context.getNodeParameter('pool', itemIndex, '');
	// Written by hand, by an API or by a model, the locator may be a bare ID.
	const isLocator = typeof locator === 'object' && locator !== null && 'value' in locator;
	const value: unknown = isLocator ? locator.value : locator;
	if (value === '') return {};
	if (value !== undefined && value !== null) return { poolId: (await call.pool()).id };
	if (!mustFind(context, 'pool')) return {};
	throw invalidParameter(
		`'Pool' is empty [Item ${itemIndex}]`,
		"Its expression finds nothing: check the field that it reads. For all pools, leave 'Pool' itself empty.",
		itemIndex,
	);
}
