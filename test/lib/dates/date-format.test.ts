import { DateTime } from 'luxon';

import { checkDateFormat } from '../../../lib/dates/date-format';
import { readInstant } from '../../../lib/dates/read-date';
import { showDate } from '../../../lib/dates/show-date';
import { errorOf } from '../messages/error-of';

const UTC = { timezone: 'UTC', edge: 'end', field: 'Expires' } as const;
const show = (format: string) => showDate(new Date(0), { timezone: 'UTC', locale: 'de', format });
const read = (format: string) => readInstant('31.12.2027', { ...UTC, format });

describe('A date format that does not say what was meant', () => {
	it.each([
		['dd.mm.yyyy', 'mm is minutes, and no hour stands before it', 'dd.MM.yyyy'],
		['mm/dd/yyyy', 'mm is minutes, and no hour stands before it', 'MM/dd/yyyy'],
		['yyyy-mm-dd', 'mm is minutes, and no hour stands before it', 'yyyy-MM-dd'],
		['yyyymmddhhmm', 'mm is minutes, and no hour stands before it', 'yyyyMMddHHmm'],
		['dd.mm.yyyy hh:mm', 'mm is minutes, and no hour stands before it', 'dd.MM.yyyy HH:mm'],
		['dd.MM.yyyy HH:MM', 'MM is the month, and minutes are mm', 'dd.MM.yyyy HH:mm'],
		['DD.MM.YYYY', 'YYYY means nothing', 'dd.MM.yyyy'],
		['DD.MM.yyyy', 'DD stands for a whole date', 'dd.MM.yyyy'],
		['MM/DD/YYYY hh:mm A', 'YYYY means nothing', 'MM/dd/yyyy hh:mm a'],
		['TT.MM.JJJJ', 'JJJJ means nothing', 'dd.MM.yyyy'],
		['TT.MM.JJ', 'JJ means nothing', 'dd.MM.yy'],
		['jj/mm/aaaa', 'jj means nothing', 'dd/MM/yyyy'],
		['gg/mm/aaaa', 'gg means nothing', 'dd/MM/yyyy'],
		['d-mmm-yy', 'mmm means nothing', 'd-MMM-yy'],
		['dddd, d. mmmm yyyy', 'dddd means nothing', 'EEEE, d. MMMM yyyy'],
		['dd.MM.yyyy HH:mm:SS', 'SS means nothing', 'dd.MM.yyyy HH:mm:ss'],
	])('is refused for showing and reading, with the right one: %s', (format, fault, rightOne) => {
		for (const work of [show, read]) {
			const error = errorOf(() => work(format));
			expect(error.code).toBe('invalid_input');
			expect(error.message).toBe(`The date format "${format}" is not right: ${fault}.`);
			expect(error.hint).toBe(`Write ${rightOne}.`);
		}
	});

	it.each([
		['d. MMMM yyyy um HH:mm', 'u'],
		['dd de MMMM de yyyy', 'e'],
		['ДД.ММ.ГГГГ', 'ДД'],
		['%d.%m.%Y', 'Y'],
		['yyyyy', 'yyyyy'],
		['x'.repeat(1000), 'x'.repeat(20)],
	])('is refused with what the tokens are, where it is unclear what was meant: %s', (format) => {
		const error = errorOf(() => checkDateFormat(format, 'show'));
		expect(error.hint).toMatch(/^dd is the day, MM the month, yyyy the year, .* single quotes\.$/);
		expect(error.message.length).toBeLessThan(120);
	});

	it.each([
		['d. MMMM, mm:ss', 'mm is minutes, and no hour stands before it'],
		['TT.MM.yyyy', 'it has a month and an hour, and no day'],
		['HH:MM', 'it has a month and an hour, and no day'],
		['dd.MM.yyyy hh:mm', 'hh is the same in the morning and in the evening'],
		["dd.MM.yyyy 'um HH:mm", 'a quote in it is not closed'],
		['D HH:mm dd', 'D stands for a whole date'],
		['HH:mm T', 'T stands for a whole time'],
	])('is refused for showing: %s', (format, fault) => {
		expect(errorOf(() => show(format)).message).toContain(`is not right: ${fault}.`);
	});

	it.each([
		['dd.MM.', 'it has no year'],
		['MM/yyyy', 'it has no day'],
		['HH:mm', 'it has no day and no month and no year'],
		['T', 'it has no day and no month and no year'],
		['dd.MM.yyyy (MMM)', 'it has the month twice, as MM and MMM'],
		['dd.MM.yyyy HH:mm a', 'the hour before am or pm is hh'],
		['q dd.MM.yyyy', 'no date can be read by q'],
		['dd.MM.yyyy MMMMM', 'no date can be read by MMMMM'],
		['x', 'no date can be read by x'],
		['fff', 'no date can be read by fff'],
		['dd.MM.yyyy ooo', 'it tells the day in more than one way'],
		['dd.MM.yyyy W', 'it tells the day in more than one way'],
	])('is refused for reading: %s', (format, fault) => {
		expect(errorOf(() => read(format)).message).toContain(`is not right: ${fault}.`);
	});

	it('is refused if it is no text, as a script may bring it', () => {
		const error = errorOf(() => checkDateFormat(31 as unknown as string, 'read'));
		expect(error.message).toBe('The date format "31" is not right: it is not a text.');
	});
});

describe('A date format', () => {
	it.each([
		...['dd.MM.yyyy', 'd/M/yy', 'MM/dd/yyyy', 'yyyyMMdd', 'MMM d, yyyy', 'EEEE, d LLLL yyyy'],
		...[
			'yyyy年M月d日',
			"'am' dd.MM.yyyy",
			"d. MMMM yyyy 'um' H 'Uhr' mm",
			'ooo yyyy',
			"kkkk-'W'WW-E",
		],
		...[
			'dd.MM.yyyy HH:mm:ss.SSS',
			'MM/dd/yyyy hh:mm a',
			"yyyy-MM-dd'T'HH:mmZZ",
			'dd.MM.yyyy HH:mm z',
		],
		...['D', 'DD', 'DDD', 'DDDD', 'f', 'ff', 'F', 'FF', 'D T', 'dd.MM.yyyy tt'],
	])('is as right for reading what it shows as for showing it: %s', (format) => {
		const instant = new Date('2027-11-30T00:00:00.000Z');
		const shown = showDate(instant, { timezone: 'UTC', locale: 'en', format });
		const begin = readInstant(shown, { ...UTC, edge: 'begin', format });
		expect(begin).toEqual(instant);
	});

	it.each([
		'EEEE',
		'd. MMMM',
		'MMMM yyyy',
		'HH:mm',
		't',
		'tttt',
		'ffff',
		'q/yyyy',
		'nn',
		'X',
		'MMMMM',
	])('may show a part of a date, or what cannot be read: %s', (format) => {
		const shown = DateTime.fromMillis(0, { zone: 'UTC' }).setLocale('de').toFormat(format);
		expect(show(format)).toBe(shown);
	});
});
