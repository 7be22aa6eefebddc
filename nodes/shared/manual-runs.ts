import type { IExecuteFunctions, NodeHint } from 'n8n-workflow';
import { WHY_CLOSED } from '../../lib';
import type { CouponPools, Pool, PreviewOptions } from '../../lib';
import { isTestRun } from './test-runs';

/**
 * What a node with 'On Manual Runs' gives on this run instead of real codes, which it says in a hint; undefined if it
 * is to take real ones.
 */
export function previewInstead(context: IExecuteFunctions): PreviewOptions['as'] {
	const onManualRuns = context.getNodeParameter('onManualRuns', 0, 'code') as
		| 'code'
		| 'outOfStock'
		| 'defaultCode'
		| 'real';
	if (!isTestRun(context) || onManualRuns === 'real') return undefined;
	const example = {
		code: 'The codes are previews: nothing was taken from the pool.',
		defaultCode: 'Simulated: as if the pool gave its default code. Nothing was taken from it.',
		outOfStock: 'Simulated: as if the pool had no code left. Nothing was taken from it.',
	}[onManualRuns];
	context.addExecutionHints({
		message: `${example} To take real codes on manual runs, choose 'Take a Real Code' under 'On Manual Runs'.`,
		location: 'outputPane',
	});
	return onManualRuns;
}

/**
 * Says beside previews of a pool's codes what a real run would not give now: a preview only shows what a code looks
 * like.
 *
 * @param wanted how many codes the run would take at most
 */
export async function warnOfPreview(
	context: IExecuteFunctions,
	coupons: CouponPools,
	{ id, name, type, defaultCode }: Pool,
	wanted: number,
): Promise<void> {
	const [{ status, available }] = await coupons.checkThreshold([id]);
	const closed = WHY_CLOSED[status];
	// A dynamic pool has missing codes made.
	const isShort = type !== 'dynamic' && available !== null && available < wanted;
	if (closed === undefined && !isShort) return;
	const left = { 0: 'no code', 1: '1 code' }[available ?? 0] ?? `${available} codes`;
	const stock = `has ${left} to give${available === 0 ? '' : ` for ${wanted} items`}`;
	const instead = defaultCode === null ? 'no code' : 'its default code';
	context.addExecutionHints({
		message: closed
			? `The pool ${name} ${closed}: in production, these items would get no code.`
			: `The pool ${name} ${stock}: in production, whoever holds none yet would get ${instead}${available === 0 ? '' : ' when they are used up'}.`,
		type: 'warning',
		location: 'outputPane',
	});
}

/**
 * What the output pane says about manual runs before the first run.
 *
 * @param condition the inside of an expression: whether the node takes codes at all
 */
export function manualRunHints(condition?: string): NodeHint[] {
	const where = (runs: string) => `={{ ${[condition, runs].filter(Boolean).join(' && ')} }}`;
	return [
		{
			message:
				"Manual runs give preview codes and take nothing from the pool. 'On Manual Runs' changes that.",
			type: 'info',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
			displayCondition: where('$parameter["onManualRuns"] !== "real"'),
		},
		{
			message: 'Manual runs take real codes from the pool.',
			type: 'warning',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
			displayCondition: where('$parameter["onManualRuns"] === "real"'),
		},
	];
}
