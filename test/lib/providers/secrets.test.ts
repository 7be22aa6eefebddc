import { CouponPoolsError, fetchTransport, shopifyProvider } from '../../../lib';
import { allOf, allRowsOf } from '../../support/all-of';
import { onPostgres } from '../../support/databases';
import { dynamicPool } from '../../support/dynamic-pools';
import { parrots } from '../../support/parrot';
import { questions, shops, type OpenShop } from '../../support/shops';

const kinds = Object.keys(shops);
const faults = Object.keys(parrots);

let shop: OpenShop;
afterEach(async () => await shop.close());

function expectNoSecretIn(text: string): void {
	for (const secret of shop.secrets) expect(text).not.toContain(secret);
}

describe.each(kinds)('%s, quoting the secrets that it is asked with', (kind) => {
	beforeEach(async () => (shop = await shops[kind]()));

	it.each(faults)('in %s, has none of them told on', async (fault) => {
		shop.server.instead = parrots[fault];
		for (const question of Object.values(questions(shop))) {
			const answer = await question(Date.now() + 1000).catch((failure: unknown) => failure);
			if (answer instanceof Error) expect(answer).toBeInstanceOf(CouponPoolsError);
			expectNoSecretIn(allOf(answer));
		}
		expect(shop.server.asked.length).toBeGreaterThan(0);
	});

	it.each(['down', 'hanging', 'dripping'] as const)('while %s, neither', async (state) => {
		shop.server.state = state;
		for (const question of Object.values(questions(shop))) {
			expectNoSecretIn(allOf(await question(Date.now() + 100).catch((failure) => failure)));
		}
	});
});

onPostgres('No secret of a shop', (fixture) => {
	it.each(kinds)('%s comes into the database, a result, or the console', async (kind) => {
		shop = await shops[kind]();
		const { provider, rule } = shop;
		const written: unknown[] = [];
		for (const method of ['debug', 'error', 'info', 'log', 'warn'] as const) {
			jest.spyOn(console, method).mockImplementation((...words) => void written.push(...words));
		}
		const told: unknown[] = [];
		const note = async (work: Promise<unknown>) =>
			told.push(await work.catch((failure: unknown) => failure));
		try {
			const pool = await dynamicPool(fixture, provider, { rule, keepInStock: 3, refillAt: 3 });
			await note(fixture.coupons.refillPool(pool.id, { provider }));
			await note(fixture.coupons.assign(pool.id, [{ recipient: 'jane@example.com' }]));
			for (const fault of faults) {
				shop.server.instead = parrots[fault];
				const people = [1, 2, 3, 4].map((n) => ({ recipient: `${fault} ${n}` }));
				const onShopFailure = (failure: Error) => told.push(failure);
				const quick = { provider, timeoutSeconds: 0.5 };
				await note(dynamicPool(fixture, provider, { rule }));
				await note(fixture.coupons.refillPool(pool.id, { ...quick, target: 9 }));
				await note(
					fixture.coupons.assignOnDemand(pool.id, people, {
						provider,
						onTheSpotSeconds: 0.5,
						onShopFailure,
					}),
				);
				await note(fixture.coupons.reconcilePool(pool.id, provider, quick));
				await fixture.database.query("update :schema.dynamic_pools set paused_until = '-infinity'");
			}
			await note(fixture.coupons.getDynamic(pool.id));
		} finally {
			jest.restoreAllMocks();
		}
		const rows = await allRowsOf(fixture.database);
		expect(rows).toContain('dynamic_pools: {');
		expect(rows).toContain('jane@example.com');
		expectNoSecretIn(rows);
		expectNoSecretIn(told.map(allOf).join('\n'));
		expectNoSecretIn(allOf(written));
	});
});

describe('A shop’s address', () => {
	beforeEach(async () => (shop = await shops.Magento()));

	it.each([
		['with a user and a password', 'https://admin:hunter2-of-admin@shop.example'],
		['with a token after it', 'https://shop.example/?token=hunter2-of-admin'],
		['that is a token', 'shpat_hunter2-of-admin'],
	])('%s is refused, and is not repeated', (_, address) => {
		const transport = fetchTransport({ shop: address, headers: async () => ({}) });
		let failure: unknown;
		try {
			shopifyProvider({ shop: address, transport });
		} catch (error) {
			failure = error;
		}
		expect(failure).toMatchObject({ code: 'invalid_input', hint: expect.stringMatching(/./) });
		expect(allOf(failure)).not.toContain('hunter2');
	});

	it('that leads to another is not followed, for the token would go along', async () => {
		const other = await shops.Magento();
		shop.server.instead = () => ({
			status: 301,
			body: '',
			headers: { location: `${other.server.url}/rest/all/V1/salesRules/7` },
		});
		await expect(
			shop.provider.lookUpRule('7', { deadline: Date.now() + 1000 }),
		).rejects.toMatchObject({
			code: 'shop_refused',
			message: expect.stringContaining(`points to ${other.server.url}`),
		});
		expect(other.server.asked).toEqual([]);
		await other.close();
	});
});
