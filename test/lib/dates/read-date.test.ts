import { Info } from 'luxon';

import { readInstant } from '../../../lib/dates/read-date';
import { errorOf } from '../messages/error-of';

const berlin = { timezone: 'Europe/Berlin', edge: 'end', field: 'Expires' } as const;

describe('reading a date', () => {
	it.each([
		['2026-12-31', '2026-12-31T22:59:59.999Z'],
		['20261231', '2026-12-31T22:59:59.999Z'],
		['2026-365', '2026-12-31T22:59:59.999Z'],
		['2026-W53-4', '2026-12-31T22:59:59.999Z'],
		['2026-07-01', '2026-07-01T21:59:59.999Z'],
		[' 2028-02-29 ', '2028-02-29T22:59:59.999Z'],
	])('takes %s without a time as the end of that day in the timezone', (text, instant) => {
		expect(readInstant(text, berlin).toISOString()).toBe(instant);
	});

	it('takes a day as its beginning where something begins', () => {
		const begin = readInstant('2026-12-31', { ...berlin, edge: 'begin' });
		expect(begin.toISOString()).toBe('2026-12-30T23:00:00.000Z');
	});

	it.each([
		['2026-12-31T12:00', '2026-12-31T11:00:00.000Z'],
		['2026-12-31 12:00:30', '2026-12-31T11:00:30.000Z'],
		['2026-12-31T12:00:00Z', '2026-12-31T12:00:00.000Z'],
		['2026-12-31T12:00:00-05:00', '2026-12-31T17:00:00.000Z'],
	])('keeps the time and the offset of %s', (text, instant) => {
		expect(readInstant(text, berlin).toISOString()).toBe(instant);
	});

	it('ends a day of 25 hours where it ends, and begins it where it begins', () => {
		// Clocks go back on 2026-10-25 in Berlin.
		const begin = readInstant('2026-10-25', { ...berlin, edge: 'begin' });
		const end = readInstant('2026-10-25', berlin);
		expect(begin.toISOString()).toBe('2026-10-24T22:00:00.000Z');
		expect(end.getTime() - begin.getTime()).toBe(25 * 3_600_000 - 1);
	});

	it('ends a day of 23 hours where it ends', () => {
		// Clocks go forward on 2026-03-29 in Berlin.
		expect(readInstant('2026-03-29', berlin).toISOString()).toBe('2026-03-29T21:59:59.999Z');
	});

	it.each([
		['31.12.2026', 'dd.MM.yyyy', '2026-12-31T22:59:59.999Z'],
		['12/31/26', 'MM/dd/yy', '2026-12-31T22:59:59.999Z'],
		['Dec 31, 2026', 'MMM d, yyyy', '2026-12-31T22:59:59.999Z'],
		['am 31.12.2026', "'am' dd.MM.yyyy", '2026-12-31T22:59:59.999Z'],
		['31.12.2026 18:00', 'dd.MM.yyyy HH:mm', '2026-12-31T17:00:00.000Z'],
	])('reads %s as %s', (text, format, instant) => {
		expect(readInstant(text, { ...berlin, format }).toISOString()).toBe(instant);
	});

	it.each([
		['2026-12-31T00:00:00.000Z', undefined],
		['2026-12-31 00:00:00', undefined],
		['2026-12-31T00:00-05:00', undefined],
		['31.12.2026 00:00', 'dd.MM.yyyy HH:mm'],
	])('takes the midnight of %s as no time, where that is said', (text, format) => {
		const read = (midnight?: 'day') =>
			readInstant(text, { ...berlin, format, midnight }).toISOString();
		const asTime = read();
		expect(read('day')).toBe('2026-12-31T22:59:59.999Z');
		expect(read()).toBe(asTime);
		expect(asTime).not.toBe(read('day'));
	});

	it.each([
		['2026-12-31T00:00:01Z', '2026-12-31T00:00:01.000Z'],
		// By the clock of Berlin it is midnight, but not as it is written.
		['2026-12-30T23:00:00Z', '2026-12-30T23:00:00.000Z'],
		['2026-12-31T24:00:00', '2026-12-31T23:00:00.000Z'],
	])('takes %s as that time in any case', (text, instant) => {
		expect(readInstant(text, { ...berlin, midnight: 'day' }).toISOString()).toBe(instant);
	});

	it('takes an instant as it is, and gives a copy', () => {
		const given = new Date('2026-12-31T10:00:00Z');
		const read = readInstant(given, berlin);
		expect(read).toEqual(given);
		expect(read).not.toBe(given);
	});

	it('gives another Date for the same text, so that changing one changes no other', () => {
		readInstant('2026-12-31', berlin).setTime(0);
		expect(readInstant('2026-12-31', berlin).toISOString()).toBe('2026-12-31T22:59:59.999Z');
	});

	it('reads the same text anew under another timezone, edge or format', () => {
		const read = (options: object): string =>
			readInstant('2026-12-11', { ...berlin, ...options }).toISOString();
		expect(read({})).toBe('2026-12-11T22:59:59.999Z');
		expect(read({ timezone: 'UTC' })).toBe('2026-12-11T23:59:59.999Z');
		expect(read({ edge: 'begin' })).toBe('2026-12-10T23:00:00.000Z');
		expect(read({ format: 'yyyy-dd-MM' })).toBe('2026-11-12T22:59:59.999Z');
	});

	it.each(['2026-02-30', '2026-13-01', '2026-12-31T25:00'])('refuses %s, which is not', (text) => {
		const error = errorOf(() => readInstant(text, berlin));
		expect(error.code).toBe('invalid_input');
		expect(error.message).toBe(`Expires: "${text}" names a day or time that does not exist.`);
		expect(error.hint).toContain('2026-12-31');
	});

	it.each([
		'',
		'soon',
		'2026',
		'2026-12',
		'12:30',
		'31.12.2026',
		'1767139200',
		'P1D',
		'2026-12-31x',
	])('refuses "%s" as no date', (text) => {
		const error = errorOf(() => readInstant(text, berlin));
		expect(error.code).toBe('invalid_input');
		expect(error.message).toBe(`Expires: "${text}" is not a date.`);
	});

	it('says how a date of the stated format is written', () => {
		const error = errorOf(() => readInstant('2026-12-31', { ...berlin, format: 'dd.MM.yyyy' }));
		expect(error.message).toBe('Expires: "2026-12-31" is not a date of the form dd.MM.yyyy.');
		expect(error.hint).toBe('Write it as 31.12.2026, or change the date format.');
	});

	it('refuses a Date that is none', () => {
		expect(errorOf(() => readInstant(new Date('soon'), berlin)).message).toBe(
			'Expires: "Invalid Date" is not a date.',
		);
	});

	it('refuses a number, as data from elsewhere may hold', () => {
		const error = errorOf(() => readInstant(20261231 as unknown as string, berlin));
		expect(error.message).toBe('Expires: "20261231" is not a date.');
	});

	it('names a timezone that there is not', () => {
		const error = errorOf(() => readInstant('2026-12-31', { ...berlin, timezone: 'Mars/Base' }));
		expect(error.code).toBe('invalid_input');
		expect(error.message).toBe('There is no timezone "Mars/Base".');
		expect(error.hint).toContain('Europe/Berlin');
	});

	it('does not keep a timezone that is longer than any', () => {
		const asked = jest.spyOn(Info, 'normalizeZone');
		const timezone = 'Mars/'.repeat(1_000_000);
		const error = errorOf(() => readInstant('2026-12-31', { ...berlin, timezone }));
		expect(error.message).toBe(`There is no timezone "${timezone.slice(0, 64)}…".`);
		// Luxon would remember it.
		expect(asked).not.toHaveBeenCalled();
		asked.mockRestore();
	});
});
