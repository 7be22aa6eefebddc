import { DateTime } from 'luxon';

import { timeZone } from '../dates/time-zone';

/** When each of the last `days` days begins, today's and tomorrow's at the end. */
export function startsOfDays({
	days,
	timezone,
	now,
}: {
	days: number;
	timezone: string;
	now: Date;
}): DateTime[] {
	const today = DateTime.fromJSDate(now, { zone: timeZone(timezone) });
	return Array.from({ length: days + 1 }, (_, index) =>
		// Where clocks go forward at midnight, that one day begins at 1.
		today.plus({ days: index + 1 - days }).startOf('day'),
	);
}
