import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest } from '../shared/database-credential';
import { searchPools } from '../shared/pool-locator';
import { uploadProperties } from './properties';
import { uploadCodes } from './upload-codes';

export class UploadCodes implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Upload Codes',
		name: 'uploadCodes',
		icon: { light: 'file:uploadCodes.svg', dark: 'file:uploadCodes.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ file: "From file", text: "From text", items: "From items", generate: "Generate" })[$parameter["source"]] }}',
		description:
			'Add coupon codes to a pool, from a CSV, TXT or Excel file, from text with one code per line, or from the items; or generate random ones; or take over codes that were given elsewhere. Returns how many were added, and which rows were refused and why.',
		defaults: { name: 'Upload Codes' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['Report'],
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
				message: 'All items that go to one pool are one upload.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["source"] === "items" }}',
			},
		],
		properties: uploadProperties,
	};

	methods = {
		credentialTest: { couponPoolsDatabaseTest },
		listSearch: { searchPools },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await uploadCodes(this);
	}
}
