'use strict';

// A process of its own that refills a pool from a Shopify: one JSON line in,
// `{ settings, poolId, shop, leaseSeconds, timeoutSeconds }`; one JSON line out when it is done.

const { fetchTransport, openCouponPools, shopifyHeaders, shopifyProvider } = require('../..');

let input = '';
process.stdin.on('data', (chunk) => (input += chunk));
process.stdin.on('end', async () => {
	const { settings, poolId, shop, ...options } = JSON.parse(input);
	const coupons = await openCouponPools(settings);
	const headers = shopifyHeaders(shop, { accessToken: 'shpat_test' });
	const transport = fetchTransport({ shop, headers });
	const provider = shopifyProvider({ shop, transport, pollEvery: 20 });
	console.log(JSON.stringify(await coupons.refillPool(poolId, { provider, ...options })));
	await coupons.close();
});
