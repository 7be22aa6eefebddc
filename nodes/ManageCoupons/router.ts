import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Pool } from '../../lib';
import { withPoolsOfNode } from '../shared/database-credential';
import { forEachItem, invalidParameter, runNode } from '../shared/errors';
import { itemIndexes } from '../shared/output-items';
import { poolFinder, poolReferenceReader } from '../shared/pool-locator';
import { recordUses } from '../shared/uses';
import { assignment } from './assignment';
import { batch } from './batch';
import { code } from './code';
import type { Operation, Resource } from './operation';
import { pool } from './pool';
import { recipient } from './recipient';
import { sharedCode } from './sharedCode';

export const resources: Readonly<Record<string, Resource>> = {
	assignment,
	batch,
	code,
	pool,
	recipient,
	sharedCode,
};

/** Runs the chosen operation for each input item. */
export async function manageCoupons(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		const resource = String(context.getNodeParameter('resource', 0));
		const operationName = String(context.getNodeParameter('operation', 0));
		const operation = chosenOperation(resource, operationName);
		return await withPoolsOfNode(context, async (coupons) => {
			const find = poolFinder(coupons);
			const used: Array<{ poolId: string }> = [];
			let reference: ReturnType<typeof poolReferenceReader> | undefined;
			const calls = itemIndexes(context).map((itemIndex) => {
				const findPool = async (): Promise<Pool> => {
					const found = await find((reference ??= poolReferenceReader(context))(itemIndex));
					used.push({ poolId: found.id });
					return found;
				};
				return { context, coupons, itemIndex, pool: findPool };
			});
			const items =
				'executeAll' in operation
					? await operation.executeAll(calls)
					: await forEachItem(
							context,
							itemIndexes(context),
							async (itemIndex) => await operation.execute(calls[itemIndex]),
						);
			// Whoever looks at a pool itself, or tidies up, does not depend on it.
			if (resource !== 'pool') recordUses(context, coupons, useName(resource, operationName), used);
			return [items];
		});
	});
}

/** `Manage Coupons: redeem code`. */
function useName(resource: string, operation: string): string {
	const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
	return `Manage Coupons: ${words(operation)} ${words(resource)}`;
}

function chosenOperation(resource: string, operation: string): Operation {
	const operations = Object.hasOwn(resources, resource) ? resources[resource].operations : {};
	if (!Object.hasOwn(operations, operation)) {
		throw invalidParameter(
			`Manage Coupons has no operation '${operation}' for '${resource}'`,
			"Choose one from the lists 'Resource' and 'Operation'.",
		);
	}
	return operations[operation];
}
