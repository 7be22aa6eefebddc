/** A sequence of numbers from 0 to 1 that a seed decides. */
export type Random = () => number;

/** How often something is done in the present form. */
export function times(counts: { short: number; long: number }): number {
	return process.env.COUPON_POOLS_FAULTS_FORM === 'long' ? counts.long : counts.short;
}

/** The numbers of this run's seed; `name` separates one use from another, so that they do not shift each other. */
export function seeded(name: string): Random {
	let state = Number(process.env.COUPON_POOLS_FAULTS_SEED ?? 1) >>> 0;
	for (const letter of name) {
		state = Math.imul(state ^ letter.charCodeAt(0), 2_654_435_761) >>> 0;
	}
	// Mulberry32: a counter, and a hash of it.
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export function oneOf<Value>(random: Random, values: readonly Value[]): Value {
	return values[Math.floor(random() * values.length)];
}

/** A whole number from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
	return least + Math.floor(random() * (most - least + 1));
}

/** Prints what a test did, next to jest's own lines. */
export function tell(counts: Readonly<Record<string, number | string>>): void {
	const text = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
	process.stdout.write(`    ${text.join(', ')}\n`);
}
