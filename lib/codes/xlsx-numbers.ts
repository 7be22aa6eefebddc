import type { Cell, SheetNumber } from './row';

/** How a style shows a number: as a date, or with the padding of a `SheetNumber`. */
export type NumberForm = 'date' | Pick<SheetNumber, 'padding'>;

const PLAIN: NumberForm = { padding: 0 };

/** Excel's limit; without one, brackets that are never closed would take hours to be looked through. */
const LONGEST_FORMAT = 255;

/**
 * Reads a number format.
 *
 * @param id of the format; those below 164 are built in (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58
 *   are dates in East Asian versions)
 * @param code the format's own text, if the workbook states it
 */
export function numberForm(id: number, code: string | undefined): NumberForm {
	if (code === undefined) {
		const isDate =
			(id >= 14 && id <= 22) ||
			(id >= 27 && id <= 36) ||
			(id >= 45 && id <= 47) ||
			(id >= 50 && id <= 58);
		return isDate ? 'date' : PLAIN;
	}
	if (code.length > LONGEST_FORMAT) {
		return { padding: null };
	}
	// What is quoted, escaped or in brackets (colours, locales) is not part of a date; elapsed time is.
	const bare = code
		.replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
		.replaceAll(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
	return /[ymdhs]/i.test(bare) && !/general/i.test(bare) ? 'date' : digitsOf(code);
}

/** What the first section of a format, the one for positive numbers, makes of the digits. */
function digitsOf(code: string): NumberForm {
	const [section] = code
		// Blank space, as wide as a character or as the cell, is not seen; what is quoted or escaped is, as one quote here.
		.replaceAll(/"[^"]*"|\\.|_.|\*./g, (part) => (/^(?:[_*].|"")$/.test(part) ? '' : '"'))
		// Colours and conditions are not seen either, currencies are.
		.replaceAll(/\[(?!\$[^-\]])[^\]]*\]/g, '')
		.split(';');
	if (/^0{2,}$/.test(section)) {
		return { padding: section.length };
	}
	const isBare = /^[0#?.,@]*$/.test(section.replace(/general|E[+-]/i, ''));
	return isBare ? PLAIN : { padding: null };
}

const DAY = 86_400_000;

/** The last day that a spreadsheet knows: 9999-12-31. */
const LAST_SERIAL = 2_958_465;

/** The cell of a number as the sheet stores it. */
export function numberCell(raw: string, form: NumberForm = PLAIN, from1904 = false): Cell {
	if (form === 'date') {
		const serial = Number(raw);
		if (raw.trim() !== '' && serial >= 0 && serial < LAST_SERIAL + 1) {
			return { type: 'date', iso: isoOfSerial(serial, from1904) };
		}
	}
	return { type: 'number', raw, padding: form === 'date' ? 0 : form.padding };
}

/** Days since 1900-01-00, with a 29 February 1900 that never was (kept from Lotus 1-2-3); or since 1904-01-01. */
function isoOfSerial(serial: number, from1904: boolean): string {
	const dayZero = from1904
		? Date.UTC(1904, 0, 1)
		: Date.UTC(1899, 11, 30) + (serial < 60 ? DAY : 0);
	// To the second: a time of day is a fraction of a day, of which a float keeps no exact milliseconds.
	const instant = new Date(dayZero + Math.round((serial * DAY) / 1000) * 1000);
	const iso = instant.toISOString();
	return Number.isInteger(serial) ? iso.slice(0, 10) : iso.slice(0, 19);
}
