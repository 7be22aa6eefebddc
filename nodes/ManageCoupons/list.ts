import type { INodeProperties } from 'n8n-workflow';
import { checkFlag, type PageRequest } from '../../lib';
import { numberFrom } from '../shared/numbers';
import type { Call } from './operation';

/** How much of a long list is wanted. */
export const howMany: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

const LARGEST_PAGE = 1000;

/** Reads page by page until there are as many as 'Limit' says, or all. */
export async function readPages<Row>(
	{ context, itemIndex }: Call,
	read: (page: PageRequest) => Promise<{ rows: readonly Row[]; next: string | null }>,
): Promise<Row[]> {
	const all = checkFlag(context.getNodeParameter('returnAll', itemIndex, false), 'Return All');
	const most = all
		? Infinity
		: numberFrom(context.getNodeParameter('limit', itemIndex, 50), 'Limit');
	const rows: Row[] = [];
	let after: string | undefined;
	while (rows.length < most) {
		const page = await read({ after, limit: Math.min(most - rows.length, LARGEST_PAGE) });
		for (const row of page.rows) rows.push(row);
		if (page.next === null) break;
		after = page.next;
	}
	return rows;
}
