/**
 * An instant as text that both databases read, for JSON and arrays: ISO 8601, except for years that it writes with a
 * sign. The last moment of 9999-12-31 in New York is in the year 10000 of UTC, and midnight of 0001-01-01 in Berlin in
 * the year 0, which PostgreSQL calls 1 BC.
 */
export function instantText(instant: Date): string {
	const iso = instant.toISOString();
	const year = instant.getUTCFullYear();
	if (year >= 1 && year <= 9999) {
		return iso;
	}
	const rest = iso.slice(iso.indexOf('-', 1));
	return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}
