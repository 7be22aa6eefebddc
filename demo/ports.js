// @ts-check
const { createServer } = require('node:net');

/**
 * The wanted port of 127.0.0.1 if it is free, else the next one that is.
 *
 * @param {number} wanted 0 for any
 * @returns {Promise<number>}
 */
async function freePort(wanted) {
	for (let port = wanted; ; port++) {
		const free = await tryPort(port);
		if (free !== null) return free;
		if (port - wanted > 100) throw new Error(`No port is free from ${wanted} to ${port}`);
	}
}

/** @param {number} port @returns {Promise<number | null>} */
async function tryPort(port) {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(null));
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			const number = typeof address === 'object' && address ? address.port : port;
			server.close(() => resolve(number));
		});
	});
}

module.exports = { freePort };
