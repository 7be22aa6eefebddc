import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { couponPoolsDatabaseTest } from '../shared/database-credential';
import { manualRunHints } from '../shared/manual-runs';
import { messageProperties } from './properties';
import { renderMessages } from './render-messages';

export class RenderMessage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Render Message',
		name: 'renderMessage',
		icon: { light: 'file:renderMessage.svg', dark: 'file:renderMessage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["parts"].join(", ") }}',
		description:
			'Write the message that carries the coupon: put the fields of the item into the templates of an e-mail (subject, HTML, text), an SMS or a push notification. Returns the input with the finished texts in message. Sends nothing, and takes no code unless macros are told to.',
		defaults: { name: 'Render Message' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['Message'],
		usableAsTool: true,
		credentials: [
			{
				name: 'couponPoolsDatabaseApi',
				required: true,
				testedBy: 'couponPoolsDatabaseTest',
				displayOptions: { show: { macros: ['assign'] } },
			},
		],
		hints: manualRunHints('$parameter["macros"] === "assign"'),
		properties: messageProperties,
	};

	methods = { credentialTest: { couponPoolsDatabaseTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await renderMessages(this);
	}
}
