/**
 * A value as text: instants in ISO 8601, lists with commas. Undefined for what has no text (a
 * missing field, an object); the empty text for null.
 */
export function showValue(value: unknown): string | undefined {
	switch (typeof value) {
		case 'string':
			return value;
		case 'number':
		case 'boolean':
		case 'bigint':
			return String(value);
		case 'object':
			return value === null ? '' : showObject(value);
		default:
			return undefined;
	}
}

function showObject(value: object): string | undefined {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
	// Lists within lists are left blank, so that a list that holds itself ends.
	if (Array.isArray(value)) {
		return value.map((one) => (Array.isArray(one) ? '' : (showValue(one) ?? ''))).join(',');
	}
	return isInstant(value) ? showObject(value.toJSDate()) : undefined;
}

/** Luxon's DateTime, of whichever copy of Luxon; n8n's expressions yield them. */
export function isInstant(value: unknown): value is { toJSDate(): Date } {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Object.hasOwn(value, 'toJSDate') &&
		typeof (value as { toJSDate?: unknown }).toJSDate === 'function'
	);
}
