import { CouponPools } from '../../../lib';
import type { Coupon } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres, type Fixture } from '../../support/databases';
import { expectLedgerToReplay } from '../../support/replay';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const HOUR = { holdMinutes: 60 };

async function reserve(
	{ coupons }: Pick<Fixture, 'coupons'>,
	poolId: string,
	recipient: string,
): Promise<Coupon> {
	const [given] = await coupons.assign(poolId, [{ recipient }], HOUR);
	if (given.code === null) throw new Error(given.message);
	return given;
}

/** Moves the end of all holds into the past. */
async function letHoldsEnd({ database }: Fixture): Promise<void> {
	await database.query(
		"update :schema.assignments set held_until = now() - interval '1 second' where held_until is not null",
	);
}

/** The same pools, to which something happens right before a hold is confirmed. */
function beforeConfirming({ database }: Fixture, happens: () => void | Promise<void>): CouponPools {
	return new CouponPools({
		...database,
		query: async (text, values) => {
			if (text.includes('set held_until = null')) await happens();
			return await database.query(text, values);
		},
	});
}

onBothDatabases('a code on hold', (fixture) => {
	it('is reserved for one recipient, says until when, and is given to nobody else', async () => {
		const { id } = await poolWith(fixture, 1);
		const held = await reserve(fixture, id, 'ann');
		expect(held).toMatchObject({ code: 'C001', source: 'pool', issue: 'initial' });
		const minutes = ((held.heldUntil?.getTime() ?? 0) - held.assignedAt.getTime()) / 60_000;
		expect(minutes).toBeCloseTo(60, 3);
		expect((await fixture.coupons.assign(id, [{ recipient: 'bob' }]))[0].code).toBeNull();
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 0,
			reserved: 1,
			assigned: 0,
			total: 1,
		});
		expect(await fixture.coupons.getCode(id, 'C001')).toMatchObject({
			state: 'reserved',
			holder: { recipient: 'ann' },
			history: [{ kind: 'added' }, { kind: 'reserved', recipient: 'ann' }],
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('is for good once it is confirmed, however often', async () => {
		const { id } = await poolWith(fixture, 1);
		const { assignmentId } = await reserve(fixture, id, 'ann');
		await fixture.coupons.confirm(id, assignmentId ?? '');
		await fixture.coupons.confirm(id, assignmentId ?? '');
		await letHoldsEnd(fixture);
		expect(await fixture.coupons.confirmCode(id, 'C001')).toMatchObject({ recipient: 'ann' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ reserved: 0, assigned: 1 });
		const { history } = await fixture.coupons.getCode(id, 'C001');
		expect(history.map(({ kind }) => kind)).toEqual(['added', 'reserved', 'confirmed']);
		await expectSumsToHold(fixture.database, id);
	});

	it('goes to the next recipient when its time is over, and cannot be confirmed any more', async () => {
		const { id } = await poolWith(fixture, 1);
		const { assignmentId } = await reserve(fixture, id, 'ann');
		await letHoldsEnd(fixture);
		await expect(fixture.coupons.confirm(id, assignmentId ?? '')).rejects.toMatchObject({
			code: 'hold_ended',
			message: 'The code C001 is not on hold any more',
			hint: expect.stringContaining('went back to the stock'),
		});
		expect((await fixture.coupons.assign(id, [{ recipient: 'bob' }]))[0]).toMatchObject({
			code: 'C001',
			recipient: 'bob',
			heldUntil: null,
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('whose time is over counts as available at once', async () => {
		const { id } = await poolWith(fixture, 3);
		await reserve(fixture, id, 'ann');
		await letHoldsEnd(fixture);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 3, reserved: 0 });
		await expectSumsToHold(fixture.database, id);
	});

	it('can be released before its time is over', async () => {
		const { id } = await poolWith(fixture, 1);
		const { assignmentId } = await reserve(fixture, id, 'ann');
		await fixture.coupons.release(id, assignmentId ?? '');
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ available: 1, reserved: 0 });
		await expect(fixture.coupons.confirm(id, assignmentId ?? '')).rejects.toMatchObject({
			code: 'hold_ended',
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('is the same for the same recipient, with its time unchanged', async () => {
		const { id } = await poolWith(fixture, 2);
		const first = await reserve(fixture, id, 'ann');
		expect(await reserve(fixture, id, 'ann')).toEqual({ ...first, issue: 'repeat' });
		await expectSumsToHold(fixture.database, id);
	});

	it('is for good if the recipient is given it without a hold', async () => {
		const { id } = await poolWith(fixture, 9);
		const recipients = numbered(5).map((recipient) => ({ recipient }));
		const held = await fixture.coupons.assign(id, recipients, HOUR);
		const given = await fixture.coupons.assign(id, recipients);
		expect(given.map(({ code }) => code)).toEqual(held.map(({ code }) => code));
		expect(given.every((one) => one.code !== null && one.heldUntil === null)).toBe(true);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ reserved: 0, assigned: 5 });
		await expectSumsToHold(fixture.database, id);
	});

	it('is for good for who asks again, too, when the first answer was lost before that', async () => {
		const { id } = await poolWith(fixture, 2);
		const held = await reserve(fixture, id, 'ann');
		const request = { recipient: 'ann', requestId: 'cart-1' };
		const lost = new Error('The connection is lost');
		const broken = beforeConfirming(fixture, () => {
			throw lost;
		});
		await expect(broken.assign(id, [request])).rejects.toThrow(lost);
		expect(await fixture.coupons.assign(id, [request])).toMatchObject([
			{ code: held.code, issue: 'repeat', heldUntil: null },
		]);
		await letHoldsEnd(fixture);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ reserved: 0, assigned: 1 });
		// The same answer, whatever happens to the pool.
		expect(await fixture.coupons.assign(id, [request])).toMatchObject([{ code: held.code }]);
		await expectSumsToHold(fixture.database, id);
	});

	it('that ends in the moment in which it is asked for again is followed by another code', async () => {
		const { id } = await poolWith(fixture, 2);
		await reserve(fixture, id, 'ann');
		const late = beforeConfirming(fixture, async () => {
			await letHoldsEnd(fixture);
			await reserve(fixture, id, 'bob');
		});
		const request = { recipient: 'ann', requestId: 'cart-1' };
		const [given] = await late.assign(id, [request]);
		expect(given).toMatchObject({ code: expect.stringMatching(/^C/), heldUntil: null });
		expect(await fixture.coupons.assign(id, [request])).toMatchObject([{ code: given.code }]);
		await expectSumsToHold(fixture.database, id);
	});

	it('whose time is over can be taken out of the stock, by itself and with its batch', async () => {
		const { id } = await poolWith(fixture, 2);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }, { recipient: 'bob' }], HOUR);
		await letHoldsEnd(fixture);
		expect(await fixture.coupons.removeCodes(id, ['C001'])).toEqual([
			{ code: 'C001', removed: true },
		]);
		await fixture.coupons.assign(id, [{ recipient: 'cid' }], HOUR);
		await letHoldsEnd(fixture);
		const [{ id: batchId }] = (await fixture.coupons.listBatches(id)).batches;
		expect(await fixture.coupons.undoBatch(id, batchId)).toMatchObject({ removedNow: 1 });
		expect(await fixture.coupons.assign(id, [{ recipient: 'dan' }])).toMatchObject([
			{ code: null, reason: 'out_of_stock' },
		]);
		await expectSumsToHold(fixture.database, id);
	});

	it('is for good if it is used in an order', async () => {
		const { id } = await poolWith(fixture, 1);
		await reserve(fixture, id, 'ann');
		await fixture.coupons.redeemCode('C001', { orderId: '#1' });
		await letHoldsEnd(fixture);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			reserved: 0,
			assigned: 1,
			redeemed: 1,
		});
		const { history } = await fixture.coupons.getCode(id, 'C001');
		expect(history.map(({ kind }) => kind)).toEqual(['added', 'reserved', 'confirmed', 'redeemed']);
		await expectLedgerToReplay(fixture.database, id);
		await expectSumsToHold(fixture.database, id);
	});

	it('that is used in an order with others is confirmed by itself in the ledger, before it is redeemed', async () => {
		const { id } = await poolWith(fixture, 4);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.coupons.assign(id, [{ recipient: 'bob' }, { recipient: 'cid' }], HOUR);
		const codes = ['C001', 'C002', 'C003'];
		await fixture.coupons.redeemOrders([{ orderId: '#1', codes }]);
		const events = await fixture.database.query<{ kind: string; code: string }>(
			`select kind, code from :schema.events
			where pool_id = $1 and kind in ('confirmed', 'redeemed') order by id`,
			[id],
		);
		expect(events.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
			'confirmed C002',
			'confirmed C003',
			'redeemed C001',
			'redeemed C002',
			'redeemed C003',
		]);
		await expectLedgerToReplay(fixture.database, id);
	});

	it('whose time is over is no answer to the same Request ID: it may be somebody else’s by now', async () => {
		const { id } = await poolWith(fixture, 1);
		const request = { recipient: 'ann', requestId: 'cart-1' };
		await fixture.coupons.assign(id, [request], HOUR);
		await letHoldsEnd(fixture);
		expect((await fixture.coupons.assign(id, [request], HOUR))[0]).toMatchObject({
			code: null,
			reason: 'released',
		});
	});

	it('is one of the times that a shared code can be assigned', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'Shared',
			type: 'shared',
			sharedCodes: [{ code: 'ALL', maxAssignments: 2 }],
		});
		await reserve(fixture, id, 'ann');
		await reserve(fixture, id, 'bob');
		expect((await fixture.coupons.assign(id, [{ recipient: 'cid' }]))[0].code).toBeNull();
		await letHoldsEnd(fixture);
		expect((await fixture.coupons.assign(id, [{ recipient: 'cid' }]))[0].code).toBe('ALL');
		await expectSumsToHold(fixture.database, id);
	});

	it.each([0, -1, Number.NaN, 43_201])('for %d minutes is refused', async (holdMinutes) => {
		const { id } = await poolWith(fixture, 1);
		await expect(
			fixture.coupons.assign(id, [{ recipient: 'ann' }], { holdMinutes }),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message: `Only Reserve for Minutes is ${holdMinutes}`,
		});
	});
});

