/**
 * An instant as a shop writes it; null where there is none.
 *
 * @throws RangeError for a text that is no date (see `understanding`)
 */
export function instantOf(text: string | null | undefined): Date | null {
	if (!text) {
		return null;
	}
	const instant = new Date(text);
	if (Number.isNaN(instant.getTime())) {
		throw new RangeError(`${text} is no date`);
	}
	return instant;
}

/** The earlier of two expiries; null is never. */
export function earlierOf(one: Date | null, other: Date | null): Date | null {
	if (one === null || other === null) {
		return one ?? other;
	}
	return one < other ? one : other;
}

/** The warning about a rule that ends, since no setting of the pool shows it. */
export function warnOfEnd(rule: string, endsAt: Date): string {
	const end = endsAt.toISOString().slice(0, 16).replace('T', ' ');
	return `${rule} ends at ${end} UTC: its codes expire then at the latest.`;
}
