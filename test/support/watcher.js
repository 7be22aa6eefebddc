'use strict';

// A process of its own that watches: one JSON line in, `{ settings, options }`; one JSON line out for each event
// told, and `{ "ready": true }` when it has begun.

const { openCouponPools } = require('../..');

let input = '';
process.stdin.on('data', (chunk) => (input += chunk));
process.stdin.on('end', async () => {
	const { settings, options } = JSON.parse(input);
	const coupons = await openCouponPools(settings);
	const onEvents = (events) => events.forEach((event) => console.log(JSON.stringify(event)));
	await coupons.watch({ ...options, onEvents });
	console.log(JSON.stringify({ ready: true }));
});
