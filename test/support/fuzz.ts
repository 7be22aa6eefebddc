import * as fc from 'fast-check';

/** The same cases every time, so that what once failed fails again. */
const FIXED_SEED = 20_261_121;

/**
 * Runs a property with cases that are the same each time, and as many random ones, whose seed is printed.
 * COUPON_POOLS_FUZZ_SEED repeats these; COUPON_POOLS_FUZZ_RUNS runs more.
 */
export async function fuzz<Values extends [unknown, ...unknown[]]>(
	property: fc.IAsyncProperty<Values>,
	{ runs }: { runs: number },
): Promise<void> {
	const numRuns = Number(process.env.COUPON_POOLS_FUZZ_RUNS ?? runs);
	for (const seed of [FIXED_SEED, seedByChance()]) {
		await fc.assert(property, { seed, numRuns });
	}
}

/** COUPON_POOLS_FUZZ_SEED if it is set, else a random seed; printed, so that what failed can be repeated. */
export function seedByChance(): number {
	const seed = Number(process.env.COUPON_POOLS_FUZZ_SEED ?? Date.now() % 2 ** 31);
	process.stdout.write(`    Seed by chance: ${seed} (COUPON_POOLS_FUZZ_SEED)\n`);
	return seed;
}
