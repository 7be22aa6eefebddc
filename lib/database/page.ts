import { invalidInput } from '../errors';

/** Which part of a long list is wanted. */
export interface PageRequest {
	/** Where to go on: the `next` of the page before. */
	after?: string;
	/** Rows per page, 1 to 1,000. Default 100. */
	limit?: number;
}

/** The rows asked for, and the place at which the next page begins; `next` is null on the last page. */
export interface Page<Row> {
	readonly rows: Row[];
	readonly next: string | null;
}

/** @throws CouponPoolsError `invalid_input` */
export function checkLimit(limit = 100): number {
	if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1000)) {
		throw invalidInput(`The limit ${limit} is not a whole number from 1 to 1,000`);
	}
	return limit;
}

/** What a part of a sort key is: a text, a whole number (ids too), or an instant as PostgreSQL writes it. */
export type PlacePart = 'text' | 'number' | 'instant';

const FORMS: Readonly<Record<PlacePart, RegExp>> = {
	text: /^[^\0]*$/,
	number: /^-?\d{1,9}$|^\d{1,18}$/,
	instant: /^-?infinity$|^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}( BC)?$/,
};

/**
 * The sort key of the last row of the page before; undefined for the first page.
 *
 * A list goes on after a key, not after a number of rows, so that its thousandth page costs as much as its first and
 * rows that come or go meanwhile shift nothing.
 *
 * @param parts the parts of the key
 * @throws CouponPoolsError `invalid_input`
 */
export function readPlace(
	after: string | undefined,
	parts: readonly PlacePart[],
): string[] | undefined {
	if (after === undefined) {
		return undefined;
	}
	try {
		const place: unknown = JSON.parse(after);
		if (isTexts(place) && isPlace(place, parts)) {
			return place;
		}
	} catch {
		// Not JSON: treated like JSON of another form.
	}
	throw invalidInput(
		`The place ${JSON.stringify(after)} is not one that a list gave`,
		'Pass on `next` as it is.',
	);
}

/** A row with its sort key, as texts that lose nothing. */
export type Placed<Row> = Row & { place: string[] };

/** Takes off the keys, and the row that was asked for beyond the limit to see whether there are more. */
export function pageOf<Row extends object>(
	rows: ReadonlyArray<Placed<Row>>,
	limit: number,
): Page<Row> {
	let last: string[] = [];
	const page = rows.slice(0, limit).map(({ place, ...row }) => {
		last = place;
		return row as unknown as Row;
	});
	return { rows: page, next: rows.length > limit ? JSON.stringify(last) : null };
}

/** With anything else, the database would fail. */
function isPlace(place: readonly string[], parts: readonly PlacePart[]): boolean {
	return (
		place.length === parts.length &&
		place.every((part, index) => part.isWellFormed() && FORMS[parts[index]].test(part))
	);
}

function isTexts(value: unknown): value is string[] {
	return Array.isArray(value) && value.every((part) => typeof part === 'string');
}
