import { quantile } from './clients.mjs';

/**
 * Measures contenders in turns, so that whatever else the machine does affects all of them: each once per
 * round, in an order that changes.
 *
 * @param {Record<string, (round: number) => unknown>} contenders functions, which may be asynchronous; one of which
 *   only a part counts gives its `seconds`
 * @param {{ before?: (name: string, round: number) => Promise<unknown>, rounds?: number }} [options] what brings
 *   about the same state each time, not measured; and how often, for what varies much
 * @returns {Promise<Record<string, number>>} the median seconds of each
 */
export async function takeTurns(contenders, { before, rounds = 3 } = {}) {
	const names = Object.keys(contenders);
	const times = Object.fromEntries(names.map((name) => [name, []]));
	for (let round = 0; round < rounds; round++) {
		for (const name of round % 2 === 0 ? names : [...names].reverse()) {
			await before?.(name, round);
			const begin = performance.now();
			const result = await contenders[name](round);
			times[name].push(result?.seconds ?? (performance.now() - begin) / 1000);
		}
		const shown = names.map((name) => `${name} ${times[name][round].toFixed(2)} s`);
		console.error(`  round ${round + 1}: ${shown.join(', ')}`);
	}
	return Object.fromEntries(names.map((name) => [name, quantile(times[name], 0.5)]));
}
