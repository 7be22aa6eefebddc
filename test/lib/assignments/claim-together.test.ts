import { assign } from '../../../lib/assignments/assign';
import type { Database } from '../../../lib/database/database';
import { deletePool } from '../../../lib/pools/delete-pool';
import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

/** The same database, which remembers how many recipients each claim was about. */
function watched(database: Database): Database & { claims: number[] } {
	const claims: number[] = [];
	return {
		...database,
		claims,
		queryPrepared: async <Row>(...[name, text, values]: Parameters<Database['queryPrepared']>) => {
			if (Array.isArray(values[1])) {
				claims.push(values[1].length);
			}
			return await database.queryPrepared<Row>(name, text, values);
		},
	};
}

const customers = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ recipient: `customer${index}@example.com` }));

onBothDatabases('calls at once in one process', (fixture) => {
	it('go together in few statements, each with its own answer', async () => {
		const { id } = await poolWith(fixture, 300);
		const database = watched(fixture.database);
		const given = await Promise.all(
			customers(300).map(async (request) => await assign(database, id, [request])),
		);
		expect(new Set(given.flat().map(({ code }) => code)).size).toBe(300);
		expect(given.map(([{ recipient }]) => ({ recipient }))).toEqual(customers(300));
		// Up to 100 together; the first one may go alone.
		expect(database.claims.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(300);
		expect(database.claims.length).toBeLessThanOrEqual(4);
		await expectSumsToHold(fixture.database, id);
	});

	it('keep their policies, campaigns and pools apart', async () => {
		const one = await poolWith(fixture, 10);
		const other = await poolWith(fixture, 10);
		const jane = { recipient: 'jane@example.com' };
		const [first] = await assign(fixture.database, one.id, [jane]);
		const [same, fresh, elsewhere, later, never] = (
			await Promise.all([
				assign(fixture.database, one.id, [jane]),
				assign(fixture.database, one.id, [jane], { ifAlreadyAssigned: 'alwaysNew' }),
				assign(fixture.database, other.id, [jane]),
				assign(fixture.database, one.id, [{ ...jane, campaign: 'welcome' }]),
				assign(fixture.database, other.id, [{ recipient: 'joe@example.com' }], {
					ifAlreadyAssigned: 'onlyRepeat',
				}),
			])
		).flat();
		expect([first.code, fresh.code]).toContain(same.code);
		expect(fresh).toMatchObject({ issue: 'initial' });
		expect(fresh.code).not.toBe(first.code);
		expect(elsewhere).toMatchObject({ issue: 'initial', pool: other.name });
		expect(later).toMatchObject({ issue: 'initial', campaign: 'welcome' });
		expect(never).toMatchObject({ code: null, reason: 'never_assigned' });
	});

	it('with one Request ID for two recipients fail for the second alone', async () => {
		const { id } = await poolWith(fixture, 100);
		const others = customers(40).map((request, index) => ({ ...request, requestId: `r${index}` }));
		const answers = await Promise.allSettled(
			[
				...others.slice(0, 20),
				{ recipient: 'jane@example.com', requestId: 'order-1' },
				{ recipient: 'joe@example.com', requestId: 'order-1' },
				...others.slice(20),
			].map(async (request) => await assign(fixture.database, id, [request])),
		);
		const refused = answers.flatMap((answer) =>
			answer.status === 'rejected' ? [answer.reason as unknown] : [],
		);
		expect(refused).toEqual([
			expect.objectContaining({
				code: 'invalid_input',
				message: 'The Request ID "order-1" belongs to another recipient',
			}),
		]);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 41 });
	});

	it('are each told that the pool is gone', async () => {
		const { id } = await poolWith(fixture, []);
		await assign(fixture.database, id, [{ recipient: 'jane@example.com' }]);
		await deletePool(fixture.database, id);
		const answers = await Promise.allSettled(
			customers(5).map(async (request) => await assign(fixture.database, id, [request])),
		);
		expect(answers).toEqual(
			answers.map(() => ({
				status: 'rejected',
				reason: expect.objectContaining({ code: 'pool_not_found' }) as unknown,
			})),
		);
	});

	it('that fail leave nothing behind that keeps the next ones waiting', async () => {
		const { id } = await poolWith(fixture, 10);
		const broken: Database = {
			...fixture.database,
			queryPrepared: async () => await Promise.reject(new Error('cut off')),
		};
		const failing = await Promise.allSettled(
			customers(3).map(async (request) => await assign(broken, id, [request])),
		);
		expect(failing.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
		broken.queryPrepared = fixture.database.queryPrepared;
		const [{ code }] = await assign(broken, id, [{ recipient: 'jane@example.com' }]);
		expect(code).toBe('C001');
	});
});
