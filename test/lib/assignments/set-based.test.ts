import { assign } from '../../../lib/assignments/assign';
import type { Database } from '../../../lib/database/database';
import { onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

/** The same database, with a count of the statements that it was sent. */
function counting(database: Database): Database & { statements: number } {
	const counted = {
		...database,
		statements: 0,
		query: async <Row>(...call: Parameters<Database['query']>) => {
			counted.statements++;
			return await database.query<Row>(...call);
		},
	};
	counted.queryPrepared = async <Row>(...call: Parameters<Database['queryPrepared']>) => {
		counted.statements++;
		return await database.queryPrepared<Row>(...call);
	};
	return counted;
}

onPostgres('assigning many', (fixture) => {
	it('takes a statement for every 10,000 recipients, not for each', async () => {
		const { id } = await poolWith(fixture, []);
		await fixture.coupons.uploadCodes(
			id,
			Array.from({ length: 100_000 }, (_, n) => ({ code: `C${n}` })),
		);
		const requests = Array.from({ length: 100_000 }, (_, n) => ({
			recipient: `customer${n}@example.com`,
			requestId: `r${n}`,
		}));

		const database = counting(fixture.database);
		const given = await assign(database, id, requests);
		expect(database.statements).toBe(1 + 10); // the pool, and the chunks
		expect(new Set(given.map(({ code }) => code)).size).toBe(100_000);

		database.statements = 0;
		expect(await assign(database, id, requests)).toEqual(given);
		// What type the pool is of, is known; the first of each line is asked as if all of it were new.
		expect(database.statements).toBe(2 + 10);
		await expectSumsToHold(fixture.database, id);
	}, 120_000);

	it('takes few statements even if all are for one recipient, or none has a code', async () => {
		const { id } = await poolWith(fixture, 5);
		const database = counting(fixture.database);
		const same = await assign(
			database,
			id,
			Array.from({ length: 5_000 }, () => ({ recipient: 'jane@example.com' })),
		);
		expect(new Set(same.map(({ code }) => code))).toEqual(new Set(['C001']));
		expect(database.statements).toBe(1 + 2); // the first item takes the code, the others see it

		database.statements = 0;
		const none = await assign(
			database,
			id,
			Array.from({ length: 5_000 }, (_, n) => ({ recipient: `customer${n % 50}` })),
		);
		expect(none.filter(({ code }) => code !== null)).toHaveLength(400);
		expect(database.statements).toBeLessThan(10);
	});

	it('is as one by one for a recipient who is in several statements', async () => {
		const { id } = await poolWith(fixture, []);
		await fixture.coupons.uploadCodes(
			id,
			Array.from({ length: 50_000 }, (_, n) => ({ code: `C${n}` })),
		);
		const requests = Array.from({ length: 30_000 }, (_, n) => ({ recipient: `r${n % 9_000}` }));
		const same = await fixture.coupons.assign(id, requests);
		const codeOf = new Map(same.map(({ recipient, code }) => [recipient, code]));
		expect(new Set(codeOf.values()).size).toBe(9_000);
		expect(same.every(({ recipient, code }) => codeOf.get(recipient) === code)).toBe(true);
		expect(same.filter((one) => one.code !== null && one.issue === 'initial')).toHaveLength(9_000);

		const others = await fixture.coupons.assign(id, requests, { ifAlreadyAssigned: 'alwaysNew' });
		expect(new Set(others.map(({ code }) => code)).size).toBe(30_000);
		await expectSumsToHold(fixture.database, id);
	}, 60_000);

	it('gives every code there is, once, where there are fewer than recipients', async () => {
		const { id } = await poolWith(fixture, []);
		await fixture.coupons.uploadCodes(
			id,
			Array.from({ length: 15_000 }, (_, n) => ({ code: `C${n}` })),
		);
		const given = await fixture.coupons.assign(
			id,
			Array.from({ length: 40_000 }, (_, n) => ({ recipient: `r${n}` })),
		);
		expect(new Set(given.map(({ code }) => code)).size).toBe(15_000 + 1);
		expect(given.filter(({ code }) => code === null)).toHaveLength(25_000);
		await expectSumsToHold(fixture.database, id);
	}, 60_000);

	it('tells of a statement that failed when no other is under way', async () => {
		const { id } = await poolWith(fixture, []);
		await fixture.coupons.uploadCodes(
			id,
			Array.from({ length: 50_000 }, (_, n) => ({ code: `C${n}` })),
		);
		let underWay = 0;
		let asked = 0;
		const database: Database = {
			...fixture.database,
			query: async <Row>(...call: Parameters<Database['query']>) => {
				underWay++;
				try {
					if (++asked === 2) throw new Error('lost');
					return await fixture.database.query<Row>(...call);
				} finally {
					underWay--;
				}
			},
		};
		const requests = Array.from({ length: 50_000 }, (_, n) => ({ recipient: `r${n}` }));
		await expect(assign(database, id, requests)).rejects.toThrow('lost');
		// What the pool is, and a statement of each line.
		expect({ underWay, asked }).toEqual({ underWay: 0, asked: 3 });
	}, 60_000);

	it('stops between chunks when it is told to, and what was given stays given', async () => {
		const { id } = await poolWith(fixture, []);
		await fixture.coupons.uploadCodes(
			id,
			Array.from({ length: 40_000 }, (_, n) => ({ code: `C${n}` })),
		);
		const stop = new AbortController();
		const database: Database = {
			...fixture.database,
			query: async <Row>(...call: Parameters<Database['query']>) => {
				const rows = await fixture.database.query<Row>(...call);
				if (rows.length > 1000) {
					stop.abort();
				}
				return rows;
			},
		};
		const requests = Array.from({ length: 40_000 }, (_, n) => ({ recipient: `customer${n}` }));
		await expect(assign(database, id, requests, { signal: stop.signal })).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 20_000 });
	});
});

onPostgres('bad requests', (fixture) => {
	it.each([
		[{ recipient: '' }, 'Recipient is empty'],
		[{ recipient: ' \t ' }, 'Recipient is empty'],
		[{ recipient: undefined as never }, 'Recipient is empty'],
		[{ recipient: { name: 'x' } as never }, 'Recipient is not a text'],
		[{ recipient: 'x'.repeat(513) }, 'Recipient has 513 characters; at most 512 are allowed'],
		[{ recipient: 'a\0b' }, 'Recipient holds control characters or broken text: "a\\u0000b"'],
		[
			{ recipient: 'half \ud83d' },
			'Recipient holds control characters or broken text: "half \\ud83d"',
		],
		[
			{ recipient: 'jane', campaign: 'x'.repeat(256) },
			'Campaign has 256 characters; at most 255 are allowed',
		],
		[
			{ recipient: 'jane', requestId: 'a\nb' },
			'Request ID holds control characters or broken text: "a\\nb"',
		],
	])('as %j are refused before anybody gets a code', async (request, message) => {
		const { id } = await poolWith(fixture, 3);
		await expect(
			fixture.coupons.assign(id, [{ recipient: 'first' }, request]),
		).rejects.toMatchObject({
			code: 'invalid_input',
			message,
			item: 1,
		});
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 0 });
	});

	it('with a rule that is none are refused', async () => {
		const { id } = await poolWith(fixture, 1);
		for (const options of [
			{ ifAlreadyAssigned: 'never' as never },
			{ withinHours: 0 },
			{ withinHours: Number.NaN },
			{ scope: 'all' as never },
		]) {
			await expect(
				fixture.coupons.assign(id, [{ recipient: 'jane' }], options),
			).rejects.toMatchObject({ code: 'invalid_input' });
		}
	});
});
