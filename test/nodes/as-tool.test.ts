import {
	NodeConnectionTypes,
	Workflow,
	createRunExecutionData,
	type EngineRequest,
	type EngineResponse,
	type IDataObject,
	type INode,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';
import { WorkflowExecute } from 'n8n-core';

import {
	FinishedRun,
	additionalData,
	nodeTypes,
	toNode,
	type NodeName,
} from '../support/run-workflow';
import { EmbeddedPools, locator, someCodes } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

/** Calls its tool with each set of arguments, as n8n's agents do from version 3 on: by the engine, one after the other. */
function agentWith(calls: readonly IDataObject[]): INodeType {
	return {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: {},
			inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute(response?: EngineResponse): Promise<never[][] | EngineRequest> {
			if (response?.actionResponses.length === calls.length) return [[]];
			const actions = calls.map((input, index) => ({
				actionType: 'ExecutionNodeAction' as const,
				nodeName: 'Tool',
				input,
				type: NodeConnectionTypes.AiTool,
				id: `call-${index}`,
				metadata: {},
			}));
			return { actions, metadata: {} };
		},
	};
}

/** What the agent is told by each call of its tool: the first output, of all that the engine keeps. */
async function answers(
	tool: { node: NodeName; parameters: IDataObject },
	calls: readonly IDataObject[],
	executionId: string,
): Promise<IDataObject[][]> {
	const agent = agentWith(calls);
	const nodes: INode[] = [
		{ ...toNode({ ...tool, name: 'Tool' }, 0), id: 'tool' },
		{ id: 'a', name: 'Agent', type: 'agent', typeVersion: 1, position: [0, 0], parameters: {} },
		{ id: 'c', name: 'Chat', type: 'chat', typeVersion: 1, position: [0, 0], parameters: {} },
	];
	const ours = nodeTypes();
	const types: INodeTypes = {
		...ours,
		getByNameAndVersion: (type, version) =>
			type.startsWith('n8n-') ? ours.getByNameAndVersion(type, version) : agent,
	};
	const workflow = new Workflow({
		id: 'workflow-1',
		name: 'With an agent',
		nodes,
		connections: {
			Chat: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
			Tool: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
		},
		nodeTypes: types,
		active: false,
		settings: { executionOrder: 'v1' },
	});
	const source = { main: [{ previousNode: 'Chat' }] };
	const nodeExecutionStack = [{ node: nodes[1], data: { main: [[{ json: {} }]] }, source }];
	const engine = new WorkflowExecute(
		additionalData(workflow, nodes, executionId, 'webhook', {
			couponPoolsDatabaseApi: pools.credential,
		}),
		'webhook',
		createRunExecutionData({ executionData: { nodeExecutionStack } }),
	);
	const { run } = new FinishedRun(await engine.processRunExecutionData(workflow));
	if (run.data.resultData.error) throw run.data.resultData.error;
	return (run.data.resultData.runData.Tool ?? []).map(({ data, error }) => {
		// Of a failed call, the agent is told the error.
		if (error && !data?.ai_tool) throw error;
		return (data?.ai_tool?.[0] ?? []).map(({ json }) => json);
	});
}

const assignTool = (poolId: string) => ({
	node: 'AssignCoupon' as const,
	parameters: {
		pool: locator(poolId),
		recipient: '={{ $json.email }}',
		ifAlreadyAssigned: 'alwaysNew',
	},
});

it('An agent that asks twice for one person gets one code, and the next run another', async () => {
	const pool = await pools.pool(someCodes(3));
	const emails = ['a@example.com', 'a@example.com', 'b@example.com'].map((email) => ({ email }));
	const codesOf = async (calls: IDataObject[], executionId: string) =>
		(await answers(assignTool(pool.id), calls, executionId))
			.flat()
			.map(({ coupon }) => (coupon as IDataObject).code);
	const [first, again, other] = await codesOf(emails, 'chat-1');
	expect(first).toEqual(expect.any(String));
	expect(again).toBe(first);
	expect(other).not.toBe(first);
	const [later] = await codesOf(emails.slice(0, 1), 'chat-2');
	expect([first, other, null]).not.toContain(later);
});

it('An agent is told the reason where there is no code, since it only sees the first output', async () => {
	const pool = await pools.pool();
	expect(await answers(assignTool(pool.id), [{ email: 'a@example.com' }], 'chat-1')).toMatchObject([
		[{ coupon: { code: null, reason: 'out_of_stock' } }],
	]);
});

it('An agent is told what to do about an error, and not only what happened', async () => {
	const error = expect.stringMatching(
		/^There is no pool with the ID 999\. It was deleted.* choose a pool there/,
	);
	expect(await answers(assignTool('999'), [{ email: 'a@example.com' }], 'chat-1')).toEqual([
		[{ error }],
	]);
});

it('An agent sees pools that are not low as well', async () => {
	const pool = await pools.pool(someCodes(3));
	const tool = {
		node: 'CheckThreshold' as const,
		parameters: { which: 'one', pool: locator(pool.id) },
	};
	expect(await answers(tool, [{}], 'chat-1')).toMatchObject([[{ available: 3, low: false }]]);
});

describe('What an agent leaves out', () => {
	it('is not entered, where the model was to fill it in', async () => {
		const pool = await pools.pool(someCodes(1));
		const tool = {
			node: 'AssignCoupon' as const,
			parameters: {
				pool: locator(pool.id),
				recipient: "={{ $fromAI('email', '', 'string') }}",
				campaign: "={{ $fromAI('campaign', '', 'string') }}",
			},
		};
		expect(await answers(tool, [{ email: 'a@example.com' }], 'chat-1')).toMatchObject([
			[{ coupon: { recipient: 'a@example.com', campaign: 'workflow-1', issue: 'initial' } }],
		]);
	});

	it('is missing, where a field of the item was to be there', async () => {
		const pool = await pools.pool(someCodes(1));
		const tool = {
			...assignTool(pool.id),
			parameters: { ...assignTool(pool.id).parameters, campaign: '={{ $json.campaign }}' },
		};
		expect(await answers(tool, [{ email: 'a@example.com' }], 'chat-1')).toEqual([
			[{ error: expect.stringMatching(/^'Campaign' is empty/) }],
		]);
		expect(await pools.available(pool.id)).toBe(1);
	});
});
