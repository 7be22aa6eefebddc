import { setTimeout as pause } from 'node:timers/promises';

import { CouponPools } from '../../../lib';
import type { Database, Session } from '../../../lib/database/database';
import { openDatabase } from '../../../lib/database/open';
import { onCitus, onPostgres } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onPostgres('two at once', (fixture) => {
	let holder: Database;
	let one: CouponPools;
	let other: CouponPools;
	beforeEach(async () => {
		holder = await openDatabase(fixture.settings);
		one = new CouponPools(await openDatabase({ ...fixture.settings, poolSize: 1 }));
		other = new CouponPools(await openDatabase({ ...fixture.settings, poolSize: 1 }));
	});
	afterEach(async () => {
		await Promise.all([holder.close(), one.close(), other.close()]);
	});

	/** Until so many clients wait for a lock in this test's schema. */
	async function untilWaiting(count: number): Promise<void> {
		for (;;) {
			const waiting = await fixture.database.query(
				`select from ${onCitus ? 'citus_stat_activity' : 'pg_stat_activity'}
				where wait_event_type = 'Lock' and position($1 in query) > 0 and pid <> pg_backend_pid()`,
				[fixture.settings.schema ?? ''],
			);
			if (waiting.length >= count) return;
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	/** Lets the first wait for what `hold` locks, and the second behind it; then both go, in this order. */
	async function inTurn<First, Second>(
		hold: (session: Session) => Promise<unknown>,
		first: () => Promise<First>,
		second: () => Promise<Second>,
	): Promise<[PromiseSettledResult<First>, PromiseSettledResult<Second>]> {
		let both: Promise<[PromiseSettledResult<First>, PromiseSettledResult<Second>]> | undefined;
		await holder.transaction(async (session) => {
			await hold(session);
			const going = first();
			going.catch(() => undefined);
			await untilWaiting(1);
			both = Promise.allSettled([going, second()]);
			await untilWaiting(2);
		});
		return await (both as NonNullable<typeof both>);
	}

	const holdAssignments = (poolId: string) => async (session: Session) =>
		await session.query('select from :schema.assignments where pool_id = $1 for update', [poolId]);

	it('release before redeem: the code is back in the stock, and the order is told that nobody holds it', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
		const [released, redeemed] = await inTurn(
			holdAssignments(id),
			async () => await one.releaseCode(id, 'A1'),
			async () => await other.redeemCode('A1', { orderId: '1' }),
		);
		expect(released).toMatchObject({ status: 'fulfilled', value: { recipient: 'jane' } });
		expect(redeemed).toMatchObject({
			value: {
				redeemed: false,
				reason: 'not_assigned',
				message: 'The code A1 was just taken back',
			},
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 1, redeemed: 0 });
		await expectSumsToHold(fixture.database, id);
	});

	it('redeem before release: the order counts, and the release is told that it was redeemed', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
		const [redeemed, released] = await inTurn(
			holdAssignments(id),
			async () => await other.redeemCode('A1', { orderId: '1' }),
			async () => await one.releaseCode(id, 'A1'),
		);
		expect(redeemed).toMatchObject({ value: { redeemed: true, first: true, orderId: '1' } });
		expect(released).toMatchObject({
			status: 'rejected',
			reason: { code: 'code_not_found', hint: expect.stringContaining('redeemed') },
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 1, redeemed: 1 });
		await expectSumsToHold(fixture.database, id);
	});

	it('redeem by two orders: the first counts, and the second is told of it', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
		const [first, second] = await inTurn(
			holdAssignments(id),
			async () => await one.redeemCode('A1', { orderId: '1' }),
			async () => await other.redeemCode('A1', { orderId: '2' }),
		);
		expect(first).toMatchObject({ value: { first: true, orderId: '1' } });
		expect(second).toMatchObject({ value: { redeemed: true, first: false, orderId: '1' } });
		await expectSumsToHold(fixture.database, id);
	});

	it('erase while an assignment is under way: it comes after, and stays until it is erased too', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2']);
		let erased: Awaited<ReturnType<CouponPools['eraseRecipient']>> | undefined;
		let assigning: ReturnType<CouponPools['assign']> | undefined;
		await expect(
			holder.transaction(async (session) => {
				// The number that the assignment will want: it waits until this is taken back.
				await session.query(
					`insert into :schema.assignments (pool_id, recipient, nth, source, code, expires_at)
					values ($1, 'jane', 1, 'default', 'X', 'infinity')`,
					[id],
				);
				assigning = one.assign(id, [{ recipient: 'jane' }]);
				await untilWaiting(1);
				erased = await other.eraseRecipient('jane');
				throw new Error('taken back');
			}),
		).rejects.toThrow('taken back');
		expect(erased).toMatchObject({ assignments: 0, replacedBy: null });
		expect(await assigning).toMatchObject([{ code: 'A1', recipient: 'jane' }]);
		await expectSumsToHold(fixture.database, id);
		expect(await fixture.coupons.eraseRecipient('jane')).toMatchObject({ assignments: 1 });
		await expectSumsToHold(fixture.database, id);
	});

	it('assign while an erasure is under way: a code of its own, or the one that is still theirs, and the erasure ends', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2']);
		await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
		let erasing: ReturnType<CouponPools['eraseRecipient']> | undefined;
		let repeated: unknown;
		let anew: unknown;
		await holder.transaction(async (session) => {
			await holdAssignments(id)(session);
			erasing = one.eraseRecipient('jane');
			await untilWaiting(1);
			repeated = await other.assign(id, [{ recipient: 'jane' }]);
			anew = await other.assign(id, [{ recipient: 'jane' }], { ifAlreadyAssigned: 'alwaysNew' });
		});
		expect(repeated).toMatchObject([{ code: 'A1', issue: 'repeat' }]);
		expect(anew).toMatchObject([{ code: 'A2', issue: 'initial' }]);
		expect(await erasing).toMatchObject({ assignments: 1 });
		const { assignments } = await fixture.coupons.listAssignments({ poolId: id });
		expect(assignments.map(({ code, recipient }) => [code, recipient.split(':')[0]])).toEqual([
			['A1', 'erased'],
			['A2', 'jane'],
		]);
		await expectSumsToHold(fixture.database, id);
	});

	it('release while an import goes on that began when a hold had ended: neither it nor the stock waits', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2', 'A3', 'A4']);
		await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }, { recipient: 'bob' }], {
			holdMinutes: 60,
		});
		await fixture.database.query(
			"update :schema.assignments set held_until = now() - interval '1 second' where held_until is not null",
		);
		let importing: Promise<unknown> | undefined;
		await holder.transaction(async (session) => {
			await session.query(
				"select from :schema.codes where pool_id = $1 and code = 'A4' for update",
				[id],
			);
			importing = one.importAssignments(id, 'A3,eve\nA4,eve', { header: 'no' });
			await untilWaiting(1);
			const released = other.releaseCode(id, 'A1').then(async () => await other.checkThreshold(id));
			const late = pause(2_000, 'waits');
			expect(await Promise.race([released, late])).toMatchObject({ available: 3, reserved: 1 });
		});
		expect(await importing).toMatchObject({ added: 0, fromStock: 2, invalid: 0 });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 2, assigned: 2 });
		await expectSumsToHold(fixture.database, id);
	});

	it('undo while a code is being given: that code stays, the others go', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2', 'A3']);
		const [batch] = (await fixture.coupons.listBatches(id)).batches;
		let both: Promise<unknown[]> | undefined;
		await expect(
			holder.transaction(async (session) => {
				await session.query(
					`insert into :schema.assignments (pool_id, recipient, nth, source, code, expires_at)
					values ($1, 'jane', 1, 'default', 'X', 'infinity')`,
					[id],
				);
				const assigning = one.assign(id, [{ recipient: 'jane' }]);
				await untilWaiting(1);
				both = Promise.all([assigning, other.undoBatch(id, batch.id)]);
				await untilWaiting(2);
				throw new Error('taken back');
			}),
		).rejects.toThrow('taken back');
		expect(await both).toMatchObject([[{ code: 'A1' }], { removedNow: 2, assigned: 1 }]);
		await expectSumsToHold(fixture.database, id);
	});

	it('undo of a large batch: it goes piece by piece, so that claims never have to pass over all of it', async () => {
		const { id } = await poolWith(fixture, numbered(25_000));
		const [batch] = (await fixture.coupons.listBatches(id)).batches;
		let undoing: Promise<unknown> | undefined;
		await holder.transaction(async (session) => {
			await session.query(
				'select from :schema.codes where pool_id = $1 order by code desc limit 1 for update',
				[id],
			);
			undoing = one.undoBatch(id, batch.id);
			await untilWaiting(1);
			expect(await other.checkThreshold(id)).toMatchObject({ available: 5_000, removed: 20_000 });
		});
		expect(await undoing).toMatchObject({ removedNow: 25_000, available: 0 });
		await expectSumsToHold(fixture.database, id);
	});

	it('assign while a batch is being undone: it waits for the end, and is told that nothing is left', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2']);
		const [batch] = (await fixture.coupons.listBatches(id)).batches;
		let undoing: Promise<unknown> | undefined;
		let assigning: Promise<unknown> | undefined;
		await holder.transaction(async (session) => {
			// The last code to be removed: by then the undo has locked the first.
			await session.query(
				"select from :schema.codes where pool_id = $1 and code = 'A2' for update",
				[id],
			);
			undoing = one.undoBatch(id, batch.id);
			await untilWaiting(1);
			assigning = other.assign(id, [{ recipient: 'jane' }]);
			await untilWaiting(2);
		});
		expect(await undoing).toMatchObject({ removedNow: 2, assigned: 0 });
		expect(await assigning).toMatchObject([{ code: null, reason: 'out_of_stock' }]);
		await expectSumsToHold(fixture.database, id);
	});
});