onPostgres('confirming a hold at the moment at which it ends', (fixture) => {
	it('either makes it final or says that it ended, and the sums hold', async () => {
		const other = new CouponPools(await openDatabase(fixture.settings));
		try {
			const { id } = await poolWith(fixture, 60);
			const people = numbered(60).map((recipient) => ({ recipient }));
			const held = await fixture.coupons.assign(id, people, HOUR);
			for (const one of held) {
				await fixture.database.query(
					`update :schema.assignments set held_until = now() + $3::float8 * interval '200 milliseconds'
					where pool_id = $1 and code = $2`,
					[id, one.code, Math.random()],
				);
			}
			const confirmed = new Set<string>();
			const confirmAll = async () => {
				for (const one of held) {
					const assignmentId = one.code === null ? null : one.assignmentId;
					try {
						await fixture.coupons.confirm(id, assignmentId ?? '');
						confirmed.add(one.code ?? '');
					} catch (error) {
						expect(error).toMatchObject({ code: 'hold_ended' });
					}
				}
			};
			const endAll = async () => {
				for (let turn = 0; turn < 30; turn++) await other.checkThreshold(id);
			};
			await Promise.all([confirmAll(), endAll()]);
			await new Promise((resolve) => setTimeout(resolve, 200));

			const stock = await fixture.coupons.checkThreshold(id);
			expect(stock).toMatchObject({
				reserved: 0,
				assigned: confirmed.size,
				available: 60 - confirmed.size,
			});
			const { assignments } = await fixture.coupons.listAssignments({ poolId: id, limit: 100 });
			expect(new Set(assignments.map(({ code }) => code))).toEqual(confirmed);
			await expectSumsToHold(fixture.database, id);
		} finally {
			await other.close();
		}
	});
});

onPostgres('thousands of holds whose time is over', (fixture) => {
	it('count as available at once', async () => {
		const count = 10_500;
		const { id } = await poolWith(fixture, count);
		const recipients = numbered(count).map((recipient) => ({ recipient }));
		await fixture.coupons.assign(id, recipients, HOUR);
		await letHoldsEnd(fixture);
		expect(await fixture.coupons.checkThreshold(id, { needed: count })).toMatchObject({
			available: count,
			reserved: 0,
			coversNeeded: true,
		});
	});
});
