import type {
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest } from '../shared/database-credential';
import { getPools, searchPools } from '../shared/pool-locator';
import { triggerProperties } from './properties';
import { startTrigger } from './start-trigger';

export class CouponPoolTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Coupon Pool Trigger',
		name: 'couponPoolTrigger',
		icon: { light: 'file:couponPoolTrigger.svg', dark: 'file:couponPoolTrigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		// $parameter.pool is the pool's ID; only the JSON of the parameters has its name.
		subtitle:
			'={{ ({ all: "All pools", merchant: $parameter["merchant"] || "Pools without merchant", one: $parameter.toJSON().pool?.cachedResultName ?? $parameter["pool"], several: "Several pools" })[$parameter["which"]] }}',
		description:
			'Starts the workflow when a coupon pool runs low, runs out, expires or is refilled, or when a code is assigned or redeemed',
		eventTriggerDescription: 'Something happens in a coupon pool',
		activationMessage:
			'You can now change a pool: what happens in it starts this workflow, once for each event.',
		defaults: { name: 'Coupon Pool Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'couponPoolsDatabaseApi',
				required: true,
				testedBy: 'couponPoolsDatabaseTest',
			},
		],
		hints: [
			{
				message:
					"Tests give one made-up event of each kind at once, marked by the field 'sample'. The figures are those of the pool; recipient and code are made up.",
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
			},
		],
		properties: triggerProperties,
	};

	methods = {
		credentialTest: { couponPoolsDatabaseTest },
		listSearch: { searchPools },
		loadOptions: { getPools },
	};

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await startTrigger(this);
	}
}
