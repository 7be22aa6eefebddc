import type { UploadOptions, UploadSource } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { inPieces, textRows, utf16, workbook } from './make-files';

interface Case {
	/** A function where it is a stream, for each database uses it up. */
	file: UploadSource | (() => UploadSource);
	options?: UploadOptions;
	/** Code and line, and the expiry where there is one, in the order of the lines. */
	codes: Array<[code: string, line: number, expiresAt?: string]>;
	/** Line and reason. */
	invalid?: Array<[line: number, reason: string]>;
}

const AB: Case['codes'] = [
	['A1', 1],
	['B2', 2],
];

const cases: Record<string, Case> = {
	'one code a line': { file: 'A1\nB2\n', codes: AB },
	'no line break at the end': { file: 'A1\nB2', codes: AB },
	'a Windows file': { file: 'A1\r\nB2\r\n', codes: AB },
	'an old Mac file': { file: 'A1\rB2\r', codes: AB },
	'line ends of all kinds in one file': {
		file: 'A1\nB2\r\nC3\rD4',
		codes: [...AB, ['C3', 3], ['D4', 4]],
	},
	'a byte order mark': { file: Buffer.from('\ufeffA1\nB2'), codes: AB },
	'a byte order mark before a heading': {
		file: Buffer.from('\ufeffcoupon_code\nA1'),
		codes: [['A1', 2]],
	},
	'a byte order mark before a quote': { file: Buffer.from('\ufeff"A1"\nB2'), codes: AB },
	'UTF-16 with its mark, little endian': { file: utf16('A1\r\nB2', 'le'), codes: AB },
	'UTF-16 with its mark, big endian': { file: utf16('A1\r\nB2', 'be'), codes: AB },
	'UTF-16 without a mark': { file: utf16('A1\r\nB2', 'le', false), codes: AB },
	'a stream that gives single bytes, in the middle of a character': {
		file: () => inPieces('CODE\r\nGRÜẞE🎁\r\n"B"\r\n', 1),
		codes: [
			['GRÜẞE🎁', 2],
			['B', 3],
		],
	},
	'empty lines, and lines of blanks': {
		file: '\n\nA1\n  \n\t\n,,\nB2\n\n',
		options: { delimiter: ',' },
		codes: [
			['A1', 3],
			['B2', 7],
		],
	},
	'blanks around the codes, no-break ones too': { file: '  A1\t\n\u00a0B2 \n', codes: AB },
	'codes that differ in case, and stay as they are': {
		file: 'save\nSAVE\nSave',
		codes: [
			['save', 1],
			['SAVE', 2],
			['Save', 3],
		],
	},
	'signs that mean something elsewhere': {
		file: "10%'OFF\n$1\nx\\n\n:schema\n--\n;drop\nnull\n\\.\n{}\n0\n",
		codes: [
			["10%'OFF", 1],
			['$1', 2],
			['x\\n', 3],
			[':schema', 4],
			['--', 5],
			[';drop', 6],
			['null', 7],
			['\\.', 8],
			['{}', 9],
			['0', 10],
		],
	},
	'quotes, with delimiters and quotes inside': {
		file: '"A,1";x\n"B""2";y\n',
		codes: [
			['A,1', 1],
			['B"2', 2],
		],
	},
	'a comma further down in a file of one column': {
		file: 'A1\nB,2\n',
		codes: [
			['A1', 1],
			['B,2', 2],
		],
	},
	'a quoted cell over several lines': {
		file: 'code,note\nA1,"two\nlines"\nB2,x\n',
		codes: [
			['A1', 2],
			['B2', 4],
		],
	},
	'a quote in the middle of a code': {
		file: 'A"1\nB2',
		codes: [
			['A"1', 1],
			['B2', 2],
		],
	},
	'semicolons, with a comma in a date': {
		file: 'code;expires\nA1;"31.12.2030, 10:00"\n',
		options: { expiry: 'column', expiryFormat: 'dd.MM.yyyy, HH:mm' },
		codes: [['A1', 2, '2030-12-31T10:00:00.000Z']],
	},
	tabs: { file: 'A1\tx\nB2\ty\n', codes: AB },
	pipes: { file: 'A1|x\nB2|y\n', codes: AB },
	'a delimiter of one’s own': { file: 'A1~x\nB2~y\n', options: { delimiter: '~' }, codes: AB },
	'the usual heading in another column': {
		file: 'id,Coupon Code,note\n1,A1,x\n2,B2,y\n',
		codes: [
			['A1', 2],
			['B2', 3],
		],
	},
	'a column that is chosen by its heading': {
		file: 'code,Secret\nx,A1\n',
		options: { codeColumn: 'secret' },
		codes: [['A1', 2]],
	},
	'a column that is chosen by its number': {
		file: 'x,A1\ny,B2',
		options: { codeColumn: '2' },
		codes: AB,
	},
	'a single line, with the column of the code chosen': {
		file: 'A1,x',
		options: { codeColumn: 1 },
		codes: [['A1', 1]],
	},
	'a heading that is none of the usual ones, said to be there': {
		file: 'Wert\nA1',
		options: { header: 'yes' },
		codes: [['A1', 2]],
	},
	'a first code that looks like a heading, said to be none': {
		file: 'PROMO\nA1',
		options: { header: 'no' },
		codes: [
			['PROMO', 1],
			['A1', 2],
		],
	},
	'an expiry in the second column, without a heading': {
		file: 'A1,2030-12-31\nB2,\nC3\nD4,2030-12-31T12:00:00+02:00',
		options: { expiry: 'column', timezone: 'Europe/Berlin' },
		codes: [
			['A1', 1, '2030-12-31T22:59:59.999Z'],
			['B2', 2],
			['C3', 3],
			['D4', 4, '2030-12-31T10:00:00.000Z'],
		],
	},
	'expiries at midnight, as databases write a date: each is the whole day': {
		file: 'A1,2030-12-31 00:00:00\nB2,2030-12-31T00:00:00.000Z\nC3,2030-12-31 00:00:01',
		options: { expiry: 'column', timezone: 'America/New_York' },
		codes: [
			['A1', 1, '2031-01-01T04:59:59.999Z'],
			['B2', 2, '2031-01-01T04:59:59.999Z'],
			['C3', 3, '2030-12-31T05:00:01.000Z'],
		],
	},
	'a date of a workbook that is written at midnight': {
		file: workbook({
			rows: '<row><c t="str"><v>A1</v></c><c t="d"><v>2030-12-31T00:00:00.000Z</v></c></row>',
		}),
		options: { expiry: 'column', timezone: 'Europe/Berlin' },
		codes: [['A1', 1, '2030-12-31T22:59:59.999Z']],
	},
	'an expiry under a heading of its own kind, the only one beside the code': {
		file: workbook({
			rows: textRows([
				['Code', 'Laufzeit Ende', ''],
				['A1', '2030-12-31'],
				['B2', ''],
			]),
		}),
		options: { expiry: 'column' },
		codes: [
			['A1', 2, '2030-12-31T23:59:59.999Z'],
			['B2', 3],
		],
	},
	'an expiry in front of the code': {
		file: 'Valid until,Voucher\n2030-12-31,A1',
		options: { expiry: 'column' },
		codes: [['A1', 2, '2030-12-31T23:59:59.999Z']],
	},
	'one expiry for all': {
		file: 'A1\nB2',
		options: { expiry: 'date', expiresAt: '2030-06-30', timezone: 'America/New_York' },
		codes: [
			['A1', 1, '2030-07-01T03:59:59.999Z'],
			['B2', 2, '2030-07-01T03:59:59.999Z'],
		],
	},
	'expiries that are none, or past': {
		file: 'A1,soon\nB2,2020-01-01\nC3,2030-02-30\nD4,2030-01-01',
		options: { expiry: 'column' },
		codes: [['D4', 4, '2030-01-01T23:59:59.999Z']],
		invalid: [
			[1, 'expiry: "soon" is not a date; state its form under Date Format'],
			[2, 'expired on 2020-01-01 already'],
			[
				3,
				'expiry: "2030-02-30" names a day or time that does not exist; state its form under Date Format',
			],
		],
	},
	'an expiry that is not of the form that is stated': {
		file: 'A1,2030-12-31\nB2,12/31/2030',
		options: { expiry: 'column', expiryFormat: 'MM/dd/yyyy' },
		codes: [['B2', 2, '2030-12-31T23:59:59.999Z']],
		invalid: [[1, 'expiry: "2030-12-31" is not a date of the form MM/dd/yyyy']],
	},
	'expiries that are past, named by their days in the timezone': {
		file: 'A1,2026-01-01\nB2,2030-01-01',
		options: { expiry: 'column', timezone: 'America/New_York' },
		codes: [['B2', 2, '2030-01-02T04:59:59.999Z']],
		invalid: [[1, 'expired on 2026-01-01 already']],
	},
	'the codes of an export of assignments': {
		file: 'External ID,User ID,Assigned coupon code,Timestamp\nE1,U1,A1,2026-01-05 10:30',
		codes: [['A1', 2]],
	},
	'codes that break the rules': {
		file: [
			'A1',
			'two words',
			'A\u200bB',
			'A\u0007B',
			'x'.repeat(255),
			'y'.repeat(256),
			'🎁'.repeat(255),
			',note only',
			'1.23E+15',
			'"1,23E+15"',
			'A\ufffdB',
			'1.5E10',
		].join('\n'),
		options: { delimiter: ',' },
		codes: [
			['A1', 1],
			['x'.repeat(255), 5],
			['🎁'.repeat(255), 7],
			['1.5E10', 12],
		],
		invalid: [
			[2, 'contains white space'],
			[3, 'contains an invisible character (U+200B)'],
			[4, 'contains a control character (U+0007)'],
			[6, 'has 256 characters; 255 are allowed'],
			[8, 'is empty'],
			[
				9,
				'is a number that a spreadsheet has shortened: its digits are lost; format the column as text and export it again',
			],
			[
				10,
				'is a number that a spreadsheet has shortened: its digits are lost; format the column as text and export it again',
			],
			[11, 'contains a character that was damaged before (U+FFFD)'],
		],
	},
	'text with half a character': {
		file: 'A1\nB\ud83c2',
		codes: [['A1', 1]],
		invalid: [[2, 'contains a character that was damaged before (U+FFFD)']],
	},
	'numbers of which a few have lost their zeros': {
		file: '10000001\n20000002\n30000003\n40000004\n5000005\n60000006\n70000007\n80000008\n90000009\n91000001',
		codes: [1, 2, 3, 4, 6, 7, 8, 9]
			.map((n): [string, number] => [`${n}000000${n}`, n])
			.concat([['91000001', 10]]),
		invalid: [
			[
				5,
				'has fewer than the 8 digits of the others: a spreadsheet has probably dropped leading zeros; format the column as text and export it again',
			],
		],
	},
	'numbers that kept their zeros, and are of several lengths': {
		file: '10000001\n20000002\n30000003\n40000004\n5000005\n00000006\n70000007\n80000008\n90000009\n91000001',
		codes: [
			['10000001', 1],
			['20000002', 2],
			['30000003', 3],
			['40000004', 4],
			['5000005', 5],
			['00000006', 6],
			['70000007', 7],
			['80000008', 8],
			['90000009', 9],
			['91000001', 10],
		],
	},
	'items, with what JSON makes of them': {
		file: [
			{ code: 'A1' },
			{ code: 4711, expiresAt: '2030-01-01' },
			{ code: 'B2', expiresAt: new Date('2030-01-01T00:00:00Z') },
			{ code: 1e21 },
			{ code: null as unknown as string },
			{ code: true as unknown as string },
			{ code: 'C3', expiresAt: 'never' },
		],
		codes: [
			['A1', 1],
			['4711', 2, '2030-01-01T23:59:59.999Z'],
			['B2', 3, '2030-01-01T00:00:00.000Z'],
		],
		invalid: [
			[
				4,
				'is a number of more than 15 digits, of which a spreadsheet keeps 15; format the column as text and enter it again',
			],
			[5, 'is empty'],
			[6, 'is true, neither text nor a number'],
			[7, 'expiry: "never" is not a date; state its form under Date Format'],
		],
	},
	'a workbook of texts': {
		file: workbook({ rows: textRows([['Coupon code'], ['A1'], ['a&amp;b']]) }),
		options: { fileName: 'codes.xlsx' },
		codes: [
			['A1', 2],
			['a&b', 3],
		],
	},
	'a workbook as a stream, with shared texts, in parts and with their phonetics': {
		file: () =>
			inPieces(
				workbook({
					rows: '<row r="2"><c r="A2" t="s"><v>1</v></c></row><row r="7"><c t="s"><v>0</v></c></row>',
					shared:
						'<si><r><t>A</t></r><r><t>1</t></r><rPh><t>no</t></rPh></si><si><t xml:space="preserve"> B2 </t></si>',
					prefix: 'x',
					hiddenSheets: 1,
				}),
				100,
			),
		codes: [
			['B2', 2],
			['A1', 7],
		],
	},
	'a workbook whose rows repeat their number, or go back': {
		file: workbook({
			rows: [2, 2, 1, 7]
				.map((row, at) => `<row r="${row}"><c t="str"><v>A${at}</v></c></row>`)
				.join(''),
		}),
		codes: [
			['A0', 2],
			['A1', 3],
			['A2', 4],
			['A3', 7],
		],
	},
	'a workbook with numbers and dates': {
		file: workbook({
			styles: [0, 14, 164, 165],
			formats: ['00000000', 'dd/mm/yyyy\\ hh:mm'],
			rows: [
				'<row><c t="str"><v>code</v></c><c t="str"><v>expires</v></c></row>',
				'<row><c><v>4711</v></c></row>',
				'<row><c s="2"><v>1234</v></c><c s="1"><v>47848</v></c></row>',
				'<row><c t="str"><f>x</f><v>A1</v></c><c s="3"><v>47848.5</v></c></row>',
				'<row><c><v>1.2345678901234568E+17</v></c></row>',
				'<row><c s="1"><v>45000</v></c></row>',
				'<row><c><v>1.5</v></c></row>',
				'<row><c t="e"><v>#N/A</v></c></row>',
				'<row><c t="inlineStr"><is><t>B2</t></is></c><c t="inlineStr"><is><t>2031-01-01</t></is></c></row>',
			].join(''),
		}),
		options: { expiry: 'column' },
		codes: [
			['4711', 2],
			['00001234', 3, '2030-12-31T23:59:59.999Z'],
			['A1', 4, '2030-12-31T12:00:00.000Z'],
			['B2', 9, '2031-01-01T23:59:59.999Z'],
		],
		invalid: [
			[
				5,
				'is a number of more than 15 digits, of which a spreadsheet keeps 15; format the column as text and enter it again',
			],
			[
				6,
				'is a date: a spreadsheet has turned the code into one; format the column as text and enter it again',
			],
			[7, 'is a number with decimals; format the column as text and enter it again'],
			[8, 'is #N/A, neither text nor a number'],
		],
	},
	'a workbook with characters that XML does not keep, and underscores that are none of these': {
		file: workbook({
			rows: [
				'<row><c t="s"><v>0</v></c></row>',
				'<row><c t="inlineStr"><is><t>B2_x000d__x000A_</t></is></c></row>',
				'<row><c t="str"><v>C_x005F_x0041_</v></c></row>',
				'<row><c t="str"><v>D_xmas_x12_4</v></c></row>',
				'<row><c t="str"><v>E_x0007_5</v></c></row>',
			].join(''),
			shared: '<si><t>A1_x000D_\n</t></si>',
		}),
		codes: [
			['A1', 1],
			['B2', 2],
			['C_x0041_', 3],
			['D_xmas_x12_4', 4],
		],
		invalid: [[5, 'contains a control character (U+0007)']],
	},
	'a workbook whose formats show more than the digits': {
		file: workbook({
			styles: [164, 165, 166, 167, 168, 169, 170, 171],
			formats: [
				'&quot;SAVE-&quot;0000',
				'0000\\-0000',
				'0000;-0000',
				'000 000',
				'[$€-407]0',
				'_-* #,##0_-;-* #,##0_-',
				'[Red]General',
				'@',
			],
			rows: Array.from({ length: 8 }, (_, n) => `<row><c s="${n}"><v>4${n}</v></c></row>`).join(''),
		}),
		codes: [
			['0042', 3],
			['45', 6],
			['46', 7],
			['47', 8],
		],
		invalid: [1, 2, 4, 5].map((line): [number, string] => [
			line,
			'is a number that the sheet shows with other characters beside it, by its number format; format the column as text and enter the codes as they are shown',
		]),
	},
	'a workbook with a format that is longer than any': {
		file: workbook({
			styles: [164],
			formats: ['['.repeat(200_000)],
			rows: '<row><c s="0"><v>40</v></c><c><v>1</v></c></row><row><c t="str"><v>A1</v></c></row>',
		}),
		codes: [['A1', 2]],
		invalid: [
			[
				1,
				'is a number that the sheet shows with other characters beside it, by its number format; format the column as text and enter the codes as they are shown',
			],
		],
	},
	'a workbook whose first row has no expiry': {
		file: workbook({ rows: textRows([['A1'], ['B2', '2030-12-31']]) }),
		options: { expiry: 'column' },
		codes: [
			['A1', 1],
			['B2', 2, '2030-12-31T23:59:59.999Z'],
		],
	},
	'a line that tells Excel the delimiter': {
		file: 'sep=;\r\nCode;Note\r\nA1;x,y,z\r\n',
		codes: [['A1', 3]],
	},
	'a workbook whose days count from 1904, with the extensions that Excel writes': {
		file: workbook({
			from1904: true,
			extensions: '<extLst><ext><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>',
			styles: [0, 14],
			rows: '<row><c t="str"><v>A1</v></c><c s="1"><v>46386</v></c></row>',
		}),
		options: { expiry: 'column' },
		codes: [['A1', 1, '2030-12-31T23:59:59.999Z']],
	},
};

onBothDatabases('an upload reads', (fixture) => {
	it.each(Object.entries(cases))('%s', async (_, { file, options, codes, invalid = [] }) => {
		const pool = await poolWith(fixture, 0);
		const report = await fixture.coupons.uploadCodes(
			pool.id,
			typeof file === 'function' ? file() : file,
			options,
		);
		const stored = await fixture.database.query<{
			code: string;
			line: number;
			expiresAt: Date | null;
		}>('select code, line, expires_at as "expiresAt" from :schema.codes order by line');
		expect(
			stored.map(({ code, line, expiresAt }) =>
				expiresAt === null ? [code, line] : [code, line, expiresAt.toISOString()],
			),
		).toEqual(codes);
		expect(report.invalidRows.map(({ line, reason }) => [line, reason])).toEqual(invalid);
		expect(report).toMatchObject({
			received: codes.length + invalid.length,
			added: codes.length,
			invalid: invalid.length,
			poolTotal: codes.length,
			poolAvailable: codes.length,
		});
	});
});
