/**
 * This many clients at once, each of which asks for the next one as soon as it is answered.
 *
 * @template Request
 * @param {number} clients
 * @param {readonly Request[]} requests
 * @param {(request: Request) => Promise<unknown>} ask
 * @returns {Promise<number[]>} how long each answer took, in milliseconds
 */
export async function askAtOnce(clients, requests, ask) {
	const waits = [];
	let next = 0;
	const client = async () => {
		while (next < requests.length) {
			const request = requests[next++];
			const begin = performance.now();
			await ask(request);
			waits.push(performance.now() - begin);
		}
	};
	await Promise.all(Array.from({ length: clients }, client));
	return waits;
}

/** The value that this fraction of the numbers does not exceed; 0.5 for the median. */
export function quantile(numbers, part) {
	const sorted = [...numbers].sort((one, other) => one - other);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

export function perSecond(count) {
	return `${Math.round(count).toLocaleString('en')}/s`;
}
