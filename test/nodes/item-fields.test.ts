import { NodeConnectionTypes, type INodeType, type INodeExecutionData } from 'n8n-workflow';

import { parameterReader, plainFieldPath } from '../../nodes/shared/item-fields';
import { RenderMessage } from '../../nodes/RenderMessage/RenderMessage.node';
import { runWorkflow } from '../support/run-workflow';

describe('A plain field of the item', () => {
	it.each([
		['={{ $json.email }}', ['email']],
		['={{$json.email}}', ['email']],
		['={{ $json["e-mail"] }}', ['e-mail']],
		["={{ $json['e mail'] }}", ['e mail']],
		['={{ $json.customer.email }}', ['customer', 'email']],
		['={{ $json.body["customer"].email }}', ['body', 'customer', 'email']],
	])('%s is read without the engine', (expression, path) => {
		expect(plainFieldPath(expression)).toEqual(path);
	});

	it.each([
		'={{ $json.email.toLowerCase() }}',
		'={{ $json.email }} ',
		'=x{{ $json.email }}',
		'={{ $json.email }}{{ $json.name }}',
		'={{ $json.list[0] }}',
		'={{ $json["a\\"b"] }}',
		'={{ $json }}',
		'={{ $("Other").item.json.email }}',
		'={{ $json.a || $json.b }}',
		'={{ $jsonx.a }}',
	])('%s is for the engine', (expression) => {
		expect(plainFieldPath(expression)).toBeUndefined();
	});
});

describe('Reading a field gives what the engine gives', () => {
	const items: INodeExecutionData[] = [
		{ json: { email: 'a@example.com', 'e-mail': 'b', customer: { email: 'c', n: 1 } } },
		{ json: { email: null, customer: null } },
		{ json: { customer: 'a text' } },
		{ json: { email: { nested: true }, customer: ['x'] } },
		{ json: { email: 0, customer: { email: '' } } },
		{ json: { email: false, customer: {} } },
	];

	it.each([
		'={{ $json.email }}',
		'={{ $json["e-mail"] }}',
		'={{ $json.customer.email }}',
		'={{ $json.customer.length }}',
		'={{ $json.missing.deeper.still }}',
		'={{ $json.customer.toString }}',
		'={{ $json.constructor }}',
		'={{ $json.__proto__.polluted }}',
		'a constant',
	])('%s', async (expression) => {
		expect(await readBoth(expression, items)).toEqual(
			items.map(() => ({ same: true, reader: expect.anything() })),
		);
	});

	/** Asks both in a real node: the reader, and n8n itself. */
	async function readBoth(expression: string, given: INodeExecutionData[]) {
		const seen: Array<{ same: boolean; reader: string }> = [];
		const probe: INodeType = {
			description: { ...new RenderMessage().description, outputs: [NodeConnectionTypes.Main] },
			async execute() {
				const read = outcome(parameterReader(this, 'subject'));
				const engine = outcome((index) => this.getNodeParameter('subject', index));
				given.forEach((_, index) => {
					seen.push({ same: read(index) === engine(index), reader: read(index) });
				});
				return [[]];
			},
		};
		await runWorkflow({
			items: given,
			steps: [{ node: 'RenderMessage', parameters: { subject: expression } }],
			instead: { RenderMessage: probe },
		});
		return seen;
	}

	function outcome(read: (index: number) => unknown): (index: number) => string {
		return (index) => {
			try {
				const value = read(index);
				return typeof value === 'function'
					? 'a function'
					: `${typeof value} ${JSON.stringify(value)}`;
			} catch (error) {
				return `throws ${(error as Error).message}`;
			}
		};
	}
});
