import { CouponPoolsError } from '../errors';

/** What a file is by its first bytes. Whether an archive holds a workbook is seen when it is opened. */
export type FileKind = 'text' | 'zip';

/** What the caller, or the file's name, says that the file is. */
export interface StatedKind {
	/** As in an error: `CSV`. */
	readonly label: string;
	readonly kind: 'text' | 'workbook' | 'other';
	readonly by: 'format' | 'name';
}

const WORKBOOK = 'an Excel workbook (XLSX)';

/** First bytes of what people upload by mistake. */
const SIGNATURES: ReadonlyArray<readonly [signature: string, is: string]> = [
	['%PDF', 'a PDF document'],
	['\x89PNG', 'a PNG image'],
	['\xff\xd8\xff', 'a JPEG image'],
	['GIF8', 'a GIF image'],
	['\x1f\x8b', 'a gzip archive'],
	['BZh', 'a bzip2 archive'],
	['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
	['Rar!\x1a\x07', 'a RAR archive'],
	['\x28\xb5\x2f\xfd', 'a Zstandard archive'],
	['\xd0\xcf\x11\xe0', 'an old Excel workbook (XLS), or one with a password'],
	['{\\rtf', 'an RTF document'],
	['PAR1', 'a Parquet file'],
	['SQLite format 3', 'an SQLite database'],
];

const NAMES: Readonly<Record<string, Omit<StatedKind, 'by'>>> = {
	csv: { label: 'CSV', kind: 'text' },
	tsv: { label: 'TSV', kind: 'text' },
	txt: { label: 'TXT', kind: 'text' },
	xlsx: { label: WORKBOOK, kind: 'workbook' },
	xlsm: { label: WORKBOOK, kind: 'workbook' },
	xls: { label: 'an old Excel workbook (XLS)', kind: 'other' },
	ods: { label: 'an OpenDocument spreadsheet (ODS)', kind: 'other' },
	pdf: { label: 'a PDF document', kind: 'other' },
	zip: { label: 'a ZIP archive', kind: 'other' },
	gz: { label: 'a gzip archive', kind: 'other' },
};

/** What the file should be: by the format, else by the ending of its name; null if neither says. */
export function statedKind(format: string, fileName: string): StatedKind | null {
	if (format !== 'auto') {
		return { ...NAMES[format], by: 'format' };
	}
	const ending = /\.([a-z]+)$/i.exec(fileName)?.[1].toLowerCase() ?? '';
	return Object.hasOwn(NAMES, ending) ? { ...NAMES[ending], by: 'name' } : null;
}

/**
 * Looks at the first bytes of a file.
 *
 * @param name what errors call the file
 * @throws CouponPoolsError `invalid_file` if it can be neither text nor a workbook
 */
export function detectKind(head: Buffer, name: string): FileKind {
	const start = head.toString('latin1', 0, 512);
	if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) {
		return 'zip';
	}
	const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
	if (known !== undefined) {
		throw refusedKind(name, known[1]);
	}
	const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
	if (/^<(!doctype|html|\?xml|head|body)/i.test(text)) {
		// Mostly a page that asks to sign in, saved in place of the file.
		throw refusedKind(name, 'a web page or XML');
	}
	if (/^(\{\s*"|\[\s*[{["])/.test(text)) {
		throw refusedKind(name, 'JSON');
	}
	return 'text';
}

/** The error for a file that is well known, but not for codes. */
export function refusedKind(name: string, is: string): CouponPoolsError {
	return new CouponPoolsError('invalid_file', `${name} is ${is}, not a list of codes`, {
		hint: 'Save the codes as CSV, TXT or XLSX and upload that.',
	});
}

/** @throws CouponPoolsError `invalid_file` if the file is not what its name, or the caller, says */
export function checkStatedKind(
	stated: StatedKind | null,
	found: 'text' | 'workbook',
	name: string,
): void {
	if (stated === null || stated.kind === found) {
		return;
	}
	const is = found === 'workbook' ? WORKBOOK : 'plain text';
	const ending = found === 'workbook' ? '.xlsx' : '.csv';
	throw new CouponPoolsError(
		'invalid_file',
		`${name} is ${is}, not ${stated.label} as its ${stated.by} says`,
		{
			hint:
				stated.by === 'name'
					? `Rename it so that it ends in ${ending}, or save it anew as what its name says.`
					: `Choose ${ending.slice(1).toUpperCase()} as the format, or save the file anew.`,
		},
	);
}
