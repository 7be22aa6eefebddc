import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import * as library from '../../lib';
import { onBothDatabases } from '../support/databases';
import { Shopify } from '../support/shopify';

const root = join(__dirname, '..', '..');

/** The script of a page, whose `await` stands at its top level, as a function of `require`. */
function scriptOf(page: string): (values: readonly string[]) => ScriptBuilder {
	const [, script] = /^```js\n(const [\s\S]+?openCouponPools[\s\S]+?)^```$/m.exec(
		readFileSync(join(root, page), 'utf8'),
	) ?? [page, ''];
	return (names) => (instead) => {
		let text = script;
		for (const [written, own] of Object.entries(instead)) {
			expect(text).toContain(written);
			text = text.replaceAll(written, own);
		}
		return new AsyncFunction('require', `${text}\nreturn { ${names.join(', ')} };`);
	};
}

type ScriptBuilder = (
	instead: Record<string, string>,
) => (require: (name: string) => unknown) => Promise<Record<string, unknown>>;

const AsyncFunction = (async () => await Promise.resolve()).constructor as new (
	...texts: string[]
) => ReturnType<ScriptBuilder>;

onBothDatabases('a script of the documentation', (fixture) => {
	const requiring = (name: string): unknown =>
		name === 'n8n-nodes-coupon-pools'
			? {
					...library,
					openCouponPools: async () => await library.openCouponPools(fixture.settings),
				}
			: createRequire(__filename)(name);

	it('of README.md runs as it stands, with a file of codes', async () => {
		const script = scriptOf('README.md')(['report', 'given', 'message', 'stock'])({
			"'codes.csv'": JSON.stringify(join(root, 'examples', 'codes.csv')),
		});
		const { report, given, message, stock } = await script(requiring);

		const { code } = given as library.Coupon;
		expect(report).toMatchObject({ added: 200, invalid: 0 });
		expect(given).toMatchObject({ recipient: 'jane@example.com', issue: 'initial' });
		expect(message).toEqual({ html: `Use <b>${code}</b>` });
		expect(stock).toMatchObject({ available: 199, threshold: 50, low: false });
	});

	it('of dynamic-pools.md runs as it stands, with a shop', async () => {
		const shop = await Shopify.open({ clientId: '…', clientSecret: '…' });
		try {
			const script = scriptOf('docs/dynamic-pools.md')(['coupons', 'pool', 'given'])({
				'https://my-shop.myshopify.com': shop.url,
				// The discount of the stand-in.
				"'1234567890'": "'1001'",
			});
			const { coupons, pool, given } = await script(requiring);
			await (coupons as library.CouponPools).close();

			expect(pool).toMatchObject({ name: 'Shopify 10%', warnings: [] });
			expect((given as library.Coupon).code).toMatch(/^CART-\w{4}-\w{4}$/);
			const { pools } = await fixture.coupons.glanceAtPools();
			expect(pools).toMatchObject([{ total: 500, available: 499 }]);
		} finally {
			await shop.close();
		}
	});
});
