/** One row of what is uploaded, before anything in it is checked. */
export interface Row {
	/** Line of the file, from 1; row of the sheet; or position among the items. */
	readonly line: number;
	readonly cells: readonly Cell[];
}

/** An empty cell is an empty string. */
export type Cell = string | Date | SheetNumber | SheetDate;

/** A number of a spreadsheet: what its digits once were may be lost. */
export interface SheetNumber {
	readonly type: 'number';
	/** As the sheet stores it, or as JavaScript writes it. */
	readonly raw: string;
	/**
	 * Digits that the cell's format fills up with leading zeros, as `00000000` does; 0 if it does not. Null if it shows
	 * something beside the digits, as `"SAVE-"0000` does: then the number is not what a person sees.
	 */
	readonly padding: number | null;
}

/** A date of a spreadsheet, without a timezone. */
export interface SheetDate {
	readonly type: 'date';
	/** ISO 8601, without a time where the cell has none. */
	readonly iso: string;
}

/** What a person would see in the cell, more or less: for headings and reports. */
export function cellText(cell: Cell | undefined): string {
	if (cell === undefined || typeof cell === 'string') {
		return cell ?? '';
	}
	if (cell instanceof Date) {
		return Number.isNaN(cell.getTime()) ? 'an invalid date' : cell.toISOString();
	}
	return cell.type === 'number' ? cell.raw : cell.iso;
}
