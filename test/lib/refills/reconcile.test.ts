import { fetchTransport, woocommerceProvider, type Provider } from '../../../lib';
import { TimeIsUp } from '../../../lib/providers/transport';
import { onBothDatabases } from '../../support/databases';
import { dynamicPool } from '../../support/dynamic-pools';
import { WooCommerce } from '../../support/woocommerce';

onBothDatabases('Reconciling with a shop that is asked code by code', (fixture) => {
	let shop: WooCommerce;
	let provider: Provider;
	beforeEach(async () => {
		shop = await WooCommerce.open();
		const authorization = `Basic ${Buffer.from('ck_key:cs_secret').toString('base64')}`;
		const headers = async () => ({ authorization });
		const transport = fetchTransport({ shop: shop.url, headers });
		provider = woocommerceProvider({ shop: shop.url, transport });
	});
	afterEach(async () => await shop.close());

	/** A pool of whose codes so many are held, in their order. */
	async function poolWithHeld(count: number) {
		const form = { prefix: 'w-' };
		const pool = await dynamicPool(fixture, provider, { rule: '100', keepInStock: count, form });
		await fixture.coupons.refillPool(pool.id, { provider });
		const requests = Array.from({ length: count }, (_, n) => ({ recipient: `c${n}` }));
		const given = await fixture.coupons.assign(pool.id, requests);
		return { pool, held: given.map(({ code }) => String(code)).sort() };
	}

	function use(...codes: string[]): void {
		for (const code of codes) Object.assign(shop.coupons.get(code) ?? {}, { usage_count: 1 });
	}

	it('keeps what it learned until the time was up, and tells how far it came', async () => {
		const { pool, held } = await poolWithHeld(200);
		use(...held);
		const slow: Provider = {
			...provider,
			findUsed: async (codes, ruleId, limits) => {
				// As long as the shop takes for so many requests, five at once.
				await new Promise((resolve) => setTimeout(resolve, codes.length * 10));
				if (Date.now() >= limits.deadline) throw new TimeIsUp('WooCommerce', 'did not answer');
				return await provider.findUsed(codes, ruleId, limits);
			},
		};
		const found: string[] = [];
		for (let runs = 1; ; runs++) {
			const report = await fixture.coupons.reconcilePool(pool.id, slow, { timeoutSeconds: 1.5 });
			expect(report.redeemed).toBeGreaterThan(0);
			expect(report).toMatchObject({
				asked: report.redeemed,
				partial: found.length + report.asked < 200,
			});
			found.push(...report.redeemedCodes);
			if (!report.partial) break;
			expect(runs).toBeLessThan(12);
		}
		expect(found.sort()).toEqual(held);
	});

	it('reaches the last code, too, though the time suffices for a part', async () => {
		const { pool, held } = await poolWithHeld(100);
		use(held[99]);
		for (let runs = 0; ; runs++) {
			expect(runs).toBeLessThan(40);
			let asked = 0;
			const tired: Provider = {
				...provider,
				findUsed: async (codes, ruleId, limits) => {
					if (asked++ > 0) throw new TimeIsUp('WooCommerce', 'is at its rate limit');
					return await provider.findUsed(codes, ruleId, limits);
				},
			};
			const report = await fixture.coupons.reconcilePool(pool.id, tired);
			expect(report).toMatchObject({ partial: true });
			if (report.redeemed === 1) {
				expect(report.redeemedCodes).toEqual([held[99]]);
				break;
			}
		}
	});

	it('asks for each code once, wherever it begins', async () => {
		const { pool, held } = await poolWithHeld(120);
		use(...held.slice(40, 60));
		const asked: string[][] = [];
		const report = await fixture.coupons.reconcilePool(pool.id, {
			...provider,
			findUsed: async (codes, ruleId, limits) => {
				asked.push([...codes]);
				return await provider.findUsed(codes, ruleId, limits);
			},
		});
		expect(report).toMatchObject({ asked: 120, redeemed: 20, partial: false });
		expect(asked.flat().sort()).toEqual(held);
		expect(Math.max(...asked.map(({ length }) => length))).toBe(50);
	});

	it('is an error where the shop told nothing in time, or fails', async () => {
		const { pool } = await poolWithHeld(3);
		shop.server.state = 'hanging';
		await expect(
			fixture.coupons.reconcilePool(pool.id, provider, { timeoutSeconds: 0.3 }),
		).rejects.toMatchObject({ code: 'shop_unreachable' });
		shop.server.state = 'down';
		await expect(fixture.coupons.reconcilePool(pool.id, provider)).rejects.toMatchObject({
			code: 'shop_unreachable',
		});
	});
});
