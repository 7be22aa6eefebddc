'use strict';

// A process of its own that assigns: one JSON line in, `{ settings, poolId, requests, options, oneByOne }`; one JSON
// line out for each call that is answered.

const { openCouponPools } = require('../..');

let input = '';
process.stdin.on('data', (chunk) => (input += chunk));
process.stdin.on('end', async () => {
	const { settings, poolId, requests, options, oneByOne } = JSON.parse(input);
	const coupons = await openCouponPools(settings);
	for (const call of oneByOne ? requests.map((request) => [request]) : [requests]) {
		console.log(JSON.stringify(await coupons.assign(poolId, call, options)));
	}
	await coupons.close();
});
