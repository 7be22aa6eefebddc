import { daysUntil, showDate } from '../../../lib/dates/show-date';

const newYearsEve = new Date('2026-12-31T22:59:59.999Z');

describe('showing a date', () => {
	it.each([
		['en', 'Europe/Berlin', undefined, 'December 31, 2026'],
		['de', 'Europe/Berlin', undefined, '31. Dezember 2026'],
		['en-GB', 'UTC', undefined, '31 December 2026'],
		['en', 'Asia/Tokyo', undefined, 'January 1, 2027'],
		['en', 'Europe/Berlin', 'dd.MM.yyyy HH:mm', '31.12.2026 23:59'],
		['de', 'Europe/Berlin', 'd. MMMM', '31. Dezember'],
	])('shows it in %s and %s as %s: %s', (locale, timezone, format, text) => {
		expect(showDate(newYearsEve, { locale, timezone, format })).toBe(text);
	});

	it('names a locale that there is not', () => {
		expect(() => showDate(newYearsEve, { locale: 'x_y', timezone: 'UTC' })).toThrow(
			'There is no locale "x_y".',
		);
	});
});

describe('counting days', () => {
	it.each([
		['2026-12-31T00:00:00Z', 0],
		['2026-12-30T23:30:00Z', 0],
		['2026-12-30T22:30:00Z', 1],
		['2026-12-24T12:00:00Z', 7],
		['2027-02-01T00:00:00Z', 0],
	])('counts by the calendar of the timezone: from %s there are %d', (now, days) => {
		expect(daysUntil(newYearsEve, new Date(now), 'Europe/Berlin')).toBe(days);
	});
});
