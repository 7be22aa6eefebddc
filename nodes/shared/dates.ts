/**
 * A date as people enter it in n8n, for the library: the editor's date picker and typed dates are
 * texts, expressions may give a Date or Luxon's DateTime. Empty is null.
 */
export function dateFrom(value: unknown): string | null {
	if (value === undefined || value === null || value === '') return null;
	if (value instanceof Date) return value.toISOString();
	if (typeof value === 'object' && 'toISO' in value && typeof value.toISO === 'function') {
		return String(value.toISO());
	}
	return String(value).trim() || null;
}

/**
 * A last day, for fields that ask for one. Luxon's DateTime always has a time: at the very beginning of a day, as `{{
 * $today.plus({ days: 30 }) }}` yields it, that whole day is meant, not the end of the day before. So are databases' dates,
 * with a space before the time.
 */
export function lastDayFrom(value: unknown): string | null {
	return dateFrom(value)?.replace(MIDNIGHT, '') ?? null;
}

const MIDNIGHT = /(?<=^\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?(Z|[+-]\d\d(:?\d\d)?)?$/;
