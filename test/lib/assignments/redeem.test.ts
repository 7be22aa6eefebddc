import { CouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('redeeming by code', (fixture) => {
	it('finds the recipient in whichever pool, and keeps the order', async () => {
		await poolWith(fixture, 3);
		const pool = await poolWith(fixture, ['MINE-1']);
		await fixture.coupons.assign(pool.id, [{ recipient: 'ann' }]);
		expect(await fixture.coupons.redeemCode(' MINE-1 ', { orderId: '#1' })).toMatchObject({
			redeemed: true,
			first: true,
			code: 'MINE-1',
			pool: pool.name,
			recipient: 'ann',
			orderId: '#1',
		});
		expect(await fixture.coupons.checkThreshold(pool.id)).toMatchObject({
			assigned: 1,
			redeemed: 1,
		});
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('counts the first order, however often it or another one comes', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		const first = await fixture.coupons.redeemCode('A1', { orderId: '#1' });
		for (const orderId of ['#1', '#2']) {
			expect(await fixture.coupons.redeemCode('A1', { orderId })).toEqual({
				...first,
				first: false,
			});
		}
		expect((await fixture.coupons.getCode(id, 'A1')).history).toHaveLength(3);
	});

	it('of a code that nobody was given is an answer, not an error', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2']);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.coupons.releaseCode(id, 'A1');
		for (const [code, reason] of [
			['A1', 'not_assigned'],
			['A2', 'not_assigned'],
			['SHOP10', 'unknown_code'],
		]) {
			expect(await fixture.coupons.redeemCode(code)).toMatchObject({
				redeemed: false,
				reason,
				message: expect.stringContaining(code),
			});
		}
		await expect(fixture.coupons.redeemCode(' ')).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(fixture.coupons.redeemCode('A1', { poolId: '999' })).rejects.toMatchObject({
			code: 'pool_not_found',
		});
	});

	it('of a code that many hold takes the recipient', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'S',
			type: 'shared',
			sharedCodes: [{ code: 'ALL' }],
		});
		await fixture.coupons.assign(id, [
			{ recipient: 'ann@example.com' },
			{ recipient: 'bob@example.com' },
		]);
		expect(await fixture.coupons.redeemCode('ALL')).toMatchObject({
			redeemed: false,
			reason: 'several_holders',
		});
		expect(await fixture.coupons.redeemCode('ALL', { recipient: 'Bob@Example.com' })).toMatchObject(
			{ redeemed: true, recipient: 'bob@example.com' },
		);
	});
});

onPostgres('releasing and redeeming at once', (fixture) => {
	it('is won by one; the other gets a clear answer, and the sums hold', async () => {
		const { id } = await poolWith(fixture, 30);
		const given = await fixture.coupons.assign(
			id,
			Array.from({ length: 30 }, (_, index) => ({ recipient: `p${index}` })),
		);
		const other = new CouponPools(await openDatabase(fixture.settings));
		try {
			const ends = await Promise.all(
				given.map(async ({ code }) => {
					const [released, redeemed] = await Promise.allSettled([
						other.releaseCode(id, code ?? ''),
						fixture.coupons.redeemCode(code ?? ''),
					]);
					const isReleased = released.status === 'fulfilled';
					const isRedeemed = redeemed.status === 'fulfilled' && redeemed.value.redeemed;
					for (const end of [released, redeemed]) {
						if (end.status === 'rejected') {
							expect(end.reason).toMatchObject({ code: 'code_not_found' });
						}
					}
					return [isReleased, isRedeemed];
				}),
			);
			for (const [isReleased, isRedeemed] of ends) {
				expect(isReleased).toBe(!isRedeemed);
			}
			await expectSumsToHold(fixture.database, id);
		} finally {
			await other.close();
		}
	});
});
