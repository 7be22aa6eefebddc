import { onBothDatabases } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

onBothDatabases('the stock', (fixture) => {
	const give = async (poolId: string, count: number, name = 'customer') =>
		await fixture.coupons.assign(
			poolId,
			numbered(count).map((code) => ({ recipient: `${name} ${code}` })),
		);

	it('is low at the threshold and below, not above', async () => {
		const { id } = await poolWith(fixture, 10, { lowStockThreshold: 8 });
		await give(id, 1);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 9,
			low: false,
			status: 'ok',
		});
		await give(id, 2);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 8,
			low: true,
			status: 'low',
			percentLeft: 80,
		});
		await give(id, 10);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			available: 0,
			low: true,
			status: 'out_of_stock',
		});
	});

	it('is low by percent', async () => {
		const { id } = await poolWith(fixture, 10, { lowStockThreshold: 50, lowStockUnit: 'percent' });
		await give(id, 4);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ percentLeft: 60, low: false });
		await give(id, 5);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ percentLeft: 50, low: true });
	});

	it('is low by days of supply, and says when it runs out', async () => {
		const { id } = await poolWith(fixture, 40, { lowStockThreshold: 3, lowStockUnit: 'days' });
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			daysOfSupply: null,
			runsOutAt: null,
			low: false,
		});
		await give(id, 20);
		await fixture.database.query(
			"update :schema.assignments set assigned_at = now() - interval '48 hours'",
		);
		await fixture.coupons.recount(id);
		const stock = await fixture.coupons.checkThreshold(id);
		expect(stock).toMatchObject({
			daysOfSupply: 2,
			low: true,
			usedLast24Hours: 0,
			usedLast7Days: 20,
		});
		expect((stock.runsOutAt?.getTime() ?? 0) - stock.checkedAt.getTime()).toBeCloseTo(
			2 * 86_400_000,
			-4,
		);
	});

	it('lasts as long as the use of a whole week says, though it came at once', async () => {
		const { id } = await poolWith(fixture, 50, { lowStockThreshold: 14, lowStockUnit: 'days' });
		await give(id, 1, 'of last week,');
		await fixture.database.query(
			`update :schema.assignments set assigned_at = now() - interval '8 days' where pool_id = $1`,
			[id],
		);
		await give(id, 10, 'of the mailing,');

		const [report] = await fixture.coupons.checkThreshold([id]);
		expect(report).toMatchObject({ available: 39, low: false });
		// A hundred and some, were the first code counted among those of this week.
		expect(report.daysOfSupply).toBeCloseTo((39 / 11) * 7, 0);
	});

	it('is told once a fall, again after a refill, by one of many checks at once', async () => {
		const { id } = await poolWith(fixture, 3, { lowStockThreshold: 2 });
		const alerts = async () =>
			(
				await Promise.all(
					[1, 2, 3, 4].map(
						async () => await fixture.coupons.checkThreshold(id, { alert: 'oncePerFall' }),
					),
				)
			).filter(({ alert }) => alert).length;
		expect(await alerts()).toBe(0);
		await give(id, 1);
		expect(await fixture.coupons.checkThreshold(id, { alert: 'never' })).toMatchObject({
			low: true,
			alert: false,
		});
		expect(await alerts()).toBe(1);
		expect(await alerts()).toBe(0);
		await fixture.coupons.uploadCodes(id, 'REFILL', { header: 'no' });
		expect(await alerts()).toBe(0);
		await give(id, 2);
		expect(await alerts()).toBe(1);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ low: true, alert: true });
	});

	it.each([
		['codes', 2],
		['percent', 20],
		['days', 0.3],
	] as const)(
		'is told again if it was refilled and fell again between two checks, by a threshold in %s',
		async (lowStockUnit, lowStockThreshold) => {
			const { id } = await poolWith(fixture, 3, { lowStockThreshold, lowStockUnit });
			const isTold = async () =>
				(await fixture.coupons.checkThreshold(id, { alert: 'oncePerFall' })).alert;
			const refill = async (name: string, count: number) =>
				await fixture.coupons.uploadCodes(
					id,
					numbered(count).map((code) => ({ code: name + code })),
				);
			await give(id, 3);
			const seen = [await isTold()];
			await refill('A', 10);
			await give(id, 9, 'guest');
			await refill('B', 1);
			await give(id, 2, 'friend');
			seen.push(await isTold(), await isTold());
			await refill('C', 1);
			await give(id, 1, 'neighbour');
			seen.push(await isTold());
			expect(seen).toEqual([true, true, false, false]);
		},
	);

	it('is told again to a check whose answer was lost, and to no other', async () => {
		const { id } = await poolWith(fixture, 1, { lowStockThreshold: 2 });
		const isTold = async (requestId?: string) => {
			const options = { alert: 'oncePerFall', watcher: 'step', requestId } as const;
			return (await fixture.coupons.checkThreshold([id], options))[0].alert;
		};
		const told = [];
		for (const requestId of ['run 1', 'run 1', 'run 2', undefined, '', '', 'run 1', 'run 2']) {
			told.push(await isTold(requestId));
		}
		expect(told).toEqual([true, true, false, false, false, false, true, false]);
	});

	it('is told to each who asks, whatever others were told or look at', async () => {
		const { id } = await poolWith(fixture, 3, { lowStockThreshold: 3 });
		const isTold = async (watcher: string, threshold?: number) =>
			(await fixture.coupons.checkThreshold(id, { watcher, threshold, alert: 'oncePerFall' }))
				.alert;
		const seen = [await isTold('mail'), await isTold('page', 1), await isTold('mail')];
		await fixture.coupons.checkThreshold(id, { needed: 5 });
		seen.push(await isTold('chat'), await isTold('mail'), await isTold('chat'));
		expect(seen).toEqual([true, false, false, true, false, false]);
	});

	it('covers what is needed now, or does not', async () => {
		const { id, name } = await poolWith(fixture, 5);
		expect(await fixture.coupons.checkThreshold(id, { needed: 5 })).toMatchObject({
			coversNeeded: true,
			low: false,
		});
		expect(await fixture.coupons.checkThreshold(id, { needed: 20_000 })).toMatchObject({
			coversNeeded: false,
			low: true,
			subject: `Coupon pool ${name}: 5 available, 20,000 needed`,
		});
	});

	it('is told of whenever it does not cover what is needed, which leaves the alert of its fall', async () => {
		const { id } = await poolWith(fixture, 5, { lowStockThreshold: 2 });
		const isTold = async (needed?: number) =>
			(await fixture.coupons.checkThreshold(id, { needed, alert: 'oncePerFall' })).alert;
		const seen = [await isTold(6), await isTold(6), await isTold(5)];
		await give(id, 4);
		seen.push(await isTold(), await isTold(), await isTold(1), await isTold(2));
		expect(seen).toEqual([true, true, false, true, false, false, true]);
	});

	it('can be asked of several pools, of all, and with another threshold', async () => {
		const one = await poolWith(fixture, 5, { merchant: 'b' });
		const two = await poolWith(fixture, 1, { merchant: 'a' });
		await poolWith(fixture, 0, { merchant: 'c' });
		expect((await fixture.coupons.checkThreshold('all')).map(({ pool }) => pool.merchant)).toEqual([
			'a',
			'b',
			'c',
		]);
		expect(
			(await fixture.coupons.checkThreshold([one.id, two.id, one.id], { threshold: 3 })).map(
				({ low }) => low,
			),
		).toEqual([true, false]);
	});

	it('comes with a text that can be sent as it is', async () => {
		const { id, name } = await poolWith(fixture, 40, {
			lowStockThreshold: 39,
			merchant: 'shop.example',
			notificationEmails: 'ann@example.com',
		});
		await give(id, 1);
		const stock = await fixture.coupons.checkThreshold(id);
		expect(stock.subject).toBe(`Coupon pool ${name} (shop.example) is running low: 39 left`);
		expect(stock.notificationEmails).toEqual(['ann@example.com']);
		expect(stock.text).toContain(
			'Available: 39\nLeft: 97.5 % of 40 added\nAssigned: 1 (1 in the last 24 hours, 1 in 7 days)',
		);
		expect(stock.text).toMatch(
			/At this rate it runs out on \d+ \w+ \d{4}, \d\d:\d\d UTC\nThreshold: 39 codes\n\nUpload further codes/,
		);
	});

	it('says of a pool that gives no codes how to open it, and to fill it up only if it is short', async () => {
		const { id } = await poolWith(fixture, 5, { active: false });
		const textFor = async (needed: number) =>
			(await fixture.coupons.checkThreshold([id], { needed }))[0].text;
		expect(await textFor(3)).toMatch(/The pool is not active and gives no codes\. Turn it on: .*$/);
		expect(await textFor(9)).toMatch(/not active(.|\n)*Upload further codes to this pool\.$/);

		const lastYear = new Date(Date.now() - 365 * 86_400_000);
		await fixture.coupons.updatePool(id, { active: true, expiresAt: lastYear });
		expect(await textFor(3)).toMatch(/The pool has expired and gives no codes\. Set a later .*$/);
		const nextYear = new Date(Date.now() + 365 * 86_400_000);
		await fixture.coupons.updatePool(id, { expiresAt: null, beginsAt: nextYear });
		expect(await textFor(3)).toMatch(/The pool has not begun yet and gives no codes\. Set an .*$/);
	});

	it('says what to do, which is another thing for each type of pool', async () => {
		const shared = await fixture.coupons.createPool({
			name: 'Low and shared',
			type: 'shared',
			sharedCodes: [{ code: 'SUMMER', maxAssignments: 1 }],
			lowStockThreshold: 1,
		});
		expect((await fixture.coupons.checkThreshold(shared.id)).text).toMatch(
			/\n\nRaise Maximum Assignments of its code/,
		);
		const dynamic = await fixture.coupons.createDynamicPool(
			{ name: 'Low and made here', form: { prefix: 'L-' } },
			undefined,
		);
		expect((await fixture.coupons.checkThreshold(dynamic.id)).text).toMatch(
			/\n\nRefill this pool: Manage Coupons → Pool → Refill\.$/,
		);
	});

	it('of a shared pool is what its present code can give, and not what begins later', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'Now and later',
			type: 'shared',
			lowStockThreshold: 50,
			lowStockUnit: 'percent',
			sharedCodes: [
				{ code: 'NOW', endsAt: inDays(2), maxAssignments: 3 },
				{ code: 'LATER', beginsAt: inDays(3), endsAt: inDays(5), maxAssignments: 1_000 },
			],
		});
		await give(id, 1);
		expect(await fixture.coupons.checkThreshold(id, { needed: 3 })).toMatchObject({
			...{ available: 2, upcoming: 1_000, assigned: 1, total: 1_003 },
			...{ percentLeft: 66.7, expiring: 2, coversNeeded: false },
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ status: 'ok' });
		await give(id, 2, 'guest');
		const usedUp = await fixture.coupons.checkThreshold(id);
		expect(usedUp).toMatchObject({ available: 0, status: 'out_of_stock', low: true });
		expect(usedUp.text).toContain('Left: 0 % of 3 added\nOf codes that begin later: 1,000\n');
		expect(await fixture.coupons.reportPool(id)).toMatchObject({ available: 0, upcoming: 1_000 });
	});

	it.each([[undefined], [10]])(
		'of a shared pool is not low before its code of %s assignments begins',
		async (maxAssignments) => {
			const { id } = await fixture.coupons.createPool({
				name: 'Later',
				type: 'shared',
				sharedCodes: [{ code: 'LATER', beginsAt: inDays(1), maxAssignments }],
			});
			expect(await give(id, 1)).toMatchObject([{ reason: 'not_started' }]);
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
				...{ status: 'not_started', low: false },
				...{ available: 0, upcoming: maxAssignments ?? 0, total: maxAssignments ?? 0 },
			});
			expect(await fixture.coupons.checkThreshold(id, { needed: 1 })).toMatchObject({
				...{ coversNeeded: false, low: true },
				text: expect.stringMatching(/not begun yet(.|\n)*of a shared code: Shared Code → Update\./),
			});
		},
	);

	it('says of a shared code without a limit how often it was given, and no sum that it does not have', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'Shared without limit',
			type: 'shared',
			sharedCodes: [{ code: 'SUMMER' }],
		});
		await fixture.coupons.assign(id, [{ recipient: 'ann' }, { recipient: 'bob' }]);
		expect((await fixture.coupons.checkThreshold(id)).text).toBe(
			'Pool: Shared without limit\nAvailable: unlimited\nAssigned: 2 in the last 24 hours, 2 in 7 days',
		);
	});

	it('is not asked with nonsense', async () => {
		const { id } = await poolWith(fixture, 1);
		await expect(fixture.coupons.checkThreshold(id, { needed: -1 })).rejects.toMatchObject({
			message: 'Codes Needed Now is -1',
		});
		await expect(
			fixture.coupons.checkThreshold(id, { threshold: Number.NaN }),
		).rejects.toMatchObject({ code: 'invalid_input' });
		await expect(
			fixture.coupons.checkThreshold(id, { threshold: 101, thresholdUnit: 'percent' }),
		).rejects.toMatchObject({ message: 'The low-stock threshold of 101 percent is over 100' });
		await expect(
			fixture.coupons.checkThreshold(id, { timezone: 'Nowhere/Land' }),
		).rejects.toMatchObject({ message: 'There is no timezone "Nowhere/Land".' });
	});
});
