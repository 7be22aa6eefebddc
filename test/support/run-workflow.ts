import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

// Many tests are about failures, and look at them themselves.
process.env.N8N_LOG_LEVEL ??= 'silent';

import type { Container } from '@n8n/di';
import {
	BinaryDataService,
	ExecutionLifecycleHooks,
	FileLocation,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	type IBinaryData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteData,
	type IExecutionContext,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type ITaskData,
	type IWorkflowExecuteAdditionalData,
	NodeConnectionTypes,
	NodeHelpers,
	type RelatedExecution,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { Credentials, type CredentialsOfRun } from './credentials';
import { AssignCoupon } from '../../nodes/AssignCoupon/AssignCoupon.node';
import { CheckThreshold } from '../../nodes/CheckThreshold/CheckThreshold.node';
import { CouponPoolTrigger } from '../../nodes/CouponPoolTrigger/CouponPoolTrigger.node';
import { CreatePool } from '../../nodes/CreatePool/CreatePool.node';
import { ManageCoupons } from '../../nodes/ManageCoupons/ManageCoupons.node';
import { RenderMessage } from '../../nodes/RenderMessage/RenderMessage.node';
import { UploadCodes } from '../../nodes/UploadCodes/UploadCodes.node';

/** The nodes that items are passed to. */
export const STEP_NODES = {
	CreatePool,
	UploadCodes,
	AssignCoupon,
	RenderMessage,
	CheckThreshold,
	ManageCoupons,
};

const NODES = { ...STEP_NODES, CouponPoolTrigger };

export type NodeName = keyof typeof NODES;

/** A node of the workflow under test. Nodes are chained by their first outputs, in the order given. */
export interface Step {
	readonly node: NodeName;
	readonly parameters?: IDataObject;
	/** Name on the canvas, and its id; the node's own name if left out. */
	readonly name?: string;
	readonly settings?: Partial<
		Pick<INode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>
	>;
}

export interface WorkflowRun {
	readonly steps: readonly Step[];
	/** What the trigger passes on. */
	readonly items: INodeExecutionData[];
	readonly credential?: ICredentialDataDecryptedObject;
	/** The credentials of shops, by their types. */
	readonly shops?: CredentialsOfRun;
	/** Default `webhook`: as in production. */
	readonly mode?: WorkflowExecuteMode;
	readonly executionId?: string;
	/** For a sub-workflow, in the mode `integrated`. */
	readonly parentExecution?: RelatedExecution;
	/** In the mode `retry`: what n8n has kept of the execution that failed. */
	readonly executionContext?: IExecutionContext;
	/** Replaces a node's class, to watch or disturb it. */
	readonly instead?: Partial<Record<NodeName, INodeType>>;
}

/** The end of a run, as n8n would store it. */
export class FinishedRun {
	constructor(readonly run: IRun) {}

	/** What a step did in its last run. */
	task(step: string): ITaskData {
		const task = this.run.data.resultData.runData[step]?.at(-1);
		if (!task) throw new Error(`${step} did not run: ${this.run.data.resultData.error?.message}`);
		return task;
	}

	items(step: string, output = 0): INodeExecutionData[] {
		return this.task(step).data?.main[output] ?? [];
	}

	json(step: string, output = 0): IDataObject[] {
		return this.items(step, output).map((item) => item.json);
	}

	hints(step: string): string[] {
		return (this.task(step).hints ?? []).map(({ message }) => message);
	}

	get error() {
		return this.run.data.resultData.error as
			| (Error & { description?: string | null; context?: IDataObject })
			| undefined;
	}
}

const TRIGGER = 'Trigger';

/** Runs a chain of nodes in n8n's own engine. */
export async function runWorkflow(options: WorkflowRun): Promise<FinishedRun> {
	const { steps, items, mode = 'webhook', executionId = randomUUID() } = options;
	const types = ['couponPoolsDatabaseApi', ...Object.keys(options.shops ?? {})];
	const nodes = [triggerNode(), ...steps.map((step, index) => toNode(step, index, types))];
	const workflow = chainOf(nodes, options.instead);
	const stack: IExecuteData[] = [{ node: nodes[0], data: { main: [items] }, source: null }];
	const engine = new WorkflowExecute(
		additionalData(workflow, nodes, executionId, mode, {
			couponPoolsDatabaseApi: options.credential ?? {},
			...options.shops,
		}),
		mode,
		createRunExecutionData({
			executionData: { nodeExecutionStack: stack, runtimeData: options.executionContext },
			parentExecution: options.parentExecution,
		}),
	);
	return new FinishedRun(await engine.processRunExecutionData(workflow));
}

/** A workflow in which each node is connected to the next. */
export function chainOf(nodes: INode[], instead?: WorkflowRun['instead']): Workflow {
	const connections = Object.fromEntries(
		nodes
			.slice(0, -1)
			.map(({ name }, index) => [
				name,
				{ main: [[{ node: nodes[index + 1].name, type: NodeConnectionTypes.Main, index: 0 }]] },
			]),
	);
	return new Workflow({
		id: 'workflow-1',
		name: 'Under test',
		nodes,
		connections,
		nodeTypes: nodeTypes(instead),
		active: false,
		settings: { executionOrder: 'v1', timezone: 'Europe/Berlin' },
	});
}

/** A file that n8n keeps on disk, as it does in production, for an item's `binary`. */
export async function storeFile(content: string, fileName: string): Promise<IBinaryData> {
	const files = await startFiles();
	const place = FileLocation.ofExecution('workflow-1', 'execution-1');
	const description = { data: '', mimeType: 'text/plain', fileName };
	return await files.store(place, Buffer.from(content), description);
}

/** n8n's store of files on disk, for nodes that write one. */
export async function startFiles(): Promise<BinaryDataService> {
	const files = servicesOfN8n().get(BinaryDataService);
	await files.init();
	return files;
}

/** The text of a file that a node wrote. */
export async function readFile(file: IBinaryData | undefined): Promise<string> {
	if (!file) throw new Error('The item has no file');
	return (await (await startFiles()).getAsBuffer(file)).toString();
}

/** There are several copies of this container in node_modules; n8n-core registers itself in its own. */
export function servicesOfN8n(): typeof Container {
	return createRequire(require.resolve('n8n-core'))('@n8n/di').Container;
}

function triggerNode(): INode {
	return {
		id: 'trigger',
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
}

export function toNode(
	step: Step,
	index: number,
	types: readonly string[] = ['couponPoolsDatabaseApi'],
): INode {
	const name = step.name ?? step.node;
	return {
		id: name,
		name,
		type: `n8n-nodes-coupon-pools.${new NODES[step.node]().description.name}`,
		typeVersion: 1,
		position: [200 * (index + 1), 0],
		parameters: (step.parameters ?? {}) as INode['parameters'],
		credentials: Object.fromEntries(types.map((type) => [type, { id: type, name: type }])),
		...step.settings,
	};
}

export function nodeTypes(instead: WorkflowRun['instead'] = {}): INodeTypes {
	const byType = new Map<string, INodeType>([['n8n-nodes-base.manualTrigger', trigger]]);
	for (const [name, NodeClass] of Object.entries(NODES)) {
		const nodeType: INodeType = instead[name as NodeName] ?? new NodeClass();
		byType.set(`n8n-nodes-coupon-pools.${nodeType.description.name}`, nodeType);
	}
	const find = (type: string) => {
		const nodeType = byType.get(type);
		if (!nodeType) throw new Error(`No node of the type ${type}`);
		return nodeType;
	};
	return {
		getByName: find,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
		getKnownTypes: () => ({}),
	};
}

const trigger: INodeType = {
	description: {
		displayName: 'Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		return [this.getInputData()];
	},
};

export function additionalData(
	workflow: Workflow,
	nodes: INode[],
	executionId: string,
	mode: WorkflowExecuteMode,
	credentials: CredentialsOfRun,
): IWorkflowExecuteAdditionalData {
	// Every node fails with "Invalid URL" if one of these is not a URL.
	const url = 'http://localhost:5678';
	const now = new Date();
	return {
		hooks: new ExecutionLifecycleHooks(mode, executionId, {
			id: workflow.id,
			name: 'Under test',
			active: false,
			activeVersionId: null,
			isArchived: false,
			createdAt: now,
			updatedAt: now,
			nodes,
			connections: workflow.connectionsBySourceNode,
		}),
		executionId,
		credentialsHelper: new Credentials(credentials),
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: `${url}/rest`,
		instanceBaseUrl: url,
		webhookBaseUrl: `${url}/webhook`,
		webhookWaitingBaseUrl: `${url}/webhook-waiting`,
		webhookTestBaseUrl: `${url}/webhook-test`,
		formWaitingBaseUrl: `${url}/form-waiting`,
	} as unknown as IWorkflowExecuteAdditionalData;
}
