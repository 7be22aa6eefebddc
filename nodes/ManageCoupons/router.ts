import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Pool } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { forEachItem, invalidParameter, runNode } from '../shared/errors';
import { itemIndexes } from '../shared/output-items';
import { poolFinder, poolReferenceReader } from '../shared/pool-locator';
import { assignment } from './assignment';
import { batch } from './batch';
import { code } from './code';
import type { Operation, Resource } from './operation';
import { pool } from './pool';
import { recipient } from './recipient';

export const resources: Readonly<Record<string, Resource>> = {
	assignment,
	batch,
	code,
	pool,
	recipient,
};

/** Runs the chosen operation for each input item. */
export async function manageCoupons(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		const operation = chosenOperation(context);
		return await withPoolsOfNode(context, async (coupons) => {
			const find = poolFinder(coupons);
			let reference: ReturnType<typeof poolReferenceReader> | undefined;
			const items = await forEachItem(context, itemIndexes(context), async (itemIndex) => {
				const findPool = async (): Promise<Pool> =>
					await find((reference ??= poolReferenceReader(context))(itemIndex));
				return await operation.execute({ context, coupons, itemIndex, pool: findPool });
			});
			return [items];
		});
	});
}

function chosenOperation(context: IExecuteFunctions): Operation {
	const resource = String(context.getNodeParameter('resource', 0));
	const operation = String(context.getNodeParameter('operation', 0));
	const operations = Object.hasOwn(resources, resource) ? resources[resource].operations : {};
	if (!Object.hasOwn(operations, operation)) {
		throw invalidParameter(
			`Manage Coupons has no operation '${operation}' for '${resource}'`,
			"Choose one from the lists 'Resource' and 'Operation'.",
		);
	}
	return operations[operation];
}
