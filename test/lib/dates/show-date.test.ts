import { readInstant } from '../../../lib/dates/read-date';
import { daysUntil, showDate } from '../../../lib/dates/show-date';
import { errorOf } from '../messages/error-of';

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

	it.each([
		['fa', undefined, '۱۰ دی ۱۴۰۵'],
		['fa', 'd MMMM yyyy', '۱۰ دی ۱۴۰۵'],
		['fa', 'yyyy/MM/dd', '۱۴۰۵/۱۰/۱۰'],
		['fa-u-ca-gregory', 'd MMMM yyyy', '۳۱ دسامبر ۲۰۲۶'],
		['th', undefined, '31 ธันวาคม 2569'],
		['th', 'd MMMM yyyy', '31 ธันวาคม 2569'],
		['ja-JP-u-ca-japanese', undefined, '令和8年12月31日'],
		['ja', 'yyyy年M月d日', '2026年12月31日'],
		['ar-EG', undefined, '٣١ ديسمبر ٢٠٢٦'],
		['ar-u-nu-latn', undefined, '31 ديسمبر 2026'],
		['he', undefined, '31 בדצמבר 2026'],
		['ur', 'd MMMM yyyy', '31 دسمبر 2026'],
	])('keeps to one calendar, that of the locale: in %s as %s it is %s', (locale, format, text) => {
		expect(showDate(newYearsEve, { locale, timezone: 'Europe/Berlin', format })).toBe(text);
	});

	it.each([
		['2026-03-28', 'March 28, 2026 23:59'],
		['2026-03-29', 'March 29, 2026 23:59'],
		['2026-10-24', 'October 24, 2026 23:59'],
		['2026-10-25', 'October 25, 2026 23:59'],
		['2026-12-31', 'December 31, 2026 23:59'],
	])('shows an expiry on all of %s as that day, when clocks change too', (day, text) => {
		const timezone = 'Europe/Berlin';
		const expiry = readInstant(day, { timezone, edge: 'end', field: 'Expiry' });
		expect(showDate(expiry, { locale: 'en', timezone, format: 'MMMM d, yyyy HH:mm' })).toBe(text);
	});

	it.each([
		['America/Sao_Paulo', '2018-11-03', '2018-11-04'],
		['Africa/Cairo', '2026-04-23', '2026-04-24'],
	])('shows the days around a midnight that clocks skip, in %s', (timezone, ...days) => {
		for (const day of days) {
			for (const edge of ['begin', 'end'] as const) {
				const instant = readInstant(day, { timezone, edge, field: 'Expiry' });
				expect(showDate(instant, { locale: 'en', timezone, format: 'yyyy-MM-dd' })).toBe(day);
			}
		}
	});

	it.each(['x_y', 'German', 'jp', 'cz', 'dk', 'cn', 'English', 'und'])(
		'names a locale that there is not: %s',
		(locale) => {
			const error = errorOf(() => showDate(newYearsEve, { locale, timezone: 'UTC' }));
			expect(error.code).toBe('invalid_input');
			expect(error.message).toBe(`There is no locale "${locale}".`);
			expect(error.hint).toContain('de, de-DE');
		},
	);
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

	it.each([
		['2026-03-29T00:30:00+01:00', '2026-03-30', 1],
		['2026-03-28T23:30:00+01:00', '2026-03-30', 2],
		['2026-10-25T00:30:00+02:00', '2026-10-26', 1],
		['2026-10-24T23:30:00+02:00', '2026-10-25', 1],
	])('counts days of 23 and 25 hours as one each: from %s to %s', (now, day, days) => {
		const timezone = 'Europe/Berlin';
		const expiry = readInstant(day, { timezone, edge: 'end', field: 'Expiry' });
		expect(daysUntil(expiry, new Date(now), timezone)).toBe(days);
	});
});
