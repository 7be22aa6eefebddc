import { NodeConnectionTypes, type IExecuteFunctions } from 'n8n-workflow';

/**
 * Whether an AI agent has called the node. Agents up to version 2 call it themselves; later ones let the engine run it
 * like any node, and only the node itself says where its answer goes.
 */
export function isToolRun(context: IExecuteFunctions): boolean {
	return (
		context.isToolExecution() || context.getNode().rewireOutputLogTo === NodeConnectionTypes.AiTool
	);
}
