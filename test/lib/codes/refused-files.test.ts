import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

import type { UploadOptions, UploadSource } from '../../../lib';
import { onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { inPieces, textRows, utf16, workbook, workbookParts, zip } from './make-files';

interface Case {
	file: UploadSource;
	options?: UploadOptions;
	error: { code: string; message: string | RegExp; hint?: string | RegExp };
}

const WORKBOOK = workbook({ rows: textRows([['A1']]) });

/** Bytes that begin so, and go on as nobody reads. */
const beginning = (start: string) =>
	Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(100, 1)]);

const invalidFile = (message: string | RegExp, hint?: string | RegExp): Case['error'] => ({
	code: 'invalid_file',
	message,
	...(hint === undefined ? {} : { hint }),
});

const notCodes = (what: string) =>
	invalidFile(
		`codes.csv is ${what}, not a list of codes`,
		'Save the codes as CSV, TXT or XLSX and upload that.',
	);

const csv = { fileName: 'codes.csv' };

const withPart = (name: string, content: string) =>
	zip({ ...workbookParts({ rows: textRows([['A1']]) }), [name]: content });

const cases: Record<string, Case> = {
	'an empty file': {
		file: Buffer.alloc(0),
		options: csv,
		error: invalidFile('codes.csv is empty'),
	},
	'an empty stream': { file: inPieces('', 10), error: invalidFile('The file is empty') },
	'empty text': { file: '', error: invalidFile('The text is empty', /at least one code/) },
	'blank text': { file: ' \n\n\t\n', error: invalidFile('The text holds no codes') },
	'a lone byte order mark': {
		file: Buffer.from('\ufeff'),
		options: csv,
		error: invalidFile('codes.csv holds no codes'),
	},
	'codes one after another on one line': {
		file: 'Q4-A, Q5-B, Q6-C\n',
		error: {
			code: 'invalid_input',
			message: 'The text has one line only, with several codes in it: "Q4-A", "Q5-B", "Q6-C"',
			hint: /Put each code on a line of its own/,
		},
	},
	'a heading without codes': {
		file: 'coupon_code\n',
		options: csv,
		error: invalidFile('codes.csv holds no codes'),
	},
	'an empty workbook': {
		file: workbook({ rows: '' }),
		options: { fileName: 'codes.xlsx' },
		error: invalidFile('codes.xlsx holds no codes'),
	},
	'a workbook that is called CSV': {
		file: WORKBOOK,
		options: csv,
		error: invalidFile(
			'codes.csv is an Excel workbook (XLSX), not CSV as its name says',
			'Rename it so that it ends in .xlsx, or save it anew as what its name says.',
		),
	},
	'text that is called XLSX': {
		file: 'A1\nB2',
		options: { fileName: 'Codes.XLSX' },
		error: invalidFile(
			'Codes.XLSX is plain text, not an Excel workbook (XLSX) as its name says',
			'Rename it so that it ends in .csv, or save it anew as what its name says.',
		),
	},
	'text that is called PDF': {
		file: 'A1\nB2',
		options: { fileName: 'codes.pdf' },
		error: invalidFile('codes.pdf is plain text, not a PDF document as its name says'),
	},
	'a workbook, where CSV was chosen': {
		file: WORKBOOK,
		options: { format: 'csv' },
		error: invalidFile(
			'The file is an Excel workbook (XLSX), not CSV as its format says',
			'Choose XLSX as the format, or save the file anew.',
		),
	},
	'an old workbook': {
		file: beginning('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
		options: csv,
		error: notCodes('an old Excel workbook (XLS), or one with a password'),
	},
	'a PDF': { file: beginning('%PDF-1.7'), options: csv, error: notCodes('a PDF document') },
	'an image': {
		file: beginning('\x89PNG\r\n\x1a\n'),
		options: csv,
		error: notCodes('a PNG image'),
	},
	'a gzip archive': {
		file: beginning('\x1f\x8b\x08'),
		options: csv,
		error: notCodes('a gzip archive'),
	},
	'a page that asks to sign in': {
		file: '\n<!DOCTYPE html><html>',
		options: csv,
		error: notCodes('a web page or XML'),
	},
	JSON: { file: '[\n {"code": "A1"}]', options: csv, error: notCodes('JSON') },
	'a ZIP archive of something else': {
		file: zip({ 'codes.csv': 'A1' }),
		options: csv,
		error: notCodes('a ZIP archive'),
	},
	'a Word document': {
		file: zip({ '[Content_Types].xml': '', 'word/document.xml': '' }),
		options: csv,
		error: notCodes('a Word document (DOCX)'),
	},
	'an OpenDocument spreadsheet': {
		file: zip({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '' }),
		options: csv,
		error: notCodes('an OpenDocument file (ODS)'),
	},
	'a ZIP archive that was cut off': {
		file: WORKBOOK.subarray(0, WORKBOOK.length - 30),
		error: invalidFile(/^The file is a damaged workbook or archive: /, /save it anew/),
	},
	'a workbook with broken XML': {
		file: withPart('xl/worksheets/sheet1.xml', '<worksheet><row></worksheet>'),
		error: invalidFile(/^The file is a damaged workbook or archive: .*unexpected close tag/s),
	},
	'a workbook with XML that would blow up': {
		file: withPart(
			'xl/worksheets/sheet1.xml',
			'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><row><c t="str"><v>&b;</v></c></row></worksheet>',
		),
		error: invalidFile(/^The file is a damaged workbook or archive: .*undefined entity/s),
	},
	'a workbook without a sheet': {
		file: withPart('xl/workbook.xml', '<workbook><sheets/></workbook>'),
		error: invalidFile('The file is a workbook without a sheet of cells'),
	},
	'a workbook with more sheets than any': {
		file: withPart(
			'xl/workbook.xml',
			`<workbook><sheets>${'<sheet state="hidden"/>'.repeat(200_000)}</sheets></workbook>`,
		),
		error: invalidFile(/^The file is a damaged workbook .*: it has more than 10,000 sheets$/),
	},
	'a workbook with more relations than any': {
		file: withPart('xl/_rels/workbook.xml.rels', `<R>${'<Relationship/>'.repeat(20_000)}</R>`),
		error: invalidFile(/^The file is a damaged workbook .*: it has more than 10,000 relations$/),
	},
	'a workbook with more styles than any': {
		file: withPart('xl/styles.xml', `<s><cellXfs>${'<xf/>'.repeat(200_000)}</cellXfs></s>`),
		error: invalidFile(/^The file is a damaged workbook .*: it has more than 100,000 styles$/),
	},
	'a workbook whose elements never end': {
		file: withPart('xl/workbook.xml', '<a>'.repeat(100_000)),
		error: invalidFile(/: it has more than 1,000 elements within each other$/),
	},
	'a workbook that says that it unpacks to gigabytes': {
		file: zip(workbookParts({ rows: '' }), { 'xl/worksheets/sheet1.xml': 4_000_000_000 }),
		error: invalidFile('The file unpacks to more than 512 MB (xl/worksheets/sheet1.xml)', /as CSV/),
	},
	'a workbook that unpacks to more than it says': {
		file: zip(workbookParts({ rows: textRows([['A1'.repeat(10_000)]]) }), {
			'xl/worksheets/sheet1.xml': 10,
		}),
		error: invalidFile(/^The file is a damaged workbook or archive: too many bytes/),
	},
	'a cell of megabytes': {
		file: workbook({ rows: textRows([['A'.repeat(3_000_000)]]) }),
		error: invalidFile(/a cell holds more than a million characters/),
	},
	'text in an old encoding': {
		file: Buffer.from('A1\nB2\nGR\xdcN\n', 'latin1'),
		options: csv,
		error: invalidFile(
			'codes.csv holds bytes that are not UTF-8 text, at about line 3',
			/CSV UTF-8/,
		),
	},
	'a character that is cut off at the end': {
		file: Buffer.from('A1\nB€').subarray(0, 5),
		error: invalidFile(/^The file holds bytes that are not UTF-8 text/),
	},
	'UTF-16 that is cut off': {
		file: utf16('A1\nB2', 'le').subarray(0, -1),
		error: invalidFile(/^The file holds bytes that are not UTF-16 text/),
	},
	'a binary file': {
		file: Buffer.from('A1\0\0\0\x07\nB2'),
		error: invalidFile('The file is a binary file, not a list of codes'),
	},
	'a quote that is never closed': {
		file: 'A1\n"B2\nC3\n',
		error: invalidFile('The text: the quote that opens in line 2 is never closed', /Close it/),
	},
	'a line of megabytes': {
		file: inPieces(`A1\nB2\n${'x'.repeat(5_000_000)}`, 60_000),
		error: invalidFile(/^The file: line 3 is longer than 64 KB/),
	},
	'a delimiter of two characters': {
		file: 'A1',
		options: { delimiter: '::' },
		error: { code: 'invalid_input', message: 'The delimiter "::" is not one character' },
	},
	'a column that the file has not': {
		file: 'Code,Name\nA1,x',
		options: { codeColumn: 'Voucher no.' },
		error: {
			code: 'invalid_input',
			message: 'The text has no column "Voucher no.": its first line is "Code", "Name"',
			hint: 'Choose a heading of the file, or the number of a column, from 1.',
		},
	},
	'a column number past the last': {
		file: 'A1,x',
		options: { codeColumn: 3 },
		error: { code: 'invalid_input', message: /^The text has no column 3/ },
	},
	'an expiry column in a file of one column': {
		file: 'A1\nB2',
		options: { expiry: 'column' },
		error: { code: 'invalid_input', message: /^The text has no column with an expiry/ },
	},
	'an expiry column in a workbook of one column': {
		file: workbook({ rows: textRows([['code'], ['A1'], ['B2']]) }),
		options: { expiry: 'column' },
		error: {
			code: 'invalid_input',
			message: 'The file has no column with an expiry: its first line is "code"',
			hint: 'Choose the column with the expiry by its heading or number, check the delimiter, or choose another kind of expiry.',
		},
	},
	'an expiry column that none of several headings names': {
		file: workbook({
			rows: textRows([
				['code', 'Rabatt', 'Laufzeit Ende'],
				['A1', '', '2031-01-01'],
			]),
		}),
		options: { expiry: 'column' },
		error: {
			code: 'invalid_input',
			message:
				'The file has no column with an expiry: its first line is "code", "Rabatt", "Laufzeit Ende"',
		},
	},
	'an expiry column in text that none of several headings names': {
		file: 'Note,Code,Ends\nx,A1,2031-01-01',
		options: { expiry: 'column' },
		error: { code: 'invalid_input', message: /^The text has no column with an expiry/ },
	},
	'an expiry column without an expiry': {
		file: workbook({ rows: textRows([['A1'], ['B2']]) }),
		options: { expiry: 'column' },
		error: {
			code: 'invalid_input',
			message: 'The file has no expiry in any of its rows: the column for it is empty',
			hint: 'Choose the column with the expiry by its heading or number, or another kind of expiry.',
		},
	},
	'an expiry for all that is missing': {
		file: 'A1',
		options: { expiry: 'date' },
		error: {
			code: 'invalid_input',
			message: 'The codes are to expire on one date, and it is missing',
		},
	},
	'an expiry for all that is past': {
		file: 'A1',
		options: { expiry: 'date', expiresAt: '2020-01-01' },
		error: { code: 'invalid_input', message: 'The codes would have expired on 2020-01-01 already' },
	},
	'an expiry for all that is past, west of Greenwich': {
		file: 'A1',
		options: { expiry: 'date', expiresAt: '2026-01-01', timezone: 'America/New_York' },
		error: { code: 'invalid_input', message: 'The codes would have expired on 2026-01-01 already' },
	},
	'an expiry for all that is no date': {
		file: 'A1',
		options: { expiry: 'date', expiresAt: 'next summer' },
		error: { code: 'invalid_input', message: /"next summer" is not a date/ },
	},
	'a timezone that is none': {
		file: 'A1',
		options: { timezone: 'Mars/Olympus' },
		error: { code: 'invalid_input', message: /no timezone "Mars\/Olympus"/ },
	},
	'what is no source at all': {
		file: 42 as unknown as string,
		error: { code: 'invalid_input', message: /neither a file, nor text, nor a list/ },
	},
	'rows that break the rules, where they refuse the file': {
		file: 'A1\nB 2\nC3\nD 4\nE 5\nF 6\n',
		options: { ...csv, invalidRows: 'refuse' },
		error: {
			code: 'rows_refused',
			message:
				'codes.csv: 4 of 6 rows break the rules: line 2: "B 2" contains white space; line 4: "D 4" contains white space; line 5: "E 5" contains white space; …',
			hint: 'Nothing was stored. Correct these rows, or let invalid rows be skipped.',
		},
	},
};

const temporaryFolders = () =>
	readdirSync(tmpdir()).filter((name) => name.startsWith('coupon-pools-upload-'));

onPostgres('an upload refuses, and stores nothing', (fixture) => {
	const before = temporaryFolders();

	it.each(Object.entries(cases))('%s', async (_, { file, options, error }) => {
		const pool = await poolWith(fixture, 0);
		await expect(fixture.coupons.uploadCodes(pool.id, file, options)).rejects.toMatchObject({
			name: 'CouponPoolsError',
			code: error.code,
			message: matching(error.message),
			hint: error.hint === undefined ? expect.any(String) : matching(error.hint),
		});
		expect(
			await fixture.database.query(
				'select code from :schema.codes union all select file_name from :schema.batches',
			),
		).toEqual([]);
	});

	it('and leaves no temporary file behind', async () => {
		const left = () => temporaryFolders().filter((name) => !before.includes(name));
		// Other tests may be reading a workbook at this moment; what is left behind stays.
		for (let tries = 0; left().length > 0 && tries < 50; tries++) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		expect(left()).toEqual([]);
	});

	it('a pool that is not there', async () => {
		for (const id of ['4711', 'x', '', '99999999999999999999', "1'; drop"]) {
			await expect(fixture.coupons.uploadCodes(id, 'A1')).rejects.toMatchObject({
				code: 'pool_not_found',
				message: `There is no pool with the id ${JSON.stringify(id)}`,
			});
		}
	});

	it('a shared pool, whose code is set in the pool itself', async () => {
		const pool = await fixture.coupons.createPool({ name: 'Spring', type: 'shared' });
		await expect(fixture.coupons.uploadCodes(pool.id, 'A1')).rejects.toMatchObject({
			code: 'wrong_pool_type',
			message:
				'The pool “Spring” is a shared pool: its one code for everybody is set in the pool itself',
			hint: expect.stringContaining('unique pool'),
		});
	});
});

function matching(expected: string | RegExp): unknown {
	return expected instanceof RegExp ? expect.stringMatching(expected) : expected;
}
