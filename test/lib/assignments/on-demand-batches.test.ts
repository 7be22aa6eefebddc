import { onBothDatabases, type Fixture } from '../../support/databases';
import { codesHere, dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify } from '../../support/shopify';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('The batch of codes made on the spot', (fixture) => {
	let shop: Shopify;
	beforeEach(async () => {
		shop = await Shopify.open();
	});
	afterEach(async () => await shop.close());

	const batchesOf = async (poolId: string) =>
		(await fixture.coupons.listBatches(poolId, { limit: 100 })).batches;

	/** Whoever makes codes in the next hour begins another batch; here, no hour begins in between. */
	async function inOneHour(work: () => Promise<void>): Promise<void> {
		const msToNext = 3_600_000 - (Date.now() % 3_600_000);
		if (msToNext < 20_000) await new Promise((resolve) => setTimeout(resolve, msToNext));
		await work();
	}

	const later = async ({ owner }: Fixture) =>
		await owner.query('update :schema.batches set grows_until = now()');

	it.each([
		['here', 'Made here', 50],
		['in the shop', 'Shopify', 12],
	])(
		'is one for all of the hour, if they are made %s',
		async (where, fileName, count) => {
			const provider = where === 'here' ? undefined : shopifyOf(shop);
			const settings = provider === undefined ? { expiresAfterDays: 14 } : { keepInStock: 0 };
			const pool = await dynamicPool(fixture, provider, settings);
			const assign = async (from: number, to: number) => {
				for (let n = from; n < to; n++) {
					const asked = n % 10 === 9 ? [`a${n}`, `b${n}`] : [`a${n}`];
					const given = await fixture.coupons.assignOnDemand(
						pool.id,
						asked.map((recipient) => ({ recipient })),
						{ provider },
					);
					expect(given.every(({ code }) => code !== null)).toBe(true);
				}
			};
			await inOneHour(async () => await assign(0, count));
			const made = count + Math.floor(count / 10);
			const { stock } = await codesHere(fixture, pool.id);
			expect(stock).toHaveLength(made);
			const [hour, ...others] = await batchesOf(pool.id);
			expect(others).toEqual([]);
			expect(hour).toMatchObject({
				fileName: expect.stringContaining(fileName),
				received: made,
				added: made,
				assigned: made,
				available: 0,
				alreadyInPool: 0,
				invalid: 0,
			});
			const [ends] = await fixture.database.query(
				'select first_code, last_code from :schema.batches where pool_id = $1',
				[pool.id],
			);
			expect(ends).toEqual({ first_code: stock[0], last_code: stock[made - 1] });
			const lines = await fixture.database.query(
				`select codes.line from :schema.codes
				join :schema.assignments as held on held.pool_id = $1 and held.code = codes.code
				where codes.pool_id = $1 order by line`,
				[pool.id],
			);
			expect(lines).toEqual(Array.from({ length: made }, (_, index) => ({ line: index + 1 })));
			await expectSumsToHold(fixture.database, pool.id);

			await later(fixture);
			await assign(count, count + 1);
			expect(await batchesOf(pool.id)).toMatchObject([{ added: 1 }, { added: made }]);
			await expectSumsToHold(fixture.database, pool.id);
		},
		60_000,
	);

	it('is not one that was undone, nor one that was made ahead', async () => {
		const pool = await dynamicPool(fixture, undefined, { keepInStock: 2 });
		const assign = async (...recipients: string[]) =>
			await fixture.coupons.assignOnDemand(
				pool.id,
				recipients.map((recipient) => ({ recipient })),
			);
		await inOneHour(async () => {
			await fixture.coupons.refillPool(pool.id);
			await assign('a', 'b', 'c');
			await assign('d', 'e', 'f');
			const [spot, ahead, ...others] = await batchesOf(pool.id);
			expect(others).toEqual([]);
			expect(ahead).toMatchObject({ added: 2, assigned: 2 });
			expect(spot.added).toBeGreaterThanOrEqual(4);
			await fixture.coupons.undoBatch(pool.id, spot.id);
			await assign('g', 'h', 'i');
			await fixture.coupons.refillPool(pool.id, { target: 5 });
			await assign('j', 'k', 'l', 'm', 'n', 'o');
		});
		const batches = await batchesOf(pool.id);
		expect(batches).toHaveLength(5);
		expect(batches.map(({ undoneAt }) => undoneAt !== null)).toEqual([
			...[false, false, false, true, false],
		]);
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('holds the codes of many who come at once, each given once', async () => {
		const pool = await dynamicPool(fixture, undefined, { expiresAfterDays: 3 });
		await inOneHour(async () => {
			const given = await Promise.all(
				Array.from(
					{ length: 30 },
					async (_, n) => await fixture.coupons.assignOnDemand(pool.id, [{ recipient: `r${n}` }]),
				),
			);
			expect(new Set(given.flat().map(({ code }) => code)).size).toBe(30);
		});
		const [hour, ...others] = await batchesOf(pool.id);
		expect(others).toEqual([]);
		expect(hour).toMatchObject({ assigned: 30 });
		await expectSumsToHold(fixture.database, pool.id);
	});
});
