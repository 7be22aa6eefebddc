import { CouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres, testUrl } from '../../support/databases';
import { openFlakyProxy } from '../../support/flaky-proxy';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('the same request id', (fixture) => {
	it('gives the same assignment, whatever the policy, and says again that it was the first', async () => {
		const { id } = await poolWith(fixture, 9);
		const request = { recipient: 'jane@example.com', requestId: 'order-1' };
		const [first] = await fixture.coupons.assign(id, [request], { ifAlreadyAssigned: 'alwaysNew' });
		const [again] = await fixture.coupons.assign(id, [request], { ifAlreadyAssigned: 'alwaysNew' });
		expect(again).toEqual(first);
		const [other] = await fixture.coupons.assign(id, [{ ...request, requestId: 'order-2' }], {
			ifAlreadyAssigned: 'alwaysNew',
		});
		expect(other.code).toBe('C002');
		await expectSumsToHold(fixture.database, id);
	});

	it('gives the repeated assignment again, even when the policy would by then give a new one', async () => {
		const { id } = await poolWith(fixture, 9);
		await fixture.coupons.assign(id, [{ recipient: 'jane@example.com', requestId: 'first' }]);
		await fixture.coupons.assign(id, [{ recipient: 'jane@example.com', requestId: 'second' }]);
		await fixture.database.query(
			"update :schema.assignments set assigned_at = now() - interval '2 days'",
		);
		const [again] = await fixture.coupons.assign(id, [
			{ recipient: 'jane@example.com', requestId: 'second' },
		]);
		expect(again).toMatchObject({ code: 'C001', issue: 'repeat' });
	});

	it('gives the same assignment twice within one call', async () => {
		const { id } = await poolWith(fixture, 9);
		const request = { recipient: 'jane@example.com', requestId: 'once' };
		for (const ifAlreadyAssigned of ['alwaysNew', 'sameWithin'] as const) {
			const [one, two] = await fixture.coupons.assign(id, [request, request], {
				ifAlreadyAssigned,
			});
			expect(two).toEqual(one);
		}
		await expectSumsToHold(fixture.database, id);
	});

	it('gives an assignment even if the pool has been switched off since', async () => {
		const { id } = await poolWith(fixture, 1);
		const request = { recipient: 'jane@example.com', requestId: 'once' };
		const [first] = await fixture.coupons.assign(id, [request]);
		await fixture.coupons.updatePool(id, { active: false });
		expect((await fixture.coupons.assign(id, [request]))[0]).toEqual(first);
		const [new_] = await fixture.coupons.assign(id, [{ recipient: 'jane@example.com' }]);
		expect(new_).toMatchObject({ code: null, reason: 'pool_inactive' });
	});

	it('never gives one recipient the code of another', async () => {
		const { id } = await poolWith(fixture, 9);
		await fixture.coupons.assign(id, [{ recipient: 'jane@example.com', requestId: 'order-1' }]);
		const stolen = fixture.coupons.assign(id, [
			{ recipient: 'eve@example.com', requestId: 'order-1' },
		]);
		await expect(stolen).rejects.toMatchObject({
			code: 'invalid_input',
			message: 'The Request ID "order-1" belongs to another recipient',
			item: 0,
		});
		const together = fixture.coupons.assign(id, [
			{ recipient: 'adam@example.com', requestId: 'order-2' },
			{ recipient: 'eve@example.com', requestId: 'order-2' },
		]);
		await expect(together).rejects.toMatchObject({ code: 'invalid_input', item: 1 });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 1, available: 8 });
	});
});

onPostgres('an answer that is lost after the commit', (fixture) => {
	it('is given again by the same request id', async () => {
		const { id } = await poolWith(fixture, 9);
		const proxy = await openFlakyProxy(testUrl());
		const throughProxy = new CouponPools(
			await openDatabase({ connectionString: proxy.url, schema: fixture.settings.schema }),
		);
		try {
			const request = { recipient: 'jane@example.com', requestId: 'try' };
			proxy.loseAnswerTo('for update skip locked');
			await expect(
				throughProxy.assign(id, [request], { ifAlreadyAssigned: 'alwaysNew' }),
			).rejects.toMatchObject({
				code: 'database_lost',
				hint: expect.stringContaining('nothing is given twice'),
			});
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 1 });
			const [again] = await throughProxy.assign(id, [request], { ifAlreadyAssigned: 'alwaysNew' });
			expect(again).toMatchObject({ code: 'C001', issue: 'initial' });
			await expectSumsToHold(fixture.database, id);
		} finally {
			await throughProxy.close();
			await proxy.close();
		}
	});
});
