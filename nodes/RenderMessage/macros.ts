import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { CouponPools, MacroCoupon, MessageRequest, MessageResult } from '../../lib';
import { assignProperties } from '../AssignCoupon/properties';
import { optionsReader, requestReader } from '../AssignCoupon/requests';
import { asNodeError } from '../shared/errors';
import { parameterReader, type ParameterReader } from '../shared/item-fields';
import { previewInstead, warnOfPreview } from '../shared/manual-runs';
import { itemIndexes } from '../shared/output-items';
import { merchantOfPool, merchantReader } from '../shared/pool-locator';
import { recordUses } from '../shared/uses';

/** What is done with macros in templates. */
const macros: INodeProperties = {
	displayName: 'Macros',
	name: 'macros',
	type: 'options',
	options: [
		{
			name: 'Assign Codes',
			value: 'assign',
			description: 'Only what the message shows takes a code',
		},
		{
			name: 'Refuse',
			value: 'refuse',
			description: 'A template with a macro is an error, so that nothing is taken unnoticed',
		},
	],
	default: 'refuse',
	noDataExpression: true,
	description:
		"What to do with macros in the templates: <code>{{client.promocode('group')}}</code> takes a code from the pool of that name, or repeats the one that the recipient may keep; <code>{{client.last_promocode('group')}}</code> repeats the last one, or is empty",
};

const whenNoCode: INodeProperties = {
	displayName: 'When the Pool Has No Code',
	name: 'whenNoCode',
	type: 'options',
	options: [
		{
			name: 'Leave Blank',
			value: 'blank',
			description: 'Write nothing where the code would stand',
		},
		{
			name: 'Stop With an Error',
			value: 'error',
			description: 'Send no message with a hole in it: say which pool has none, and why',
		},
	],
	default: 'error',
	description:
		'What to do if there is neither a code nor a default code for a macro. Where the settings of the node continue on errors, only this item fails.',
};

/** The fields of Assign Coupon that mean the same here. */
const BORROWED = ['recipient', 'campaign', 'ifAlreadyAssigned', 'withinHours', 'scope'];

/** What else the panel asks for, so that macros can give codes. */
export const macroProperties: INodeProperties[] = [
	macros,
	...[
		...assignProperties.filter(({ name }) => BORROWED.includes(name)),
		whenNoCode,
		...assignProperties.filter(({ name }) => name === 'onManualRuns'),
	].map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { ...property.displayOptions?.show, macros: ['assign'] },
		},
	})),
];

/** The same for the options. */
export const macroOptions: INodeProperties[] = [
	...assignProperties
		.flatMap(({ name, options }) => (name === 'options' ? (options as INodeProperties[]) : []))
		.filter(({ name }) => name === 'keepRecipient' || name === 'requestId'),
	{
		...merchantOfPool,
		description: 'Whose pools the macros name, where several merchants have one of that name',
	},
].map((option) => ({ ...option, displayOptions: { show: { '/macros': ['assign'] } } }));

/** What the panel says about an item's message; the rest is what macros need. */
export type MessageOfItem = Pick<MessageRequest, 'template' | 'context' | 'options'>;

/**
 * Renders the messages of all items, whose macros take codes. An item whose parameters cannot be read stops the node
 * before a code is taken, or fails alone if the node is set to continue.
 *
 * @returns a function from an item to its result, which throws if that failed
 */
export async function renderWithCodes(
	context: IExecuteFunctions,
	coupons: CouponPools,
	readMessage: ParameterReader<MessageOfItem>,
): Promise<ParameterReader<MessageResult>> {
	const readRequest = macroRequestReader(context);
	const continues = context.continueOnFail();
	const requests: MessageRequest[] = [];
	const outcomes = new Map<number, { request: number } | { failure: unknown }>();
	for (const itemIndex of itemIndexes(context)) {
		try {
			const request = { ...readMessage(itemIndex), ...readRequest(itemIndex) };
			outcomes.set(itemIndex, { request: requests.push(request) - 1 });
		} catch (failure) {
			if (!continues) throw asNodeError(context.getNode(), failure, itemIndex);
			outcomes.set(itemIndex, { failure });
		}
	}
	const preview = previewInstead(context);
	const results = await coupons.renderMessages(requests, {
		preview,
		ifOneFails: continues ? 'continue' : 'stop',
		signal: context.getExecutionCancelSignal(),
	});
	const given = results.flatMap((result) => result.coupons);
	if (preview === 'code') await warnOfPreviews(context, coupons, given);
	recordUses(context, coupons, 'Render Message', given);
	return (itemIndex) => {
		const outcome = outcomes.get(itemIndex);
		if (outcome && 'request' in outcome) return results[outcome.request];
		throw outcome?.failure;
	};
}

/** Only `promocode` takes codes; a pool that is closed gives none to repeat, either. */
async function warnOfPreviews(
	context: IExecuteFunctions,
	coupons: CouponPools,
	previews: readonly MacroCoupon[],
): Promise<void> {
	const wanted = new Map<string, number>();
	for (const { poolId, macro } of previews) {
		wanted.set(poolId, (wanted.get(poolId) ?? 0) + Number(macro === 'promocode'));
	}
	for (const [poolId, codes] of wanted) {
		await warnOfPreview(context, coupons, await coupons.findPool({ id: poolId }), codes);
	}
}

function macroRequestReader(
	context: IExecuteFunctions,
): ParameterReader<Omit<MessageRequest, keyof MessageOfItem>> {
	const readRequest = requestReader(context);
	const readRule = optionsReader(context);
	const readMerchant = merchantReader(context);
	const readWhenNoCode = parameterReader<'blank' | 'error'>(context, 'whenNoCode', 'error');
	return (itemIndex) => {
		const merchant = readMerchant(itemIndex);
		return {
			...readRequest(itemIndex),
			...(merchant !== undefined && { merchant }),
			assign: readRule(itemIndex),
			whenNoCode: readWhenNoCode(itemIndex),
		};
	};
}
