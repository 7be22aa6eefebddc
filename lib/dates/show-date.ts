import { DateTime, type CalendarSystem } from 'luxon';

import { checkDateFormat } from './date-format';
import { checkLocale } from './locale';
import { timeZone } from './time-zone';

export interface ShowDateOptions {
	/** The zone whose calendar and clock are shown. */
	timezone: string;
	/** BCP 47 language tag, such as `de` or `en-GB`. */
	locale: string;
	/**
	 * Luxon tokens, such as `dd.MM.yyyy HH:mm`. Default: the locale's long date, such as `December 31, 2026`. Both are in
	 * the calendar of the locale: `fa` has 1405, `th` 2569, `fa-u-ca-gregory` 2026.
	 */
	format?: string;
}

/**
 * Shows an instant to a reader.
 *
 * @throws {CouponPoolsError} `invalid_input` for an unknown timezone or locale, or a format that is wrong
 */
export function showDate(instant: Date, options: ShowDateOptions): string {
	// The dates of one pool's codes repeat. Formatting takes Luxon some 25 microseconds, this 0.5.
	const key = `${instant.getTime()}|${options.timezone}|${options.locale}|${options.format ?? ''}`;
	const known = shown.get(key);
	if (known !== undefined) return known;
	const text = format(instant, options);
	if (shown.size >= 1000) shown.clear();
	if (key.length <= 100) shown.set(key, text);
	return text;
}

/** The day of an instant, such as `2026-12-31`, on the calendar of a timezone. */
export function isoDay(instant: Date, timezone: string): string {
	return showDate(instant, { timezone, locale: 'en', format: 'yyyy-MM-dd' });
}

const shown = new Map<string, string>();

function format(instant: Date, options: ShowDateOptions): string {
	const zone = timeZone(options.timezone);
	checkLocale(options.locale);
	if (options.format) checkDateFormat(options.format, 'show');
	// Unless it is told the calendar, Luxon puts the month of the locale's own between the Gregorian
	// day and year: for fa, 31 Dey 2026 for what is 10 Dey 1405.
	const local = DateTime.fromJSDate(instant, { zone }).reconfigure({
		locale: options.locale,
		outputCalendar: calendarOf(options.locale),
	});
	return options.format ? local.toFormat(options.format) : local.toLocaleString(DateTime.DATE_FULL);
}

/** Asking Intl takes as long as showing a date; a process sees a handful of locales. */
const calendars = new Map<string, CalendarSystem>();

function calendarOf(locale: string): CalendarSystem {
	const known = calendars.get(locale);
	if (known) return known;
	const calendar = new Intl.DateTimeFormat(locale).resolvedOptions().calendar as CalendarSystem;
	if (calendars.size < 1000) calendars.set(locale, calendar);
	return calendar;
}

/**
 * The calendar days from `now` to `instant` in a timezone: 0 on the same day and for the past, 1 for any time of the
 * next day.
 */
export function daysUntil(instant: Date, now: Date, timezone: string): number {
	return Math.max(0, dayNumber(instant, timezone) - dayNumber(now, timezone));
}

/** Days since 1970-01-01 on the calendar of a timezone. */
function dayNumber(instant: Date, timezone: string): number {
	const zone = timeZone(timezone);
	const local = instant.getTime() + zone.offset(instant.getTime()) * 60_000;
	return Math.floor(local / 86_400_000);
}
