import type { IExecuteFunctions, ITriggerFunctions } from 'n8n-workflow';

/** An evaluation runs the workflow on test data, so it is a test like a manual run. */
const TESTS: readonly string[] = ['manual', 'evaluation'];

/** Nodes that only start a workflow when somebody tests it. */
const TEST_TRIGGERS = ['n8n-nodes-base.manualTrigger', 'n8n-nodes-base.evaluationTrigger'];

/**
 * Whether somebody is trying the workflow out.
 *
 * A failed test that is retried from the list of executions runs in a mode of its own, and n8n remembers how the test
 * was started. For a sub-workflow, it does not say how its parent was started, only by which trigger: so there a test is
 * recognized by the trigger alone.
 */
export function isTestRun(context: IExecuteFunctions | ITriggerFunctions): boolean {
	const { source, triggerNode } = context.getExecutionContext() ?? {};
	const mode = context.getMode() === 'retry' ? source : context.getMode();
	if (mode === undefined) return false;
	return (
		TESTS.includes(mode) ||
		(mode === 'integrated' && TEST_TRIGGERS.includes(triggerNode?.type ?? ''))
	);
}
