import type { SharedCode, SharedCodeSettings } from '../../../lib';
import { CouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres, type Fixture } from '../../support/databases';
import { expectSumsToHold } from '../../support/sums';

const DAY = 86_400_000;
const START = Date.now();
const inDays = (days: number) => new Date(START + days * DAY);

let made = 0;
async function shared({ coupons }: Fixture, ...sharedCodes: SharedCodeSettings[]) {
	return (await coupons.createPool({ name: `Shared ${++made}`, type: 'shared', sharedCodes })).id;
}

async function give({ coupons }: Fixture, poolId: string, ...recipients: string[]) {
	const given = await coupons.assign(
		poolId,
		recipients.map((recipient) => ({ recipient })),
	);
	return given.map(({ code }) => code);
}

async function only({ coupons }: Fixture, poolId: string): Promise<SharedCode> {
	const [row] = await coupons.listSharedCodes(poolId);
	return row;
}

onBothDatabases('the codes of a shared pool', (fixture) => {
	it('are listed by their times, with what each is good for and how often it was given', async () => {
		const id = await shared(
			fixture,
			{ code: 'LATER', beginsAt: inDays(5), endsAt: inDays(9), expiresAfterDays: 14 },
			{ code: 'PAST', endsAt: inDays(-1) },
			{ code: 'NOW', beginsAt: inDays(-1), endsAt: inDays(5), maxAssignments: 3 },
		);
		await give(fixture, id, 'ann', 'bob');
		expect(await fixture.coupons.listSharedCodes(id)).toEqual([
			expect.objectContaining({ code: 'PAST', status: 'ended', beginsAt: null, assigned: 0 }),
			expect.objectContaining({
				code: 'NOW',
				status: 'current',
				maxAssignments: 3,
				assigned: 2,
				available: 1,
			}),
			expect.objectContaining({
				code: 'LATER',
				status: 'upcoming',
				beginsAt: inDays(5),
				expiresAt: null,
				expiresAfterDays: 14,
				available: null,
			}),
		]);
		await give(fixture, id, 'zoe');
		expect((await fixture.coupons.listSharedCodes(id))[1]).toMatchObject({ status: 'used_up' });
	});

	it('count by their time where the same code comes again', async () => {
		const id = await shared(
			fixture,
			{ code: 'SALE', endsAt: inDays(1) },
			{ code: 'SALE', beginsAt: inDays(2) },
		);
		await give(fixture, id, 'ann');
		expect((await fixture.coupons.listSharedCodes(id)).map(({ assigned }) => assigned)).toEqual([
			1, 0,
		]);
	});

	it('can be added for the future, but not twice for one time', async () => {
		const id = await shared(fixture, { code: 'NOW', endsAt: inDays(5) });
		const later = { code: 'LATER', beginsAt: inDays(6), maxAssignments: 2 };
		const added = await fixture.coupons.addSharedCode(id, later);
		expect(added).toMatchObject({ code: 'LATER', status: 'upcoming', available: 2 });
		expect(await fixture.coupons.addSharedCode(id, later)).toEqual(added);
		await expect(
			fixture.coupons.addSharedCode(id, {
				code: 'OTHER',
				beginsAt: inDays(4),
				endsAt: inDays(5.5),
			}),
		).rejects.toMatchObject({ message: expect.stringMatching(/OTHER.*at the same time as NOW/) });
		expect(await fixture.coupons.listSharedCodes(id)).toHaveLength(2);
	});

	it('are refused with a time or an expiry that cannot be', async () => {
		const id = await shared(fixture);
		const add = async (settings: Partial<SharedCodeSettings>) =>
			await fixture.coupons.addSharedCode(id, { code: 'X', ...settings });
		for (const [settings, message] of [
			[{ beginsAt: '2030-05-02', endsAt: '2030-05-01' }, 'The code ends before it begins'],
			[{ beginsAt: '2030-05-02', expiresAt: '2030-05-01' }, 'The code expires before it begins'],
			[{ expiresAt: '2030-05-01', expiresAfterDays: 3 }, 'both an expiry date and days'],
			[{ maxAssignments: -1 }, 'at most -1 assignments'],
			[{ maxAssignments: NaN }, 'at most NaN assignments'],
			[{ expiresAfterDays: NaN }, 'NaN days after assignment'],
			[{ code: 'two words' }, 'contains white space'],
		] as const) {
			await expect(add(settings)).rejects.toMatchObject({
				code: 'invalid_input',
				message: expect.stringContaining(message),
			});
		}
		expect(await fixture.coupons.listSharedCodes(id)).toEqual([]);
	});

	it('are those of a shared pool: a unique one is told so', async () => {
		const { id } = await fixture.coupons.createPool({ name: 'Unique' });
		await expect(fixture.coupons.addSharedCode(id, { code: 'X' })).rejects.toMatchObject({
			code: 'wrong_pool_type',
		});
		await expect(fixture.coupons.listSharedCodes(id)).rejects.toMatchObject({
			code: 'wrong_pool_type',
		});
		await expect(
			fixture.coupons.updatePool(id, { sharedCodes: [{ code: 'X' }] }),
		).rejects.toMatchObject({ code: 'invalid_input' });
	});
});

