import type { INodeProperties } from 'n8n-workflow';
import { checkChoice, checkFlag, type AssignmentFilter } from '../../../lib';
import { dateFrom } from '../../shared/dates';
import { anyPoolId, enteredFilters, enteredText, filtersField } from '../fields';
import type { Call } from '../operation';

const recipientFilter: INodeProperties = {
	displayName: 'Recipient',
	name: 'recipient',
	type: 'string',
	default: '',
	placeholder: 'e.g. nathan@example.com',
	description: 'Only those of this person',
};

/** Which assignments are wanted. */
export const assignmentFilters: INodeProperties = filtersField([
	{
		displayName: 'Campaign',
		name: 'campaign',
		type: 'string',
		default: '',
		placeholder: 'e.g. abandoned-cart',
		description: 'Only those of this campaign (also known as conversation or mailing)',
	},
	{
		displayName: 'From',
		name: 'from',
		type: 'dateTime',
		default: '',
		description: 'Only those assigned at this time or later, in the workflow’s timezone',
	},
	{
		displayName: 'Include Released',
		name: 'released',
		type: 'boolean',
		default: true,
		description: 'Whether to include codes that were taken back',
	},
	recipientFilter,
	{
		displayName: 'Redeemed',
		name: 'redeemed',
		type: 'options',
		options: [
			{ name: 'Not Redeemed', value: 'no' },
			{ name: 'Redeemed', value: 'yes' },
		],
		default: 'yes',
		description: 'Only those whose code was, or was not, used in an order',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{ name: 'Default Code', value: 'default' },
			{ name: 'Pool', value: 'pool' },
		],
		default: 'pool',
		description: 'Only codes of the stock, or only default codes',
	},
	{
		displayName: 'Until',
		name: 'until',
		type: 'dateTime',
		default: '',
		description: 'Only those assigned up to this time, in the workflow’s timezone',
	},
]);

/** What was chosen there and in the pool's locator, for the library. */
export async function assignmentFilter(call: Call): Promise<AssignmentFilter> {
	const { campaign, from, released, redeemed, source, until } = enteredFilters(
		call,
		assignmentFilters,
	);
	const recipient = enteredText(call, 'filters', recipientFilter);
	return {
		...(await anyPoolId(call)),
		...(campaign !== undefined && { campaign: String(campaign) }),
		...(recipient !== undefined && { recipient }),
		...(source !== undefined && { source: source as AssignmentFilter['source'] }),
		...(redeemed !== undefined && {
			redeemed: checkChoice(redeemed, 'Redeemed', ['no', 'yes']) === 'yes',
		}),
		...(dateFrom(from) !== null && { from: dateFrom(from) ?? '' }),
		...(dateFrom(until) !== null && { until: dateFrom(until) ?? '' }),
		released: checkFlag(released ?? false, 'Include Released'),
		timezone: call.context.getTimezone(),
	};
}
