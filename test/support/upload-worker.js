'use strict';

// A process of its own that uploads: `{ settings, poolId, codes }` as its argument. Before the last line it says so,
// and waits to be ended.

const { openCouponPools } = require('../..');

async function* untilLastLine(codes) {
	yield Buffer.from(`${codes.join('\n')}\n`);
	console.log('The last line is left');
	await new Promise((resolve) => setTimeout(resolve, 600_000));
}

const { settings, poolId, codes } = JSON.parse(process.argv[2]);
openCouponPools(settings).then(
	async (coupons) => await coupons.uploadCodes(poolId, untilLastLine(codes)),
);
