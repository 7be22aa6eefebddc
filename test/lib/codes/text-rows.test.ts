import { cellText } from '../../../lib/codes/row';
import { detectDelimiter, readTextRows } from '../../../lib/codes/text-rows';

async function linesOf(pieces: string[]): Promise<Array<[line: number, first: string]>> {
	const text = (async function* () {
		yield* pieces;
	})();
	const lines: Array<[number, string]> = [];
	for await (const rows of readTextRows(text, { delimiter: 'auto', name: 'The file' })) {
		for (const { line, cells } of rows) {
			lines.push([line, cellText(cells[0])]);
		}
	}
	return lines;
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
