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
