// @ts-check
/** Tells whoever waits what is being done, and for how long already. */

const live = process.stdout.isTTY === true && !process.env.CI;

/**
 * Does one step and shows it: a counter that ticks on a terminal, plain lines elsewhere.
 *
 * @template Result
 * @param {string} title what is being done, such as "Installing n8n"
 * @param {(note: (text: string) => void) => Promise<Result>} work told how to say where it stands;
 *   what it says last stays beside the title
 * @returns {Promise<Result>}
 */
async function step(title, work) {
	const began = Date.now();
	let note = '';
	const say = () => `${title}${note ? `: ${note}` : ''}`;
	if (!live) console.log(`- ${title} ...`);
	const timer = live
		? setInterval(() => rewrite(`- ${title} ... ${elapsed(began)}${note && ` (${note})`}`), 200)
		: setInterval(() => console.log(`    ${say()}, ${elapsed(began)} so far`), 20_000);
	try {
		const result = await work((text) => {
			note = text;
		});
		clearInterval(timer);
		if (live) rewrite(`- ${say()} (${elapsed(began)})\n`);
		else console.log(`    done${note ? `: ${note}` : ''} (${elapsed(began)})`);
		return result;
	} catch (error) {
		clearInterval(timer);
		if (live) console.log();
		if (error instanceof Error && !('step' in error)) Object.assign(error, { step: title });
		throw error;
	}
}

/** @param {string} text */
function rewrite(text) {
	const width = process.stdout.columns ?? 80;
	// A line that wraps could not be rewritten.
	process.stdout.write(
		`\r\u001b[K${text.length < width || text.endsWith('\n') ? text : `${text.slice(0, width - 2)}…`}`,
	);
}

/** @param {number} began milliseconds since 1970 */
function elapsed(began) {
	const seconds = Math.round((Date.now() - began) / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

module.exports = { step };
