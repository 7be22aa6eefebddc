import { NumericCodes } from './lost-zeros';
import type { InvalidRow } from './upload-report';

/** Invalid rows that a report has at most. */
export const REPORTED_ROWS = 20;

/** What was seen while rows were read, complete once the last of them was. */
export class SeenRows {
	received = 0;

	/** Whether any row has something in the place of its expiry. */
	hasExpiry = false;

	invalid = 0;

	/** The first ones, in the order of their lines. */
	invalidRows: InvalidRow[] = [];

	readonly numericCodes = new NumericCodes();

	addInvalid(count: number, rows: readonly InvalidRow[]): void {
		this.invalid += count;
		if (rows.length === 0) {
			return;
		}
		this.invalidRows = [...this.invalidRows, ...rows]
			.sort((one, other) => one.line - other.line)
			.slice(0, REPORTED_ROWS);
	}
}