onBothDatabases('the most assignments of a shared code', (fixture) => {
	it('can be raised, and the code is given on', async () => {
		const id = await shared(fixture, { code: 'SALE', maxAssignments: 2 });
		expect(await give(fixture, id, 'a', 'b', 'c')).toEqual(['SALE', 'SALE', null]);
		const row = await only(fixture, id);
		expect(await fixture.coupons.changeSharedCode(id, row.id, { maxAssignments: 4 })).toMatchObject(
			{ maxAssignments: 4, assigned: 2, available: 2 },
		);
		expect(await give(fixture, id, 'c', 'd', 'e')).toEqual(['SALE', 'SALE', null]);
		await expectSumsToHold(fixture.database, id);
	});

	it('can be lowered to what is assigned, and not below', async () => {
		const id = await shared(fixture, { code: 'SALE', maxAssignments: 10 });
		await give(fixture, id, 'a', 'b', 'c');
		const row = await only(fixture, id);
		await expect(
			fixture.coupons.changeSharedCode(id, row.id, { maxAssignments: 2 }),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message: 'SALE is assigned to 3 recipients: 2 is too few',
		});
		expect(await only(fixture, id)).toEqual(row);
		expect(await fixture.coupons.changeSharedCode(id, row.id, { maxAssignments: 3 })).toMatchObject(
			{ status: 'used_up', available: 0 },
		);
		expect(await give(fixture, id, 'd')).toEqual([null]);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			total: 10,
			assigned: 3,
			removed: 7,
			available: 0,
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('can be set where there was none, counting those who have it, and taken away again', async () => {
		const id = await shared(fixture, { code: 'SALE' });
		await give(fixture, id, 'a', 'b', 'c');
		const row = await only(fixture, id);
		const limit = async (maxAssignments: number | null) =>
			await fixture.coupons.changeSharedCode(id, row.id, { maxAssignments });
		await expect(limit(2)).rejects.toMatchObject({ code: 'invalid_input' });
		expect(await limit(5)).toMatchObject({ assigned: 3, available: 2 });
		expect(await give(fixture, id, 'd', 'e', 'f')).toEqual(['SALE', 'SALE', null]);
		expect(await limit(null)).toMatchObject({ assigned: 5, available: null });
		expect(await give(fixture, id, 'f')).toEqual(['SALE']);
		expect(await limit(7)).toMatchObject({ assigned: 6, available: 1 });
		await expectSumsToHold(fixture.database, id);
	});

	it('leaves a code that is taken back to be given again, whatever was changed meanwhile', async () => {
		const id = await shared(fixture, { code: 'SALE', endsAt: inDays(3), maxAssignments: 3 });
		await give(fixture, id, 'a', 'b', 'c');
		const row = await only(fixture, id);
		await fixture.coupons.changeSharedCode(id, row.id, { endsAt: inDays(9) });
		const [first] = (await fixture.coupons.listAssignments({ poolId: id })).assignments;
		await fixture.coupons.release(id, first.id);
		expect(await give(fixture, id, 'd', 'e')).toEqual(['SALE', null]);
		await expectSumsToHold(fixture.database, id);
	});
});

onBothDatabases('a shared code of which hundreds were given', (fixture) => {
	it('is given again where one is taken back after its time was changed', async () => {
		const id = await shared(fixture, { code: 'SALE', endsAt: inDays(3), maxAssignments: 260 });
		const row = await only(fixture, id);
		const many = Array.from({ length: 250 }, (_, index) => `r${index}`);
		await give(fixture, id, ...many);
		await fixture.coupons.changeSharedCode(id, row.id, { endsAt: inDays(9) });
		const [first] = (await fixture.coupons.listAssignments({ poolId: id })).assignments;
		await fixture.coupons.release(id, first.id);
		await expectSumsToHold(fixture.database, id);
		const rest = Array.from({ length: 12 }, (_, index) => `s${index}`);
		expect((await give(fixture, id, ...rest)).filter((code) => code === 'SALE')).toHaveLength(11);
	});
});

onBothDatabases('changing a shared code', (fixture) => {
	it('moves its time, unless that is another’s', async () => {
		const id = await shared(
			fixture,
			{ code: 'ONE', endsAt: inDays(5), maxAssignments: 5 },
			{ code: 'TWO', beginsAt: inDays(6), maxAssignments: 5 },
		);
		const [one, two] = await fixture.coupons.listSharedCodes(id);
		await expect(
			fixture.coupons.changeSharedCode(id, one.id, { endsAt: inDays(7) }),
		).rejects.toMatchObject({ message: 'ONE would be given at the same time as TWO' });
		await fixture.coupons.changeSharedCode(id, one.id, { endsAt: inDays(-1) });
		expect(await give(fixture, id, 'ann')).toEqual([null]);
		await fixture.coupons.changeSharedCode(id, two.id, { beginsAt: inDays(-1) });
		expect(await give(fixture, id, 'ann')).toEqual(['TWO']);
		await expectSumsToHold(fixture.database, id);
	});

	it('changes its expiry for those who come, and not for those who have it', async () => {
		const id = await shared(fixture, { code: 'SALE', expiresAt: inDays(3) });
		await give(fixture, id, 'ann');
		const row = await only(fixture, id);
		expect(
			await fixture.coupons.changeSharedCode(id, row.id, { expiresAfterDays: 10 }),
		).toMatchObject({ expiresAt: null, expiresAfterDays: 10 });
		expect(
			await fixture.coupons.changeSharedCode(id, row.id, { expiresAt: inDays(8) }),
		).toMatchObject({ expiresAt: inDays(8), expiresAfterDays: null });
		await give(fixture, id, 'bob');
		const { assignments } = await fixture.coupons.listAssignments({ poolId: id });
		expect(assignments.map(({ expiresAt }) => expiresAt)).toEqual([inDays(3), inDays(8)]);
	});

	it('changes its text only until the first is given', async () => {
		const id = await shared(fixture, { code: 'SAEL', maxAssignments: 2 });
		const row = await only(fixture, id);
		await fixture.coupons.changeSharedCode(id, row.id, { code: 'SALE' });
		expect(await give(fixture, id, 'ann')).toEqual(['SALE']);
		await expect(
			fixture.coupons.changeSharedCode(id, row.id, { code: 'SALE2' }),
		).rejects.toMatchObject({ message: 'The code SALE was given already: it cannot become SALE2' });
		await expect(fixture.coupons.changeSharedCode(id, '999', {})).rejects.toMatchObject({
			code: 'code_not_found',
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('to take it out gives it to nobody else, and leaves it to those who have it', async () => {
		const id = await shared(fixture, { code: 'SALE', maxAssignments: 3 });
		await give(fixture, id, 'ann', 'bob');
		const row = await only(fixture, id);
		expect(await fixture.coupons.removeSharedCode(id, row.id)).toMatchObject({ assigned: 2 });
		expect(await fixture.coupons.listSharedCodes(id)).toEqual([]);
		expect(await give(fixture, id, 'zoe')).toEqual([null]);
		expect(await fixture.coupons.redeemCode('SALE', { recipient: 'bob' })).toMatchObject({
			redeemed: true,
		});
		const [held] = (await fixture.coupons.listAssignments({ poolId: id })).assignments;
		await fixture.coupons.release(id, held.id);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			total: 3,
			assigned: 1,
			removed: 1,
			available: 0,
			expiredUnassigned: 1,
		});
		await expectSumsToHold(fixture.database, id);
		await fixture.coupons.addSharedCode(id, { code: 'SALE', maxAssignments: 1 });
		expect(await give(fixture, id, 'zoe')).toEqual(['SALE']);
		await expectSumsToHold(fixture.database, id);
	});
});

onPostgres('shared codes changed by many at once', (fixture) => {
	it('never overlap, and a limit that is lowered while codes are given is never passed', async () => {
		const id = await shared(fixture, { code: 'SALE', maxAssignments: 200 });
		const row = await only(fixture, id);
		const database = await openDatabase(fixture.settings);
		const other = new CouponPools(database);
		try {
			const giving = Promise.all(
				Array.from({ length: 120 }, async (_, index) => await give(fixture, id, `p${index}`)),
			);
			const lowering = (async () => {
				for (let most = 190; most >= 50; most -= 10) {
					await other.changeSharedCode(id, row.id, { maxAssignments: most }).catch(() => undefined);
				}
			})();
			const adding = Promise.allSettled(
				Array.from(
					{ length: 6 },
					async (_, index) =>
						await fixture.coupons.addSharedCode(id, { code: `N${index}`, beginsAt: inDays(1) }),
				),
			);
			await Promise.all([giving, lowering, adding]);
		} finally {
			await database.close();
		}
		const after = await only(fixture, id);
		expect(after.assigned).toBeLessThanOrEqual(after.maxAssignments ?? 0);
		expect(after.assigned + (after.available ?? 0)).toBe(after.maxAssignments);
		await expectSumsToHold(fixture.database, id);
	});
});

onPostgres('a shared code that is renamed while it is given', (fixture) => {
	/** What a transaction does keeps others waiting until it is undone. */
	async function begun(statement: string): Promise<() => Promise<void>> {
		const database = await openDatabase(fixture.settings);
		const undoing = new Error('It was not meant.');
		let undo = () => {};
		let ended: Promise<unknown> = Promise.resolve();
		await new Promise<void>((resolve, reject) => {
			ended = database
				.transaction(async (session) => {
					await session.query(statement);
					resolve();
					await new Promise<void>((_, undone) => (undo = () => undone(undoing)));
				})
				.catch((error: unknown) => {
					if (error !== undoing) reject(error as Error);
				});
		});
		return async () => {
			undo();
			await ended;
			await database.close();
		};
	}

	const aMoment = async () => await new Promise((resolve) => setTimeout(resolve, 500));

	it('is given by its new name to who asked before that was stored', async () => {
		const id = await shared(fixture, { code: 'OLD', maxAssignments: 3 });
		const row = await only(fixture, id);
		// The last thing that a change does is to let the stock be looked at from its start.
		const undo = await begun(`select from :schema.fronts where pool_id = ${id} for update`);
		const renaming = fixture.coupons.changeSharedCode(id, row.id, { code: 'NEW' });
		await aMoment();
		const giving = give(fixture, id, 'ann');
		await aMoment();
		await undo();
		await renaming;
		expect(await giving).toEqual(['NEW']);
		expect(await give(fixture, id, 'bob', 'cid', 'dan')).toEqual(['NEW', 'NEW', null]);
		await expectSumsToHold(fixture.database, id);
	});

	it('keeps its name if it was given before', async () => {
		const id = await shared(fixture, { code: 'OLD', maxAssignments: 3 });
		const row = await only(fixture, id);
		// Another who seems to give Ann her first code keeps her waiting, with a copy in hand.
		const undo = await begun(
			`insert into :schema.assignments (pool_id, recipient, nth, source, code, expires_at)
			values (${id}, 'ann', 1, 'pool', 'OTHER', 'infinity')`,
		);
		const giving = give(fixture, id, 'ann');
		await aMoment();
		const renaming = fixture.coupons.changeSharedCode(id, row.id, { code: 'NEW' });
		const refused = expect(renaming).rejects.toThrow('OLD was given already');
		await aMoment();
		await undo();
		expect(await giving).toEqual(['OLD']);
		await refused;
		expect(await only(fixture, id)).toMatchObject({ code: 'OLD', assigned: 1, available: 2 });
		await expectSumsToHold(fixture.database, id);
	});
});
