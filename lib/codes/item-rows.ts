import type { Cell, Row } from './row';
import type { UploadItem } from './upload-source';

/** How many items are handed on at once. */
const BLOCK = 5000;

/** Items as rows of two cells, code and expiry; the line is the position, from 1. */
export async function* readItemRows(items: AsyncIterable<UploadItem>): AsyncGenerator<Row[], void> {
	let line = 0;
	let rows: Row[] = [];
	for await (const item of items) {
		line++;
		rows.push({ line, cells: [asCell(item.code), asCell(item.expiresAt)] });
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
