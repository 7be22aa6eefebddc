import type {
	AssignOptions,
	AssignRequest,
	AssignResult,
	Coupon,
	PoolSettings,
} from '../../../lib';
import { onBothDatabases, onPostgres, type Fixture } from '../../support/databases';
import { assignInProcess } from '../../support/processes';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const PEOPLE = 200;

const people = (campaign = 'sale'): AssignRequest[] =>
	Array.from({ length: PEOPLE }, (_, n) => ({ recipient: `person${n}@example.com`, campaign }));

/** What became of the first ten with their codes; the others have never had one. */
async function givePast({ coupons, database }: Fixture, poolId: string): Promise<void> {
	const some = people().slice(0, 10);
	const given = (await coupons.assign(poolId, some, { holdMinutes: 5 })) as Coupon[];
	const id = (index: number) => given[index].assignmentId ?? '';
	for (const index of [0, 1, 2, 3, 4, 5]) await coupons.confirm(poolId, id(index));
	await coupons.redeem(poolId, id(1));
	await coupons.release(poolId, id(2));
	const set = async (index: number, column: string, value: string) => {
		await database.query(
			`update :schema.assignments set ${column} = $3 where pool_id = $1 and id = $2`,
			[poolId, id(index), value],
		);
	};
	const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
	await set(3, 'assigned_at', ago(25 * 60));
	await set(4, 'expires_at', ago(1));
	await set(5, 'campaign', 'another');
	// The holds of the last four stand, or have ended.
	await set(6, 'held_until', ago(1));
}

/** Without what differs between any two pools. */
function told(result: AssignResult) {
	return result.code === null
		? { recipient: result.recipient, reason: result.reason }
		: {
				recipient: result.recipient,
				campaign: result.campaign,
				source: result.source,
				issue: result.issue,
				expiresAt: result.expiresAt?.toISOString() ?? null,
				held: result.heldUntil !== null,
				redeemed: result.redeemedAt !== null,
			};
}

onBothDatabases('a mailing, of whose recipients some have had a code before', (fixture) => {
	const policies: AssignOptions[] = [
		{ ifAlreadyAssigned: 'sameWithin' },
		{ ifAlreadyAssigned: 'sameWithin', scope: 'pool' },
		{ ifAlreadyAssigned: 'sameUntilExpires' },
		{ ifAlreadyAssigned: 'sameUntilRedeemed' },
		{ ifAlreadyAssigned: 'alwaysSame' },
		{ ifAlreadyAssigned: 'alwaysNew' },
		{ ifAlreadyAssigned: 'onlyRepeat' },
		{ ifAlreadyAssigned: 'sameWithin', holdMinutes: 10 },
	];
	it.each(policies)('gives each the same as if it were asked alone: %j', async (options) => {
		const [together, alone] = [await poolWith(fixture, 300), await poolWith(fixture, 300)];
		await givePast(fixture, together.id);
		await givePast(fixture, alone.id);
		const given = await fixture.coupons.assign(together.id, people(), options);
		const expected: AssignResult[] = [];
		for (const request of people()) {
			expected.push(...(await fixture.coupons.assign(alone.id, [request], options)));
		}
		expect(given.map(told)).toEqual(expected.map(told));
		const codes = given.flatMap(({ code }) => code ?? []);
		expect(new Set(codes).size).toBe(codes.length);
		await expectSumsToHold(fixture.database, together.id);
	});

	const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
	const pools: Array<[string, number, Partial<PoolSettings>]> = [
		['is out of stock for some', 60, {}],
		['has a default code for some', 60, { defaultCode: 'SORRY5' }],
		['is not active', 300, { active: false }],
		['has not begun', 300, { beginsAt: inDays(1) }],
		['is over', 300, { beginsAt: inDays(-2), expiresAt: inDays(-1) }],
		['is inside its cutoff', 300, { expiresAt: inDays(1), expirationCutoffDays: 2 }],
		['expires before its codes', 300, { expiresAt: inDays(30) }],
	];
	it.each(pools)('from a pool that %s', async (_, codes, settings) => {
		const [together, alone] = [
			await poolWith(fixture, codes, settings),
			await poolWith(fixture, codes, settings),
		];
		const given = await fixture.coupons.assign(together.id, people());
		const expected: AssignResult[] = [];
		for (const request of people()) {
			expected.push(...(await fixture.coupons.assign(alone.id, [request])));
		}
		expect(given.map(told)).toEqual(expected.map(told));
		expect(given.map(({ code }) => code)).toEqual(expected.map(({ code }) => code));
		await expectSumsToHold(fixture.database, together.id);
	});

	it('gives the codes in the order of its recipients', async () => {
		const { id } = await poolWith(fixture, 300);
		const given = await fixture.coupons.assign(id, people().reverse());
		expect(given.map(({ code }) => code)).toEqual(numbered(PEOPLE));
	});

	it('answers a request that was answered before, and refuses its id for somebody else', async () => {
		const { id } = await poolWith(fixture, 300);
		const before = { ...people()[7], requestId: 'order 7' };
		const [first] = await fixture.coupons.assign(id, [before]);
		const again = people().map((request, n) =>
			n === 7 ? before : { ...request, requestId: `r${n}` },
		);
		const given = await fixture.coupons.assign(id, again, { ifAlreadyAssigned: 'alwaysNew' });
		expect(given[7]).toEqual(first);
		expect(new Set(given.map(({ code }) => code)).size).toBe(PEOPLE);

		const other = await poolWith(fixture, 300);
		await fixture.coupons.assign(other.id, [
			{ recipient: 'jane@example.com', requestId: 'order 7' },
		]);
		await expect(fixture.coupons.assign(other.id, again)).rejects.toMatchObject({
			code: 'invalid_input',
			item: 7,
		});
		await expectSumsToHold(fixture.database, other.id);
	});
});

onPostgres('several mailings at once', (fixture) => {
	it('to the same recipients give each one code, whatever their order', async () => {
		const { id } = await poolWith(fixture, 4_000);
		const everybody = Array.from({ length: 1_500 }, (_, n) => ({ recipient: `${n}@example.com` }));
		const mailings = [everybody, [...everybody].reverse(), everybody.slice(500), everybody];
		const answers = await Promise.all(
			mailings.map(
				async (requests) =>
					await assignInProcess({ settings: fixture.settings, poolId: id, requests }).answers,
			),
		);
		const codeOf = new Map<string, string | null>();
		for (const { recipient, code } of answers.flat()) {
			expect(code).not.toBeNull();
			expect(code).toBe(codeOf.get(recipient) ?? code);
			codeOf.set(recipient, code);
		}
		expect(new Set(codeOf.values()).size).toBe(1_500);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 1_500 });
		await expectSumsToHold(fixture.database, id);
	});
});
