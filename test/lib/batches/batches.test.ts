import { CouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const people = (count: number, name = 'p') =>
	Array.from({ length: count }, (_, index) => ({ recipient: `${name}${index}` }));

onBothDatabases('batches', (fixture) => {
	it('are listed with what was added, what remains and what was assigned, the latest first', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2', 'A3']);
		await fixture.coupons.uploadCodes(id, 'A3\nB1\nB1\nx y', { header: 'no' });
		await fixture.coupons.assign(id, people(2));
		const { batches, next } = await fixture.coupons.listBatches(id);
		expect(batches).toMatchObject([
			{ received: 4, added: 1, alreadyInPool: 1, duplicatesInFile: 1, invalid: 1, available: 1 },
			{ received: 3, added: 3, available: 1, assigned: 2, removed: 0, undoneAt: null },
		]);
		expect(next).toBeNull();
	});

	it('go on page by page', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		for (const code of ['B1', 'C1']) {
			await fixture.coupons.uploadCodes(id, code, { header: 'no' });
		}
		const first = await fixture.coupons.listBatches(id, { limit: 2 });
		const second = await fixture.coupons.listBatches(id, { limit: 2, after: first.next ?? '' });
		const ids = [...first.batches, ...second.batches].map((batch) => Number(batch.id));
		expect(ids).toHaveLength(3);
		expect(ids).toEqual([...ids].sort((one, other) => other - one));
		expect(second.next).toBeNull();
	});
});

onBothDatabases('undoing a batch', (fixture) => {
	it('takes out what nobody was given, and leaves other batches alone', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2', 'A3']);
		const { batchId } = await fixture.coupons.uploadCodes(id, 'B1\nB2', { header: 'no' });
		await fixture.coupons.assign(id, people(4));
		expect(await fixture.coupons.undoBatch(id, batchId ?? '')).toMatchObject({
			id: batchId,
			added: 2,
			assigned: 1,
			removed: 1,
			available: 0,
			removedNow: 1,
			undoneAt: expect.any(Date),
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			total: 5,
			assigned: 4,
			removed: 1,
			available: 0,
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('twice is harmless', async () => {
		const { id } = await poolWith(fixture, 2);
		const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
		const first = await fixture.coupons.undoBatch(id, batchId);
		const second = await fixture.coupons.undoBatch(id, batchId);
		expect(second).toEqual({ ...first, removedNow: 0 });
		await expectSumsToHold(fixture.database, id);
	});

	it('lets the same codes be uploaded again, and given, and undone again', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2']);
		for (const round of [1, 2, 3]) {
			const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
			await fixture.coupons.undoBatch(id, batchId);
			const report = await fixture.coupons.uploadCodes(id, 'A1\nA2', { header: 'no' });
			expect(report).toMatchObject({ added: 2, sameFileAs: null });
			await expectSumsToHold(fixture.database, id);
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
				available: 2,
				removed: 2 * round,
				total: 2 + 2 * round,
			});
		}
		expect(await fixture.coupons.assign(id, people(3))).toMatchObject([
			{ code: 'A1' },
			{ code: 'A2' },
			{ code: null },
		]);
		await expectSumsToHold(fixture.database, id);
	});

	it('frees its codes for another pool that wants them nowhere else', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		const other = await poolWith(fixture, 0);
		const upload = async () =>
			await fixture.coupons.uploadCodes(other.id, 'A1', { header: 'no', uniqueAcrossPools: true });
		expect(await upload()).toMatchObject({ added: 0, inOtherPools: 1 });
		const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
		await fixture.coupons.undoBatch(id, batchId);
		expect(await upload()).toMatchObject({ added: 1, inOtherPools: 0 });
	});

	it('of another pool, or that never was, is refused and changes nothing', async () => {
		const { id, name } = await poolWith(fixture, 1);
		const other = await poolWith(fixture, 1);
		const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
		for (const wrong of ['abc', '999999']) {
			await expect(fixture.coupons.undoBatch(id, wrong)).rejects.toMatchObject({
				code: 'batch_not_found',
				message: `The pool "${name}" has no batch "${wrong}"`,
			});
		}
		await expect(fixture.coupons.undoBatch(other.id, batchId)).rejects.toMatchObject({
			code: 'batch_not_found',
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 1 });
	});

	it('of a shared pool is refused, for its code is a setting', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'S',
			type: 'shared',
			sharedCodes: [{ code: 'ALL', maxAssignments: 3 }],
		});
		const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
		await expect(fixture.coupons.undoBatch(id, batchId)).rejects.toMatchObject({
			code: 'wrong_pool_type',
		});
	});
});

onPostgres('undoing a batch that 16 clients assign from', (fixture) => {
	it('leaves what was assigned, takes out the rest, and the sums hold', async () => {
		const { id } = await poolWith(fixture, numbered(1500));
		const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
		const clients = await Promise.all(
			Array.from(
				{ length: 16 },
				async () => new CouponPools(await openDatabase({ ...fixture.settings, poolSize: 1 })),
			),
		);
		try {
			let tellOfFirst = () => {};
			const first = new Promise<void>((resolve) => {
				tellOfFirst = resolve;
			});
			const assigning = clients.map(async (client, turn) => {
				const given: Array<string | null> = [];
				for (const person of people(60, `c${turn}-`)) {
					given.push(...(await client.assign(id, [person])).map(({ code }) => code));
					tellOfFirst();
				}
				return given;
			});
			await first;
			const undone = await fixture.coupons.undoBatch(id, batchId);
			const given = (await Promise.all(assigning)).flat().filter((code) => code !== null);

			expect(undone.removedNow).toBeGreaterThan(0);
			expect(given.length).toBeGreaterThan(0);
			expect(new Set(given).size).toBe(given.length);
			expect(given.length + undone.removedNow).toBe(1500);
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
				assigned: given.length,
				removed: undone.removedNow,
				available: 0,
			});
			await expectSumsToHold(fixture.database, id);
		} finally {
			await Promise.all(clients.map(async (client) => await client.close()));
		}
	}, 60_000);
});
