import { NodeConnectionTypes, type IExecuteFunctions, type INode } from 'n8n-workflow';

/**
 * Whether an AI agent has called the node. Agents up to version 2 call it themselves; later ones let the engine run it
 * like any node, and only the node itself says where its answer goes.
 */
export function isToolRun(context: IExecuteFunctions): boolean {
	return context.isToolExecution() || isRunForAgent(context.getNode());
}

/** Whether the engine runs the node for an agent. */
export function isRunForAgent(node: INode): boolean {
	return node.rewireOutputLogTo === NodeConnectionTypes.AiTool;
}
