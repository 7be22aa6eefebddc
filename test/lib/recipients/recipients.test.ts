import type { Coupon, FindRecipientsFilter } from '../../../lib';
import { CouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { Upkeep } from '../../../lib/upkeep';
import { onBothDatabases, onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('the history of a recipient', (fixture) => {
	it('has each code of every pool, marked initial or repeated, with when', async () => {
		const one = await poolWith(fixture, ['A1', 'A2']);
		const two = await poolWith(fixture, ['B1']);
		const jane = { recipient: 'Jane@example.com', campaign: 'c' };
		await fixture.coupons.assign(one.id, [jane]);
		await fixture.coupons.assign(two.id, [jane]);
		await fixture.coupons.assign(one.id, [jane]);
		await fixture.coupons.assign(one.id, [{ recipient: 'bob' }]);
		const { entries, next } = await fixture.coupons.getHistory(' jane@EXAMPLE.com');
		expect(entries).toMatchObject([
			{ issue: 'initial', code: 'A1', pool: one.name, campaign: 'c', at: expect.any(Date) },
			{ issue: 'initial', code: 'B1', pool: two.name },
			{ issue: 'repeat', code: 'A1', pool: one.name },
		]);
		expect(next).toBeNull();
		const ofTwo = await fixture.coupons.getHistory('jane@example.com', { poolId: two.id });
		expect(ofTwo.entries.map(({ code }) => code)).toEqual(['B1']);
		expect((await fixture.coupons.getHistory('nobody')).entries).toEqual([]);
	});

	it('goes on page by page', async () => {
		const { id } = await poolWith(fixture, 7);
		await fixture.coupons.assign(
			id,
			Array.from({ length: 7 }, () => ({ recipient: 'jane' })),
			{ ifAlreadyAssigned: 'alwaysNew' },
		);
		const first = await fixture.coupons.getHistory('jane', { limit: 4 });
		const second = await fixture.coupons.getHistory('jane', { limit: 4, after: first.next ?? '' });
		expect([...first.entries, ...second.entries].map(({ code }) => code).sort()).toEqual(
			(await fixture.coupons.listCodes(id)).codes.map(({ code }) => code),
		);
		expect(second.next).toBeNull();
	});
});

onBothDatabases('finding recipients', (fixture) => {
	it('goes by number of codes, pool, redemption and expiry', async () => {
		const { coupons } = fixture;
		const soon = new Date(Date.now() + 2 * 86_400_000);
		const one = await poolWith(fixture, ['A1', 'A2', 'A3'], { expiresAt: soon });
		const two = await poolWith(fixture, ['B1', 'B2']);
		await coupons.assign(one.id, [{ recipient: 'ann' }, { recipient: 'bob' }]);
		await coupons.assign(two.id, [{ recipient: 'ann' }, { recipient: 'eve' }]);
		await coupons.redeemCode('A2');
		const found = async (filter: FindRecipientsFilter) =>
			(await coupons.findRecipients(filter)).recipients.map(({ recipient }) => recipient);

		expect((await coupons.findRecipients()).recipients).toMatchObject([
			{ recipient: 'ann', codes: 2, redeemed: 0, usable: 2, nextExpiry: soon, nextCode: 'A1' },
			{ recipient: 'bob', codes: 1, redeemed: 1, usable: 0, nextExpiry: null, nextCode: null },
			{ recipient: 'eve', codes: 1, redeemed: 0, usable: 1, nextExpiry: null, nextCode: 'B2' },
		]);
		expect(await found({ atLeast: 2 })).toEqual(['ann']);
		expect(await found({ atMost: 1 })).toEqual(['bob', 'eve']);
		expect(await found({ poolId: two.id })).toEqual(['ann', 'eve']);
		expect(await found({ notRedeemed: true })).toEqual(['ann', 'eve']);
		expect(await found({ expiringWithinDays: 3 })).toEqual(['ann']);
		expect(await found({ expiringWithinDays: 1 })).toEqual([]);
		const first = await coupons.findRecipients({ limit: 2 });
		expect(await found({ limit: 2, after: first.next ?? '' })).toEqual(['eve']);
		await expect(found({ atLeast: 1.5 })).rejects.toMatchObject({
			message: 'Minimum Codes is 1.5',
		});
	});
});

onBothDatabases('finding recipients by several conditions', (fixture) => {
	const DAY = 86_400_000;

	/** Who has what: pool, campaign, and what became of it. */
	const random = () => {
		let seed = 7;
		return (below: number) => {
			seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
			return Math.floor((seed / 2 ** 31) * below);
		};
	};

	it.each([3, 51])(
		'tells of %i pools what a look at each code tells',
		async (count) => {
			const { coupons } = fixture;
			const pick = random();
			// Pools that stay, that end in two days, and one that has ended.
			const ends = [null, 2, -1];
			const held: Array<{
				recipient: string;
				pool: string;
				used: boolean;
				gone: boolean;
				ends: number;
			}> = [];
			const pools = [];
			for (let index = 0; index < count; index++) {
				const pool = await poolWith(fixture, index < 3 ? 12 : 1);
				pools.push(pool);
				const inDays = ends[index % 3];
				const requests = Array.from({ length: index < 3 ? 10 : 1 }, () => ({
					recipient: `r${pick(8)}`,
				}));
				const given = await coupons.assign(pool.id, requests, { ifAlreadyAssigned: 'alwaysNew' });
				for (const one of given as Coupon[]) {
					const fate = pick(4);
					// Of the pool that stays, some codes expire by themselves.
					const days = inDays ?? [Infinity, 0.5, 5][pick(3)];
					if (fate === 0) await coupons.redeem(pool.id, one.assignmentId ?? '');
					if (fate === 1) await coupons.release(pool.id, one.assignmentId ?? '');
					if (inDays === null && days !== Infinity) {
						await fixture.database.query(
							'update :schema.assignments set expires_at = $3 where pool_id = $1 and id = $2',
							[pool.id, one.assignmentId, new Date(Date.now() + days * DAY).toISOString()],
						);
					}
					const { recipient } = one;
					held.push({ recipient, pool: pool.id, used: fate === 0, gone: fate === 1, ends: days });
				}
				if (inDays !== null) {
					await coupons.updatePool(pool.id, { expiresAt: new Date(Date.now() + inDays * DAY) });
				}
			}

			const expected = ({
				poolId,
				atLeast,
				atMost,
				notRedeemed,
				expiringWithinDays,
			}: FindRecipientsFilter) =>
				[...new Set(held.map(({ recipient }) => recipient))].sort().filter((recipient) => {
					const theirs = held.filter(
						(one) =>
							one.recipient === recipient &&
							!one.gone &&
							(poolId === undefined || one.pool === poolId),
					);
					const usable = theirs.filter((one) => !one.used && one.ends > 0);
					return (
						theirs.length >= Math.max(1, atLeast ?? 0) &&
						theirs.length <= (atMost ?? Infinity) &&
						(notRedeemed !== true || usable.length > 0) &&
						(expiringWithinDays === undefined ||
							usable.some((one) => one.ends <= expiringWithinDays))
					);
				});
			for (const poolId of [undefined, ...pools.slice(0, 3).map(({ id }) => id)]) {
				for (const atLeast of [undefined, 1, 2, 4]) {
					for (const filter of [
						{},
						{ atMost: 2 },
						{ notRedeemed: true },
						{ expiringWithinDays: 1 },
						{ expiringWithinDays: 3 },
						{ expiringWithinDays: 7, notRedeemed: true },
					]) {
						const asked = { ...filter, poolId, atLeast };
						const page = await coupons.findRecipients(asked);
						expect({ asked, found: page.recipients.map(({ recipient }) => recipient) }).toEqual({
							asked,
							found: expected(asked),
						});
					}
				}
			}
		},
		120_000,
	);
});

onBothDatabases('finding recipients among many', (fixture) => {
	it('misses none and counts each in full, wherever the pieces end that it reads', async () => {
		const { coupons } = fixture;
		const one = await poolWith(fixture, 2400);
		const two = await poolWith(fixture, 300);
		const named = (index: number) => ({ recipient: `r${String(index % 1100).padStart(4, '0')}` });
		// 1,100 recipients: two codes each in the first pool, one more for every fourth of 1,000 in the second.
		const requests = (count: number, step = 1) =>
			Array.from({ length: count }, (_, index) => named(index * step));
		await coupons.assign(one.id, requests(2200), { ifAlreadyAssigned: 'alwaysNew' });
		await coupons.assign(two.id, requests(250, 4));
		await coupons.assign(one.id, [named(5), named(1099)], { ifAlreadyAssigned: 'alwaysNew' });

		const all = async (filter: FindRecipientsFilter) => {
			const seen: Array<{ recipient: string; codes: number }> = [];
			for (let after: string | undefined; ; ) {
				const page = await coupons.findRecipients({ ...filter, limit: 300, after });
				seen.push(...page.recipients);
				if (page.next === null) break;
				after = page.next;
			}
			expect(seen.map(({ recipient }) => recipient)).toEqual(
				[...new Set(seen.map(({ recipient }) => recipient))].sort(),
			);
			return { found: seen.length, codes: seen.reduce((sum, { codes }) => sum + codes, 0) };
		};
		expect(await all({})).toEqual({ found: 1100, codes: 2452 });
		expect(await all({ poolId: one.id })).toEqual({ found: 1100, codes: 2202 });
		expect(await all({ atLeast: 3 })).toEqual({ found: 252, codes: 756 });
		expect(await all({ atLeast: 3, poolId: one.id })).toEqual({ found: 2, codes: 6 });
		expect(await all({ atLeast: 2, poolId: one.id })).toEqual({ found: 1100, codes: 2202 });
		expect(await all({ atMost: 1, poolId: one.id })).toEqual({ found: 0, codes: 0 });
		expect(await all({ atLeast: 4 })).toEqual({ found: 0, codes: 0 });
	});
});

onBothDatabases('erasing a recipient', (fixture) => {
	it('leaves no trace of the name, the request or the order, and the sums hold', async () => {
		const one = await poolWith(fixture, ['A1', 'A2']);
		const two = await poolWith(fixture, ['B1']);
		const jane = { recipient: 'jane@example.com', requestId: 'jane-cart-1' };
		await fixture.coupons.assign(one.id, [jane]);
		await fixture.coupons.assign(one.id, [{ ...jane, requestId: 'jane-cart-2' }]);
		await fixture.coupons.assign(two.id, [{ recipient: 'jane@example.com' }]);
		await fixture.coupons.redeemCode('A1', { orderId: 'jane-order' });

		expect(await fixture.coupons.eraseRecipient('Jane@example.com')).toEqual({
			assignments: 2,
			pools: 2,
			replacedBy: expect.stringMatching(/^erased:/),
		});
		const tables = ['pools', 'batches', 'codes', 'assignments', 'events'];
		for (const table of tables) {
			const rows = await fixture.database.query(
				`select one::text from :schema.${table} as one where one::text ilike '%jane%'`,
			);
			expect(rows).toEqual([]);
		}
		expect((await fixture.coupons.findRecipients()).recipients).toEqual([]);
		expect(await fixture.coupons.checkThreshold(one.id)).toMatchObject({
			assigned: 1,
			redeemed: 1,
		});
		await expectSumsToHold(fixture.database, one.id);
		await expectSumsToHold(fixture.database, two.id);
	});

	it('lets a later assignment of that person start anew, even by the same request', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2']);
		const jane = { recipient: 'jane', requestId: 'r1' };
		await fixture.coupons.assign(id, [jane]);
		await fixture.coupons.eraseRecipient('jane');
		expect(await fixture.coupons.assign(id, [jane])).toMatchObject([
			{ code: 'A2', issue: 'initial' },
		]);
		await expectSumsToHold(fixture.database, id);
	});

	it('forgets the request of a repeat that was under way, when the process tidies up the pool', async () => {
		const { id } = await poolWith(fixture, ['A1', 'B2']);
		const jane = { recipient: 'jane', requestId: 'first' };
		const [{ assignmentId }] = (await fixture.coupons.assign(id, [jane])) as Coupon[];
		await fixture.coupons.assign(id, [{ recipient: 'bob', requestId: 'of bob' }]);
		await fixture.coupons.eraseRecipient('jane');
		// What such a repeat writes: it saw jane before she was erased.
		await fixture.database.query(
			`insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
		values ($1, 'repeated', $2, 'A1', 1, 'jane once more')`,
			[id, assignmentId],
		);
		const upkeep = new Upkeep(fixture.database, 1);
		upkeep.note(id);
		const requests = async () =>
			await fixture.database.query(
				'select request_id as id from :schema.events where request_id is not null',
			);
		while ((await requests()).length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
		await upkeep.close();
		expect(await requests()).toEqual([{ id: 'of bob' }]);
		await expectSumsToHold(fixture.database, id);
	});

	it('finds whom codes were assigned as written, too, and shows them in lists and history', async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, ['K1', 'K2']);
		const written = 'Jane.Kept@Example.com';
		const keep = { normalizeRecipient: false };
		await coupons.assign(pool.id, [{ recipient: written }], keep);
		const codesOf = async (recipient: string) => ({
			history: (await coupons.getHistory(recipient)).entries.map(({ code }) => code),
			list: (await coupons.listAssignments({ recipient })).assignments.map(({ code }) => code),
		});
		expect(await codesOf(written)).toEqual({ history: ['K1'], list: ['K1'] });
		await coupons.assign(pool.id, [{ recipient: written }]);
		expect(await codesOf(written)).toEqual({ history: ['K1', 'K2'], list: ['K1', 'K2'] });
		expect((await codesOf(written.toLowerCase())).list).toEqual(['K2']);

		const erased = await coupons.eraseRecipient(written);
		expect(erased).toMatchObject({ assignments: 2, pools: 1 });
		expect(await codesOf(written)).toEqual({ history: [], list: [] });
		const { assignments } = await coupons.listAssignments({ poolId: pool.id });
		const names = assignments.map(({ recipient }) => recipient);
		expect(names).toContain(erased.replacedBy);
		expect(names).toEqual([1, 2].map(() => expect.stringMatching(/^erased:/)));
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('that nobody knows changes nothing', async () => {
		expect(await fixture.coupons.eraseRecipient('nobody')).toEqual({
			assignments: 0,
			pools: 0,
			replacedBy: null,
		});
		await expect(fixture.coupons.eraseRecipient(' ')).rejects.toMatchObject({
			message: 'Recipient is empty',
		});
	});
});

onPostgres('erasing while codes are assigned to the person', (fixture) => {
	it('ends with each assignment erased or later, and the sums hold', async () => {
		const { id } = await poolWith(fixture, 200);
		const other = new CouponPools(await openDatabase(fixture.settings));
		try {
			const assigning = Promise.all(
				Array.from(
					{ length: 150 },
					async () =>
						await other.assign(id, [{ recipient: 'jane' }], { ifAlreadyAssigned: 'alwaysNew' }),
				),
			);
			let erased = 0;
			for (let round = 0; round < 8; round++) {
				erased += (await fixture.coupons.eraseRecipient('jane')).assignments;
			}
			const given = (await assigning).flat().flatMap(({ code }) => code ?? []);
			expect(new Set(given).size).toBe(150);
			await expectSumsToHold(fixture.database, id);
			erased += (await fixture.coupons.eraseRecipient('jane')).assignments;
			expect(erased).toBe(150);
			await expectSumsToHold(fixture.database, id);
		} finally {
			await other.close();
		}
	});
});
