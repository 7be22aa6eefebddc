import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { checkFlag, type LowStockUnit, type PoolSettings } from '../../lib';
import { dateFrom, lastDayFrom } from './dates';
import { invalidParameter } from './errors';
import { isLeftToModel } from './item-fields';
import { numberFrom } from './numbers';

/** The settings of a pool that can be left out, as the panels ask for them. */
export const poolSettings: INodeProperties[] = [
	{
		displayName: 'Active',
		name: 'active',
		type: 'boolean',
		default: true,
		description: 'Whether codes are given from this pool',
	},
	{
		displayName: 'Begins',
		name: 'beginsAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'From when on codes are given, in the workflow’s timezone',
	},
	{
		displayName: 'Default Code',
		name: 'defaultCode',
		type: 'string',
		default: '',
		placeholder: 'e.g. WELCOME5',
		description: 'The code to give when the pool has none left (also known as fallback code)',
	},
	{
		displayName: 'Default Code Expiration',
		name: 'defaultCodeExpiresAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The last day on which the default code is valid',
	},
	{
		displayName: 'Description',
		name: 'description',
		type: 'string',
		default: '',
		placeholder: 'e.g. 10% off for abandoned carts, autumn',
		description: 'A note for your team',
	},
	{
		displayName: 'Expiration Cutoff (Days)',
		name: 'expirationCutoffDays',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description:
			'How many days before its expiry a code is no longer given, so that everybody has time to use theirs',
	},
	{
		displayName: 'Expires',
		name: 'expiresAt',
		type: 'dateTime',
		typeOptions: { dateOnly: true },
		default: '',
		description: 'The last day of the pool: after it, no code is given and those given are invalid',
	},
	{
		displayName: 'Low-Stock Threshold',
		name: 'lowStockThreshold',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 100,
		description:
			"The stock at which somebody is told (also known as threshold, or warning limit). 'Check Threshold' watches it.",
	},
	{
		displayName: 'Low-Stock Threshold Unit',
		name: 'lowStockUnit',
		type: 'options',
		options: [
			{ name: 'Codes Left', value: 'codes' },
			{ name: 'Days of Supply', value: 'days' },
			{ name: 'Percent of All Codes', value: 'percent' },
		],
		default: 'codes',
		description: 'What the low-stock threshold counts',
	},
	{
		displayName: 'Merchant',
		name: 'merchant',
		type: 'string',
		default: '',
		placeholder: 'e.g. shop-uk',
		description:
			'The shop, domain or client whose pool it is, if you have several (also known as app or account)',
	},
	{
		displayName: 'Notification Emails',
		name: 'notificationEmails',
		type: 'string',
		default: '',
		placeholder: 'e.g. nathan@example.com, anna@example.com',
		description:
			"Who is told when the pool runs low, separated by commas or semicolons. 'Check Threshold' passes them on to your e-mail step.",
	},
];

/**
 * Only the settings that were added: what was left out keeps its default or, in an update, its value.
 *
 * Throws `invalid_input` if the expression of one finds nothing, as when the item lacks its field: taken for an empty
 * one, it would make a pool that never expires, or take its default code away.
 */
export function chosenSettings(
	context: IExecuteFunctions,
	itemIndex: number,
): Partial<PoolSettings> {
	return readSettings(foundSettings(context, itemIndex, poolSettings));
}

/** What was added to the collection 'settings' with these fields; throws as `chosenSettings` does. */
export function foundSettings(
	context: IExecuteFunctions,
	itemIndex: number,
	fields: readonly INodeProperties[],
): IDataObject {
	const entered = context.getNodeParameter('settings', itemIndex, {}) as IDataObject;
	const mustBeFound = fields.filter(({ name }) => !isLeftToModel(context, `settings.${name}`));
	refuseMissing(entered, mustBeFound, itemIndex);
	return Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== undefined));
}

/** Throws `invalid_input` if the expression of an entered field finds nothing. */
export function refuseMissing(
	entered: IDataObject,
	fields: readonly INodeProperties[],
	itemIndex: number,
): void {
	const lacking = fields.find(({ name }) => name in entered && entered[name] === undefined);
	if (!lacking) return;
	throw invalidParameter(
		`'${lacking.displayName}' has no value [Item ${itemIndex}]`,
		"Check the field that its expression reads. Where it may be missing, write {{ $json.field ?? '' }}.",
		itemIndex,
	);
}

function readSettings(settings: IDataObject): Partial<PoolSettings> {
	const chosen: Partial<PoolSettings> = {};
	if ('active' in settings) chosen.active = checkFlag(settings.active, 'Active');
	if ('beginsAt' in settings) chosen.beginsAt = dateFrom(settings.beginsAt);
	if ('defaultCode' in settings) chosen.defaultCode = textOrNull(settings.defaultCode);
	if ('defaultCodeExpiresAt' in settings) {
		chosen.defaultCodeExpiresAt = lastDayFrom(settings.defaultCodeExpiresAt);
	}
	if ('description' in settings) chosen.description = String(settings.description ?? '');
	if ('expirationCutoffDays' in settings) {
		chosen.expirationCutoffDays = numberFrom(
			settings.expirationCutoffDays,
			'Expiration Cutoff (Days)',
		);
	}
	if ('expiresAt' in settings) chosen.expiresAt = lastDayFrom(settings.expiresAt);
	if ('lowStockThreshold' in settings) {
		chosen.lowStockThreshold = numberFrom(settings.lowStockThreshold, 'Low-Stock Threshold');
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
