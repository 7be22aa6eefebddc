import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest } from '../shared/database-credential';
import { getPools, searchPools } from '../shared/pool-locator';
import { checkThresholds } from './check-thresholds';
import { thresholdProperties } from './properties';

export class CheckThreshold implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Check Threshold',
		name: 'checkThreshold',
		icon: { light: 'file:checkThreshold.svg', dark: 'file:checkThreshold.dark.svg' },
		group: ['transform'],
		version: 1,
		// $parameter.pool is the pool's ID; only the JSON of the parameters has its name.
		subtitle:
			'={{ ({ all: "All pools", one: $parameter.toJSON().pool?.cachedResultName ?? $parameter["pool"], several: "Several pools" })[$parameter["which"]] }}',
		description:
			'Look at the stock of one, several or all coupon pools: codes available, assigned, days of supply, and when they run out. Pools at or below their low-stock threshold leave by Low, with a ready subject and text for an alert. Takes no code.',
		defaults: { name: 'Check Threshold' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Low', 'OK'],
		usableAsTool: true,
		credentials: [
			{
				name: 'couponPoolsDatabaseApi',
				required: true,
				testedBy: 'couponPoolsDatabaseTest',
			},
		],
		hints: [
			{
				message: 'Manual runs remember nothing: the next alert comes all the same.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["alert"] === "oncePerFall" }}',
			},
		],
		properties: thresholdProperties,
	};

	methods = {
		credentialTest: { couponPoolsDatabaseTest },
		listSearch: { searchPools },
		loadOptions: { getPools },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await checkThresholds(this);
	}
}
