import { parse } from 'csv-parse/sync';

import { cellText, type Row } from '../../../lib/codes/row';
import { detectDelimiter, readTextRows } from '../../../lib/codes/text-rows';

async function rowsOf(pieces: string[]): Promise<Row[]> {
	const text = (async function* () {
		yield* pieces;
	})();
	const all: Row[] = [];
	for await (const rows of readTextRows(text, { delimiter: 'auto', name: 'The file' })) {
		all.push(...rows);
	}
	return all;
}

async function linesOf(pieces: string[]): Promise<Array<[line: number, first: string]>> {
	return (await rowsOf(pieces)).map(({ line, cells }) => [line, cellText(cells[0])]);
}

describe('text', () => {
	it('is split into the same rows, wherever its pieces end', async () => {
		const text = 'A1\r\n"B\r\n2"\r\rC3\n\n"D""4"\r\nE5\r';
		const rows = await linesOf([text]);
		expect(rows).toEqual([
			[1, 'A1'],
			[2, 'B\r\n2'],
			[4, ''],
			[5, 'C3'],
			[6, ''],
			[7, 'D"4'],
			[8, 'E5'],
		]);
		for (let at = 1; at < text.length; at++) {
			expect(await linesOf([text.slice(0, at), text.slice(at)])).toEqual(rows);
		}
	});

	it('without quotes is split as csv-parse would, wherever its pieces end', async () => {
		const text = 'sep=;\r\nA1;x\r\r\n;B2\n\nC3;\r;;\nD4';
		const expected = parse(text, {
			delimiter: ';',
			record_delimiter: ['\r\n', '\n', '\r'],
			relax_column_count: true,
		}).slice(1);
		expect(expected).toHaveLength(7);
		for (let at = 6; at <= text.length; at++) {
			expect((await rowsOf([text.slice(0, at), text.slice(at)])).map(({ cells }) => cells)).toEqual(
				expected,
			);
		}
	});

	it('may have its first quote in any piece; what came before stays as it was split', async () => {
		const text = 'A1\nB2\nC3\n"D\n4"\nE5';
		const expected = [
			[1, 'A1'],
			[2, 'B2'],
			[3, 'C3'],
			[4, 'D\n4'],
			[6, 'E5'],
		];
		for (let at = 1; at < text.length; at++) {
			expect(await linesOf([text.slice(0, at), text.slice(at)])).toEqual(expected);
			expect(await linesOf([...text])).toEqual(expected);
		}
	});

	it.each([
		['a,b;c,d', ','],
		['a;b;c,d', ';'],
		['a\tb', '\t'],
		['a|b', '|'],
		['"a,b,c";d', ';'],
		['\n \r\n\ta;b;c\nx,y,z,1,2,3', ';'],
	])('has the delimiter that stands most often in its first line: %j', (text, delimiter) => {
		expect(detectDelimiter(text)).toBe(delimiter);
	});

	it('has a delimiter that is found in no time, however the first line looks', () => {
		expect(detectDelimiter(`${' '.repeat(100_000)}\n${'"'.repeat(50_001)};a`)).toBe(';');
	});
});
