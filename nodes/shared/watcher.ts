import { createHash } from 'node:crypto';
import type { FunctionsBase } from 'n8n-workflow';

/** A step's name in the tables: the same after a restart and in every process of this n8n, another in another n8n. */
export function watcherOf(
	context: Pick<FunctionsBase, 'getInstanceId' | 'getWorkflow' | 'getNode'>,
): string {
	const ids = [context.getInstanceId(), context.getWorkflow().id, context.getNode().id];
	return `n8n:${createHash('sha256').update(JSON.stringify(ids)).digest('base64url')}`;
}
