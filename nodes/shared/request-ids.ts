import { hash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { isToolRun } from './tool-runs';

/** 132 of the 256 bits are enough to keep any two apart, and every assignment writes them twice. */
const LENGTH = 22;

/** @param what what the item asks for, and for whom */
type StandIn = (itemIndex: number, ...what: readonly string[]) => string | undefined;

/**
 * Request IDs for items that have none: the same for each try of one run of this node, so that Retry
 * on Fail never does a thing twice.
 *
 * n8n's execution numbers alone are not enough: another n8n on the same pools, or one that was set up
 * anew, counts from 1 again. So the instance, and what is asked for, are part of it.
 */
export function standInRequestId(context: IExecuteFunctions): StandIn {
	const executionId = context.getExecutionId();
	if (!executionId) return () => undefined;
	const run = [context.getInstanceId(), executionId, context.getNode().id];
	// For a tool, n8n counts each try as a new run; but an agent that asks twice for the same recipient means the same
	// code.
	const isTool = isToolRun(context);
	if (!isTool) run.push(String(context.getWorkflowDataProxy(0).$runIndex));
	const ofRun = JSON.stringify(run);
	return (itemIndex, ...what) => {
		let request = `${ofRun} ${isTool ? 'tool' : itemIndex}`;
		// Includes the length, so that no two lists of texts make the same whole.
		for (const text of what) request += ` ${text.length} ${text}`;
		return `${executionId}:${hash('sha256', request, 'base64url').slice(0, LENGTH)}`;
	};
}
