import type { Cell, Row } from './row';

/** How many items are handed on at once. */
const BLOCK = 5000;

/** Items as rows with a cell for each field; the line is the position, from 1. */
export async function* readItemRows(
	items: AsyncIterable<object>,
	fields: readonly string[],
): AsyncGenerator<Row[], void> {
	let line = 0;
	let rows: Row[] = [];
	for await (const item of items) {
		line++;
		const cells = fields.map((field) => asCell((item as Record<string, unknown>)[field]));
		rows.push({ line, cells });
		if (rows.length === BLOCK) {
			yield rows;
			rows = [];
		}
	}
	yield rows;
}

/** Items come from JSON, whatever their type says. */
function asCell(value: unknown): Cell {
	if (typeof value === 'string' || value instanceof Date) {
		return value;
	}
	if (value === null || value === undefined) {
		return '';
	}
	return {
		type: 'number',
		raw: typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value),
		padding: 0,
	};
}
