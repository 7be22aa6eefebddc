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
