import { gsmInsteadOf, smsLength } from '../../../lib/messages/sms-length';

const a = (count: number): string => 'a'.repeat(count);

describe('the length of an SMS', () => {
	it.each([
		['nothing', '', 0, 0],
		['160 characters', a(160), 160, 1],
		['161', a(161), 161, 2],
		['two full segments', a(306), 306, 2],
		['one more', a(307), 307, 3],
		['every letter of the alphabet', 'ÄÖÑÜ§¿äöñüà£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡', 40, 1],
		['lines', 'a\r\nb\n', 5, 1],
		['the extension, which counts twice', '^{}\\[~]|€\f', 20, 1],
		['80 signs of the extension', '€'.repeat(80), 160, 1],
		['81', '€'.repeat(81), 162, 2],
		['a € that the end of a segment would split', `${a(152)}€${a(152)}`, 306, 3],
	])('in GSM-7: %s', (_, text, characters, segments) => {
		expect(smsLength(text)).toEqual({
			encoding: 'GSM-7',
			characters,
			segments,
			nonGsmCharacters: [],
		});
	});

	it.each([
		['70 characters', '’'.repeat(70), 70, 1, ['’']],
		['71', '’'.repeat(71), 71, 2, ['’']],
		['two full segments', `${a(133)}ç`, 134, 2, ['ç']],
		['one more', `${a(134)}ç`, 135, 3, ['ç']],
		['what counts twice in GSM-7 counts once', '€{}日', 4, 1, ['日']],
		['an emoji counts twice', '😀'.repeat(35), 70, 1, ['😀']],
		['one emoji more', '😀'.repeat(36), 72, 2, ['😀']],
		['an emoji that the end of a segment would split', `${a(66)}😀${a(66)}`, 134, 3, ['😀']],
		['an emoji of several', '👍🏽', 4, 1, ['👍', '🏽']],
		['an accent of its own', 'e\u0301', 2, 1, ['\u0301']],
		['more accents than fit', `a${'\u0301'.repeat(300)}`, 301, 5, ['\u0301']],
	])('in UCS-2: %s', (_, text, characters, segments, nonGsmCharacters) => {
		expect(smsLength(text)).toEqual({ encoding: 'UCS-2', characters, segments, nonGsmCharacters });
	});

	it.each([
		['’', "'"],
		['“', '"'],
		['–', '-'],
		['\u00a0', ' '],
		['…', '...'],
		['日', undefined],
	])('knows what could be written for %s: %s', (character, instead) => {
		expect(gsmInsteadOf(character)).toBe(instead);
		if (instead) expect(smsLength(instead).encoding).toBe('GSM-7');
	});
});
