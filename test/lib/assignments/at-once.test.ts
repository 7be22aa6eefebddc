import { CouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres } from '../../support/databases';
import { assignInProcess } from '../../support/processes';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const customers = (count: number, name = 'customer') =>
	Array.from({ length: count }, (_, index) => ({
		recipient: `${name}${index}@example.com`,
		campaign: 'cart',
	}));

onBothDatabases('64 calls at once', (fixture) => {
	it('for 64 customers on 50 codes give 50 distinct codes, and 14 none', async () => {
		const { id } = await poolWith(fixture, 50);
		const given = (
			await Promise.all(
				customers(64).map(async (request) => await fixture.coupons.assign(id, [request])),
			)
		).flat();
		const codes = given.flatMap(({ code }) => code ?? []);
		expect(codes).toHaveLength(50);
		expect(new Set(codes).size).toBe(50);
		expect(given.filter((one) => one.code === null && one.reason === 'out_of_stock')).toHaveLength(
			14,
		);
		await expectSumsToHold(fixture.database, id);
	});

	it('for one customer give one code, once', async () => {
		const { id } = await poolWith(fixture, 50);
		const given = (
			await Promise.all(
				Array.from(
					{ length: 64 },
					async () => await fixture.coupons.assign(id, [{ recipient: 'jane@example.com' }]),
				),
			)
		).flat();
		expect(new Set(given.map(({ code }) => code))).toEqual(new Set(['C001']));
		expect(given.filter((one) => one.code !== null && one.issue === 'initial')).toHaveLength(1);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 1, available: 49 });
		await expectSumsToHold(fixture.database, id);
	});

	it('for one customer who gets a new code every time give 64 different ones', async () => {
		const { id } = await poolWith(fixture, 64);
		const given = await Promise.all(
			Array.from(
				{ length: 64 },
				async () =>
					await fixture.coupons.assign(id, [{ recipient: 'jane@example.com' }], {
						ifAlreadyAssigned: 'alwaysNew',
					}),
			),
		);
		expect(new Set(given.flat().map(({ code }) => code)).size).toBe(64);
		await expectSumsToHold(fixture.database, id);
	});

	it('with the same request id give the same answer', async () => {
		const { id } = await poolWith(fixture, 64);
		const given = await Promise.all(
			Array.from(
				{ length: 64 },
				async () =>
					await fixture.coupons.assign(id, [{ recipient: 'jane@example.com', requestId: 'once' }], {
						ifAlreadyAssigned: 'alwaysNew',
					}),
			),
		);
		expect(new Set(given.flat().map((one) => JSON.stringify(one))).size).toBe(1);
		await expectSumsToHold(fixture.database, id);
	});
});

onPostgres('several processes at once', (fixture) => {
	it('with the same customers in other orders give each one code', async () => {
		const { id } = await poolWith(fixture, 400);
		const processes = [0, 1, 2, 3].map((turn) => {
			const requests = customers(300);
			requests.push(...requests.splice(0, turn * 75));
			return assignInProcess({
				settings: fixture.settings,
				poolId: id,
				requests,
				oneByOne: turn % 2 === 0,
			});
		});
		const answers = await Promise.all(processes.map(async (one) => await one.answers));
		const codeOf = new Map<string, string | null>();
		for (const given of answers.flat()) {
			expect(given.code).toBe(codeOf.get(given.recipient) ?? given.code);
			codeOf.set(given.recipient, given.code);
		}
		expect(answers.flat()).toHaveLength(1200);
		expect(new Set(codeOf.values()).size).toBe(300);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			assigned: 300,
			available: 100,
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('killed in the middle and started again, leave each customer with one code', async () => {
		const { id } = await poolWith(fixture, 250);
		const work = {
			settings: fixture.settings,
			poolId: id,
			requests: customers(200),
			oneByOne: true,
		};
		for (const calls of [5, 40, 90]) {
			const processes = [assignInProcess(work), assignInProcess(work)];
			await processes[0].answered(calls);
			processes.forEach((one) => one.process.kill('SIGKILL'));
			await Promise.all(processes.map(async (one) => await one.answers));
		}
		const final = await assignInProcess(work).answers;
		expect(new Set(final.map(({ code }) => code)).size).toBe(200);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			assigned: 200,
			available: 50,
		});
		await expectSumsToHold(fixture.database, id);
	});
});

onPostgres('the last codes', (fixture) => {
	it('are waited for while another client, who may give them back, has them', async () => {
		const { id } = await poolWith(fixture, 1);
		const other = new CouponPools(await openDatabase(fixture.settings));
		try {
			const held = fixture.database.transaction(async (session) => {
				await session.query('select from :schema.codes where pool_id = $1 for update', [id]);
				const waiting = other.assign(id, [{ recipient: 'jane@example.com' }]);
				await new Promise((resolve) => setTimeout(resolve, 300));
				return { waiting };
			});
			const [given] = await (await held).waiting;
			expect(given.code).toBe('C001');
		} finally {
			await other.close();
		}
	});
});
