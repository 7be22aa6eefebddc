import { readInstant, type ReadDateOptions } from '../dates/read-date';
import { CouponPoolsError } from '../errors';
import { cellText, type Cell } from './row';

/**
 * Reads the date in a cell of a file. A workbook's own dates need no format. Where the end of something is asked for, a
 * time of 00:00:00 counts as none: that is how databases and spreadsheets write a mere date, and its whole day is
 * meant.
 *
 * @throws {CouponPoolsError} `invalid_input`. Its message becomes the reason in a report, which shows no hint, so it
 *   says itself what to do.
 */
export function readCellDate(cell: Cell, options: ReadDateOptions): Date {
	const isSheetDate = typeof cell === 'object' && 'type' in cell && cell.type === 'date';
	const format = (!isSheetDate && options.format) || undefined;
	try {
		return readInstant(cell instanceof Date ? cell : cellText(cell), {
			...options,
			format,
			midnight: options.edge === 'end' ? 'day' : 'time',
		});
	} catch (error) {
		if (!(error instanceof CouponPoolsError)) throw error;
		const reason = error.message.replace(/\.$/, '');
		throw new CouponPoolsError(
			error.code,
			format === undefined ? `${reason}; state its form under Date Format` : reason,
			{ hint: error.hint, cause: error },
		);
	}
}
