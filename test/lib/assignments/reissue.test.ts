import type { AssignOptions, AssignResult } from '../../../lib';
import { onBothDatabases, type Fixture } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('a recipient who has a code already', (fixture) => {
	let poolId: string;
	beforeEach(async () => {
		poolId = (await poolWith(fixture, 9)).id;
	});
	afterEach(async () => {
		await expectSumsToHold(fixture.database, poolId);
	});

	const ask = async (options: AssignOptions = {}, campaign = 'cart') =>
		(
			await fixture.coupons.assign(poolId, [{ recipient: 'jane@example.com', campaign }], options)
		)[0];

	it('gets the same code within 24 hours by default, and a new one after', async () => {
		const first = await ask();
		expect(first).toMatchObject({
			code: 'C001',
			issue: 'initial',
			source: 'pool',
			campaign: 'cart',
		});

		await moveBack(fixture, '23 hours 59 minutes 50 seconds');
		expect(await ask()).toMatchObject({
			code: 'C001',
			issue: 'repeat',
			assignmentId: assignmentId(first),
		});

		await moveBack(fixture, '10 seconds');
		expect(await ask()).toMatchObject({ code: 'C002', issue: 'initial' });
	});

	it('gets the same code within the hours that were chosen', async () => {
		await ask({ withinHours: 2 });
		await moveBack(fixture, '119 minutes');
		expect(await ask({ withinHours: 2 })).toMatchObject({ code: 'C001', issue: 'repeat' });
		await moveBack(fixture, '1 minute');
		expect(await ask({ withinHours: 2 })).toMatchObject({ code: 'C002', issue: 'initial' });
	});

	it('gets the same code until it expires', async () => {
		await ask({ ifAlreadyAssigned: 'sameUntilExpires' });
		await moveBack(fixture, '400 days');
		expect(await ask({ ifAlreadyAssigned: 'sameUntilExpires' })).toMatchObject({
			code: 'C001',
			issue: 'repeat',
		});
		await expireGiven(fixture);
		expect(await ask({ ifAlreadyAssigned: 'sameUntilExpires' })).toMatchObject({
			code: 'C002',
			issue: 'initial',
		});
	});

	it('gets the same code until it is redeemed', async () => {
		const first = await ask({ ifAlreadyAssigned: 'sameUntilRedeemed' });
		await moveBack(fixture, '400 days');
		expect(await ask({ ifAlreadyAssigned: 'sameUntilRedeemed' })).toMatchObject({
			code: 'C001',
			issue: 'repeat',
		});
		await fixture.coupons.redeem(poolId, assignmentId(first));
		expect(await ask({ ifAlreadyAssigned: 'sameUntilRedeemed' })).toMatchObject({
			code: 'C002',
			issue: 'initial',
		});
	});

	it('always gets the same code, but never one that has expired', async () => {
		await ask({ ifAlreadyAssigned: 'alwaysSame' });
		await moveBack(fixture, '9 years');
		expect(await ask({ ifAlreadyAssigned: 'alwaysSame' })).toMatchObject({
			code: 'C001',
			issue: 'repeat',
		});
		await expireGiven(fixture);
		expect(await ask({ ifAlreadyAssigned: 'alwaysSame' })).toMatchObject({
			code: null,
			reason: 'code_expired',
		});
	});

	it('gets a new code every time', async () => {
		const codes = [];
		for (let time = 0; time < 3; time++) {
			codes.push((await ask({ ifAlreadyAssigned: 'alwaysNew' })).code);
		}
		expect(codes).toEqual(['C001', 'C002', 'C003']);
	});

	it('is only reminded of the last code, or gets none if there was none', async () => {
		expect(await ask({ ifAlreadyAssigned: 'onlyRepeat' })).toMatchObject({
			code: null,
			reason: 'never_assigned',
		});
		await ask({ ifAlreadyAssigned: 'alwaysNew' });
		await ask({ ifAlreadyAssigned: 'alwaysNew' });
		await moveBack(fixture, '9 years');
		expect(await ask({ ifAlreadyAssigned: 'onlyRepeat' })).toMatchObject({
			code: 'C002',
			issue: 'repeat',
		});
	});

	it('gets another code in another campaign, unless the whole pool counts', async () => {
		expect(await ask({}, 'cart')).toMatchObject({ code: 'C001' });
		expect(await ask({}, 'welcome')).toMatchObject({ code: 'C002', campaign: 'welcome' });
		expect(await ask({ scope: 'pool' }, 'birthday')).toMatchObject({
			code: 'C002',
			issue: 'repeat',
			campaign: 'welcome',
		});
	});

	it('gets a new code after the old one was released, and the old one is back in stock', async () => {
		const first = await ask();
		await fixture.coupons.release(poolId, assignmentId(first));
		expect(await ask()).toMatchObject({ code: 'C001', issue: 'initial' });
	});

	it('who redeemed a code keeps it: it cannot be released', async () => {
		const first = await ask();
		const at = await fixture.coupons.redeem(poolId, assignmentId(first));
		expect(await fixture.coupons.redeem(poolId, assignmentId(first))).toEqual(at);
		await expect(fixture.coupons.release(poolId, assignmentId(first))).rejects.toMatchObject({
			code: 'code_not_found',
		});
	});

	it('is the same person however the address is typed, unless told otherwise', async () => {
		const [typed, kept] = await fixture.coupons.assign(poolId, [
			{ recipient: ' Jane@Example.COM ' },
			{ recipient: 'jane@example.com' },
		]);
		expect(kept).toMatchObject({ code: typed.code, recipient: 'jane@example.com' });
		const exact = await fixture.coupons.assign(poolId, [{ recipient: 'Jane@Example.COM' }], {
			normalizeRecipient: false,
		});
		expect(exact[0]).toMatchObject({ recipient: 'Jane@Example.COM', issue: 'initial' });
		const [one, two] = await fixture.coupons.assign(poolId, [
			{ recipient: 'ID-a' },
			{ recipient: 'ID-A' },
		]);
		expect(one.code).not.toBe(two.code);
	});
});

function assignmentId(result: AssignResult): string {
	if (result.code === null || result.assignmentId === null) {
		throw new Error(`No code was given: ${JSON.stringify(result)}`);
	}
	return result.assignmentId;
}

/** Lets time pass: the database's clock decides, and cannot be set. By way of seconds, since Citus takes no other. */
async function moveBack({ database }: Fixture, time: string): Promise<void> {
	await database.query(
		`update :schema.assignments set assigned_at =
			to_timestamp(extract(epoch from assigned_at - timestamptz 'epoch') - extract(epoch from $1::interval))`,
		[time],
	);
}

async function expireGiven({ database }: Fixture): Promise<void> {
	await database.query("update :schema.assignments set expires_at = now() - interval '1 second'");
}
