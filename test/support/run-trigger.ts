import { TriggerContext, TriggersAndPollers, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type ExecutionError,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INodeExecutionData,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import {
	additionalData,
	chainOf,
	FinishedRun,
	servicesOfN8n,
	type Step,
	toNode,
} from './run-workflow';

/** A published workflow that begins with Coupon Pool Trigger. */
export interface PublishedWorkflow {
	/** What the trigger passed on, one entry for each execution. */
	readonly executions: INodeExecutionData[][];
	/** The keys by which n8n knows executions that it has had. */
	readonly keys: Array<string | undefined>;
	/** Errors that were meant to appear among the executions. */
	readonly failures: ExecutionError[];
	/** Resolves with the executions of the workflow when this many have ended. */
	finished(count: number): Promise<FinishedRun[]>;
	unpublish(): Promise<void>;
}

export interface TriggerRun {
	readonly credential: ICredentialDataDecryptedObject;
	readonly parameters?: IDataObject;
	/** The nodes after the trigger. */
	readonly steps?: readonly Step[];
	/** Default `activate`: published, and not published before. */
	readonly activation?: WorkflowActivateMode;
}

/** Publishes a workflow in n8n's own engine, which runs it whenever the trigger says so. */
export async function publish(run: TriggerRun): Promise<PublishedWorkflow> {
	const { workflow, node, additional } = prepare(run, 'trigger');
	const executions: INodeExecutionData[][] = [];
	const keys: Array<string | undefined> = [];
	const failures: ExecutionError[] = [];
	const runs: Array<Promise<FinishedRun>> = [];
	let waiting: Array<{ count: number; resolve: () => void }> = [];

	const execute = async (items: INodeExecutionData[]) => {
		const stack = [{ node, data: { main: [items] }, source: null }];
		const engine = new WorkflowExecute(
			prepare(run, 'trigger').additional,
			'trigger',
			createRunExecutionData({ executionData: { nodeExecutionStack: stack } }),
		);
		return new FinishedRun(await engine.processRunExecutionData(workflow));
	};
	const context = new TriggerContext(
		workflow,
		node,
		additional,
		'trigger',
		run.activation ?? 'activate',
		([items], _response, _done, key) => {
			executions.push(items);
			keys.push(key);
			runs.push(execute(items));
			waiting.filter(({ count }) => count <= runs.length).forEach(({ resolve }) => resolve());
			waiting = waiting.filter(({ count }) => count > runs.length);
		},
		() => undefined,
		(error) => failures.push(error),
	);
	const response = await engineOfTriggers().runTriggerFunction(
		workflow,
		node,
		() => context,
		additional,
		'trigger',
		run.activation ?? 'activate',
	);
	return {
		executions,
		keys,
		failures,
		finished: async (count) => {
			await new Promise<void>((resolve) =>
				count <= runs.length ? resolve() : waiting.push({ count, resolve }),
			);
			return await Promise.all(runs);
		},
		unpublish: async () => await response?.closeFunction?.(),
	};
}

/** What "Execute step" shows in the editor. */
export async function testTrigger(run: TriggerRun): Promise<INodeExecutionData[]> {
	const { workflow, node, additional } = prepare(run, 'manual');
	const context = new TriggerContext(workflow, node, additional, 'manual', 'manual');
	const response = await engineOfTriggers().runTriggerFunction(
		workflow,
		node,
		() => context,
		additional,
		'manual',
		'manual',
	);
	await response?.manualTriggerFunction?.();
	const [items] = (await response?.manualTriggerResponse) ?? [[]];
	await response?.closeFunction?.();
	return items;
}

function engineOfTriggers(): TriggersAndPollers {
	return servicesOfN8n().get(TriggersAndPollers);
}

function prepare({ parameters, steps = [], credential }: TriggerRun, mode: WorkflowExecuteMode) {
	const nodes = [{ node: 'CouponPoolTrigger' as const, parameters }, ...steps].map((step, index) =>
		toNode(step, index),
	);
	const workflow = chainOf(nodes);
	const additional = additionalData(workflow, nodes, `execution-${Math.random()}`, mode, {
		couponPoolsDatabaseApi: credential,
	});
	return { workflow, node: nodes[0], additional };
}
