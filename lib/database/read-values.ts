/** PostgreSQL's numbers for the types that are not read as the drivers do by default. */
const BIGINT = 20;
const TIMESTAMPTZ = 1184;

/**
 * How both databases turn a value's text into JavaScript, so that they answer alike: ids stay text (they may exceed
 * 2^53), an infinite instant is null.
 */
export const valueReaders: Readonly<Record<number, (text: string) => unknown>> = {
	[BIGINT]: (text) => text,
	[TIMESTAMPTZ]: readTimestamp,
};

/** What was read lately, by its text: the rows of one statement mostly share a few instants. */
const lately = new Map<string, number>();

const MOST_KEPT = 100;

function readTimestamp(text: string): Date | null {
	if (text === 'infinity' || text === '-infinity') {
		return null;
	}
	let time = lately.get(text);
	if (time === undefined) {
		time = timeOf(text);
		if (lately.size === MOST_KEPT) {
			lately.clear();
		}
		lately.set(text, time);
	}
	return new Date(time);
}

function timeOf(text: string): number {
	// `2026-11-20 10:28:00.123456+00`: ISO 8601, except for the T, the minutes of the offset, and years before 1. Before
	// there were timezones, offsets had seconds.
	const match =
		/^(\d{4,})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*([+-]\d\d)(:\d\d)?(?::(\d\d))?( BC)?$/.exec(
			text,
		);
	if (match === null) {
		throw new RangeError(`The database sent an instant in an unknown form: ${text}`);
	}
	const [, year, month, day, time, hours, minutes = ':00', seconds = '0', beforeChrist] = match;
	const isoYear = yearOf(beforeChrist === undefined ? Number(year) : 1 - Number(year));
	const toTheMinute = Date.parse(`${isoYear}-${month}-${day}T${time}${hours}${minutes}`);
	return toTheMinute - Number(`${hours[0]}${seconds}`) * 1000;
}

/** A year in ISO 8601, which has a sign where it has more than four digits, or is before the year 0. */
function yearOf(year: number): string {
	const digits = String(Math.abs(year));
	if (year >= 0 && year <= 9999) {
		return digits.padStart(4, '0');
	}
	return `${year < 0 ? '-' : '+'}${digits.padStart(6, '0')}`;
}
