import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { runWorkflow, type FinishedRun, type WorkflowRun } from '../support/run-workflow';
import type { EmbeddedPools } from './embedded-pools';

interface More extends Partial<WorkflowRun> {
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
}

/** Runs Assign Coupon alone, for each item's `email` unless told otherwise. */
export function assignIn(pools: EmbeddedPools) {
	return async (
		items: INodeExecutionData[],
		parameters: IDataObject,
		{ onError, ...run }: More = {},
	): Promise<FinishedRun> =>
		await runWorkflow({
			credential: pools.credential,
			items,
			steps: [
				{
					node: 'AssignCoupon',
					parameters: { recipient: '={{ $json.email }}', ...parameters },
					settings: { onError },
				},
			],
			...run,
		});
}

/** An item for each, numbered by `n`. */
export function people(...names: string[]): INodeExecutionData[] {
	return names.map((name, n) => ({ json: { n, email: name && `${name}@example.com` } }));
}
