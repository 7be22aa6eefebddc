'use strict';

// A process of its own that uses the built library. The first line that it reads is the settings; each further line is
// a call, `{ id, method, args }`, and is answered by a line, `{ id, answer }` or `{ id, error }`.

const { createInterface } = require('node:readline');

const { CouponPoolsError, openCouponPools } = require('../..');

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** An error as whoever gets it sees it; one that is not ours is a bug, and shown in full. */
const seen = (error) =>
	error instanceof CouponPoolsError
		? { code: error.code, message: error.message, hint: error.hint }
		: { code: 'not ours', message: String(error?.stack ?? error), hint: '' };

/** The server may be on its way down or up. */
async function open(settings) {
	for (let tries = 0; ; tries++) {
		try {
			return await openCouponPools(settings);
		} catch (error) {
			if (tries === 200) throw error;
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}
}

let coupons;
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
	const given = JSON.parse(line);
	if (coupons === undefined) {
		coupons = open(given);
		coupons.then(() => say({ ready: true }));
		return;
	}
	coupons
		.then((pools) => pools[given.method](...given.args))
		.then(
			(answer) => say({ id: given.id, answer: answer ?? null }),
			(error) => say({ id: given.id, error: seen(error) }),
		);
});
lines.on('close', async () => (await coupons).close());
