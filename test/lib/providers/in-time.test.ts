import { shopifyProvider, type Transport } from '../../../lib';
import { questions, shops, type OpenShop } from '../../support/shops';

let shop: OpenShop;
afterEach(async () => await shop.close());

/** Longer than asked for, and far shorter than a shop that never answers. */
const SOON = 3000;

async function expectEndInTime(question: (deadline: number) => Promise<unknown>): Promise<void> {
	const begun = Date.now();
	await expect(question(begun + 200)).rejects.toMatchObject({
		code: 'shop_unreachable',
		message: expect.stringContaining('timed out'),
	});
	expect(Date.now() - begun).toBeLessThan(SOON);
}

describe.each(Object.keys(shops))('%s is waited for no longer than was said', (kind) => {
	beforeEach(async () => (shop = await shops[kind]()));

	it.each(['hanging', 'dripping'] as const)('while it is %s', async (state) => {
		shop.server.state = state;
		const { poll, ...others } = questions(shop);
		for (const question of Object.values(others)) await expectEndInTime(question);
		if (shop.provider.name === 'shopify') await expectEndInTime(poll);
	});
});

it('A shop is waited for no longer, even if the transport knows no end', async () => {
	shop = await shops.Magento();
	const endless: Transport = async () => await new Promise(() => undefined);
	const provider = shopifyProvider({ shop: shop.server.url, transport: endless });
	await expectEndInTime(async (deadline) => await provider.lookUpRule('1001', { deadline }));
});

it('A caller who stops is not kept waiting', async () => {
	shop = await shops.Magento();
	shop.server.state = 'hanging';
	const stop = new AbortController();
	const begun = Date.now();
	const limits = { deadline: begun + 20_000, signal: stop.signal };
	const asked = shop.provider.lookUpRule('7', limits);
	setTimeout(() => stop.abort(), 50);
	await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
	expect(Date.now() - begun).toBeLessThan(SOON);
});
