import { NumericCodes } from '../../../lib/codes/lost-zeros';

function lengthBeforeLoss(codes: Iterable<string>): number | null {
	const numericCodes = new NumericCodes();
	for (const code of codes) {
		numericCodes.see(code);
	}
	return numericCodes.lengthBeforeLoss();
}

/** Random codes of eight digits, the same ones each time. */
const codes = Array.from({ length: 1000 }, (_, n) =>
	String((Math.imul(n, 2654435761) >>> 0) % 100_000_000).padStart(8, '0'),
);

const withoutZeros = codes.map((code) => String(Number(code)));

describe('leading zeros count as lost', () => {
	it('where random codes went through a spreadsheet', () => {
		expect(lengthBeforeLoss(withoutZeros)).toBe(8);
	});

	it('where a note stands among them', () => {
		expect(lengthBeforeLoss([...withoutZeros, 'TESTCODE'])).toBe(8);
	});
});

describe('leading zeros do not count as lost', () => {
	it.each<[string, Iterable<string>]>([
		['where they are there', codes],
		['where a single code shows that they are kept', [...withoutZeros, '00000001']],
		['where all codes have one length', codes.filter((code) => !code.startsWith('0'))],
		['where codes are counted through', Array.from({ length: 99_999 }, (_, n) => String(n + 1))],
		[
			'where codes have letters as well',
			codes.map((code, n) => (n % 2 ? `A${code}` : code.slice(n % 3))),
		],
		['where lengths are mixed anyway', ['123456', '1234567', '12345678', '123456789']],
		['where there is no code', []],
	])('%s', (_, some) => {
		expect(lengthBeforeLoss(some)).toBeNull();
	});
});
