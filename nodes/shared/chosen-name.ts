import type { IExecuteFunctions } from 'n8n-workflow';
import type { Pool } from '../../lib';
import { nameInList } from './pool-locator';

/**
 * Says beside the output if the pool has another name than the panel shows: mostly it was renamed, but where a workflow
 * was moved to another database, another pool may have the ID there, and would give its codes.
 */
export function warnOfOtherName(context: IExecuteFunctions, pools: Iterable<Pool>): void {
	const locator: unknown = context.getNodeParameter('pool', 0, '', { rawExpressions: true });
	if (typeof locator !== 'object' || locator === null) return;
	const { mode, value, cachedResultName: shown } = locator as Record<string, unknown>;
	if (mode !== 'list' || typeof shown !== 'string') return;
	for (const pool of pools) {
		const inList = nameInList(pool);
		const isSame = shown === pool.name || shown.replace(/ – archived$/, '') === inList;
		if (pool.id !== String(value) || isSame) continue;
		context.addExecutionHints({
			message: `The pool that was chosen as ${JSON.stringify(shown)} is ${JSON.stringify(inList)} here. If it was not renamed, this is another database: choose the pool From List once more.`,
			type: 'warning',
			location: 'outputPane',
		});
	}
}
