import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialTestFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { closeIdleConnections, withCouponPools } from '../../nodes/shared/connections';
import { couponPoolsDatabaseTest } from '../../nodes/shared/database-credential';
import { searchBatches } from '../../nodes/ManageCoupons/batch/batch-locator';
import { searchPools } from '../../nodes/shared/pool-locator';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
afterEach(() => jest.useRealTimers());
afterAll(async () => await pools.drop());

const itself = async <Value>(value: Value) => value;

describe('A connection', () => {
	it('is opened once for executions that ask at the same time, and shared', async () => {
		const [one, two] = await Promise.all([pools.use(itself), pools.use(itself)]);
		expect(one).toBe(two);
		expect(await pools.use(itself)).toBe(one);
	});

	it('closes after five minutes without use, and not while it is used', async () => {
		await pools.use(itself);
		jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
		const first = await pools.use(itself);
		await pools.use(async () => {
			await jest.advanceTimersByTimeAsync(10 * 60_000);
			expect(await pools.use(itself)).toBe(first);
		});
		await jest.advanceTimersByTimeAsync(4 * 60_000);
		expect(await pools.use(itself)).toBe(first);

		await jest.advanceTimersByTimeAsync(6 * 60_000);
		jest.useRealTimers();
		await expect(first.ping()).rejects.toThrow();
		expect(await pools.use(itself)).not.toBe(first);
	});

	it('is opened again while it closes, when that is done', async () => {
		const first = await pools.use(itself);
		const closing = closeIdleConnections();
		let closed = false;
		void closing.then(() => (closed = true));
		const second = await pools.use(async (coupons) => {
			expect(closed).toBe(true);
			await coupons.ping();
			return coupons;
		});
		expect(second).not.toBe(first);
	});

	it('that could not be opened is tried anew', async () => {
		const place = mkdtempSync(join(tmpdir(), 'coupon-pools-nodes-'));
		const folder = join(place, 'pools');
		const credential = { database: 'embedded', folder };
		writeFileSync(folder, 'in the way');
		await expect(withCouponPools(credential, itself)).rejects.toThrow();

		rmSync(folder);
		await withCouponPools(credential, async (coupons) => await coupons.ping());
		await closeIdleConnections();
		rmSync(place, { recursive: true });
	});
});

describe('The credential test', () => {
	const test = async (data: object) =>
		await couponPoolsDatabaseTest.call(
			{} as ICredentialTestFunctions,
			{ id: '1', name: 'Coupon Pools', type: 'couponPoolsDatabaseApi', data } as never,
		);

	it('passes where the pools can be used', async () => {
		expect(await test(pools.credential)).toEqual({
			status: 'OK',
			message: 'Connection successful',
		});
	});

	it('says what is wrong, and what to do', async () => {
		const nobodyListens = { database: 'postgres', host: '127.0.0.1', port: 1, ssl: false };
		const result = await test(nobodyListens);
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(
			/^The database refused the connection \(127\.0\.0\.1:1\/.*\)\. Check host and port/,
		);
	});
});

describe('From List', () => {
	const context = {
		getCredentials: async () => pools.credential,
		getNode: () => ({ name: 'Assign Coupon' }),
	} as unknown as ILoadOptionsFunctions;

	beforeAll(async () => {
		for (const name of ['Spring', 'Summer']) await pools.pool([], { name, merchant: 'shop-uk' });
		await pools.use(async (coupons) => {
			for (let n = 100; n < 205; n++) await coupons.createPool({ name: `Page ${n}` });
		});
	});

	it('shows the name, and the merchant where there is one', async () => {
		const { results } = await searchPools.call(context, 'spri');
		expect(results).toEqual([{ name: 'Spring (shop-uk)', value: expect.stringMatching(/^\d+$/) }]);
	});

	it('shows the uploads of the pool that is chosen, the latest first', async () => {
		const pool = await pools.pool(['A-1', 'A-2'], { name: 'With uploads' });
		await pools.use(async (coupons) => {
			await coupons.uploadCodes(pool.id, 'B-1', { fileName: 'more.csv', header: 'no' });
			const [latest] = (await coupons.listBatches(pool.id)).batches;
			await coupons.undoBatch(pool.id, latest.id);
		});
		const searching = async (chosen: unknown, merchant?: string) => {
			const parameters: Record<string, unknown> = { pool: chosen, 'options.merchant': merchant };
			const panel = {
				...context,
				getTimezone: () => 'Europe/Berlin',
				getCurrentNodeParameter: (name: string) => parameters[name],
			} as unknown as ILoadOptionsFunctions;
			return (await searchBatches.call(panel)).results;
		};
		const uploads = await searching(locator(pool.id, 'list'));
		expect(uploads.map(({ name }) => name.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, 'then'))).toEqual([
			'more.csv, then: 1 codes, undone',
			'Without a file, then: 2 codes, 2 available',
		]);
		expect(await searching(locator('With uploads', 'name'))).toEqual(uploads);
		await pools.pool([], { name: 'With uploads', merchant: 'shop-uk' });
		expect(await searching(locator('With uploads', 'name'), '')).toEqual(uploads);
		expect(await searching(locator('With uploads', 'name'), 'shop-uk')).toEqual([]);
		expect(await searching(locator('', 'list'))).toEqual([]);
	});

	it('comes in pages, which together are all pools', async () => {
		const first = await searchPools.call(context, 'page');
		expect(first.results).toHaveLength(100);
		const second = await searchPools.call(context, 'page', first.paginationToken as string);
		expect(second.paginationToken).toBeUndefined();
		const names = [...first.results, ...second.results].map(({ name }) => name);
		expect(new Set(names).size).toBe(105);
	});
});
