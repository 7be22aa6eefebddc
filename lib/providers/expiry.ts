/** The earlier of two expiries; null is never. */
export function earlierOf(one: Date | null, other: Date | null): Date | null {
	if (one === null || other === null) {
		return one ?? other;
	}
	return one < other ? one : other;
}
