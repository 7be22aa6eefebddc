import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { CouponPools, CreatePoolOptions, DynamicPool } from '../../lib';
import { numberFrom } from '../shared/numbers';
import { chosenSettings } from '../shared/pool-settings';
import { providerOfNode, shopField } from '../shared/shops';

const forDynamic = { show: { type: ['dynamic'] } };
const forShops = { show: { type: ['dynamic'], shop: ['magento', 'shopify', 'woocommerce'] } };

/** What a dynamic pool needs beyond other pools, as the panel asks for it. */
export const dynamicFields: INodeProperties[] = [
	shopField(
		{
			displayName: 'Make Codes In',
			description: 'Where the codes are made: a shop makes them known at its checkout',
			displayOptions: forDynamic,
		},
		{
			name: 'Here',
			value: 'local',
			description: 'Without a shop: what redeems them must know them',
		},
	),
	{
		displayName: 'Rule',
		name: 'rule',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://admin.shopify.com/store/my-shop/discounts/1234567890',
		description:
			'What the codes are good for (also known as sales rule ID). Shopify: the discount’s address or number. Magento: the ID of the cart price rule. WooCommerce: the code of the coupon to copy. A pool that exists keeps it once codes were made.',
		displayOptions: forShops,
	},
	{
		displayName: 'Prefix',
		name: 'prefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. VIP-',
		description: 'What each code begins with',
		displayOptions: forDynamic,
	},
	{
		displayName: 'Length',
		name: 'length',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 8,
		description: 'How many random characters follow the prefix. Dashes come on top.',
		displayOptions: forDynamic,
	},
	{
		displayName: 'Add a Dash Every',
		name: 'dashEvery',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'After how many of the random characters a dash stands. 0 for no dashes.',
		displayOptions: forDynamic,
	},
	{
		displayName: 'Keep in Stock',
		name: 'keepInStock',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 100,
		description:
			"How many codes are kept ready. 0 to make each one when it is assigned. Codes with days to expiry are never made ahead by themselves, only by 'Stock to Reach' of Refill.",
		displayOptions: forDynamic,
	},
	{
		displayName: 'Code Options',
		name: 'codeOptions',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: forDynamic,
		options: [
			{
				displayName: 'Characters',
				name: 'alphabet',
				type: 'string',
				default: '23456789ABCDEFGHJKMNPQRSTUVWXYZ',
				description:
					'What the random part is made of. By default capitals and digits without those that are taken for one another.',
			},
			{
				displayName: 'Expires in Days',
				name: 'expiresAfterDays',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 30,
				description:
					"How many days after its assignment a code is valid (also known as coupon expiry in days); one that was made ahead with 'Stock to Reach', after its refill. Not in Shopify, where the discount has one end date for all. In Magento and WooCommerce, not longer than the rule or the coupon to copy is valid; Magento's checkout accepts it until the rule ends.",
			},
			{
				displayName: 'Refill At',
				name: 'refillAt',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 50,
				description: 'The stock at which new codes are made. Half of what is kept, if not set.',
			},
		],
	},
];

/** Makes the pool that an item describes; a hint shows what to look at in the shop. */
export async function createDynamicPool(
	context: IExecuteFunctions,
	coupons: CouponPools,
	itemIndex: number,
	options: CreatePoolOptions,
): Promise<DynamicPool> {
	const read = (name: string) => context.getNodeParameter(name, itemIndex, '') as string | number;
	const more = context.getNodeParameter('codeOptions', itemIndex, {}) as IDataObject;
	const pool = await coupons.createDynamicPool(
		{
			...chosenSettings(context, itemIndex),
			name: String(read('name') ?? ''),
			rule: String(read('rule')),
			form: {
				prefix: String(read('prefix')).trim(),
				length: numberFrom(read('length'), 'Length'),
				dashEvery: numberFrom(read('dashEvery'), 'Add a Dash Every'),
				...(more.alphabet !== undefined && { alphabet: String(more.alphabet).trim() }),
			},
			keepInStock: numberFrom(read('keepInStock'), 'Keep in Stock'),
			...(more.expiresAfterDays !== undefined && {
				expiresAfterDays: numberFrom(more.expiresAfterDays, 'Expires in Days'),
			}),
			...(more.refillAt !== undefined && { refillAt: numberFrom(more.refillAt, 'Refill At') }),
		},
		await providerOfNode(context),
		options,
	);
	context.addExecutionHints(
		{ message: `Its codes will look like ${pool.exampleCodes.join(', ')}`, location: 'outputPane' },
		...pool.warnings.map((message) => ({
			message,
			type: 'warning' as const,
			location: 'outputPane' as const,
		})),
	);
	return pool;
}
