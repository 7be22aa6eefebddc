import type { IExecuteFunctions, ITriggerFunctions } from 'n8n-workflow';

/** An evaluation runs the workflow on test data, so it is a test like a manual run. */
const TESTS: readonly string[] = ['manual', 'evaluation'];

/** Nodes that only start a workflow when somebody tests it. */
const TEST_TRIGGERS = ['n8n-nodes-base.manualTrigger', 'n8n-nodes-base.evaluationTrigger'];

/**
 * Whether somebody is trying the workflow out. For a sub-workflow, n8n does not say how its parent was started, only by
 * which trigger: so there a test is recognized by the trigger alone.
 */
export function isTestRun(context: IExecuteFunctions | ITriggerFunctions): boolean {
	if (TESTS.includes(context.getMode())) return true;
	const startedBy = context.getExecutionContext()?.triggerNode?.type ?? '';
	return context.getMode() === 'integrated' && TEST_TRIGGERS.includes(startedBy);
}
