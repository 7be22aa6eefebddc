import { insertBatch } from '../../../lib/batches/record-batch';
import { insertCodes, type AddedCodes } from '../../../lib/codes/insert-codes';
import { stageCodes } from '../../../lib/codes/stage-codes';
import type { Session } from '../../../lib/database/database';
import { onBothDatabases, onPostgres, type Fixture } from '../../support/databases';
import { poolWith } from '../../support/stock';

const FACTS = { fileName: '', contentHash: null, received: 0, invalid: 0 };

/** Empty lines are no codes; each tenth code expires in another hour. */
async function insert(
	session: Session,
	poolId: string,
	lines: readonly string[],
	linesAtOnce?: number,
): Promise<AddedCodes & { batchId: string }> {
	const expiries = lines.map((_, index) =>
		index % 10 === 0 ? String(2_000_000_000 + 3600 * index) : 'infinity',
	);
	const count = lines.filter((line) => line !== '').length;
	const blocks = [
		{ firstLine: 1, codes: lines.join('\n'), count, expiries: expiries.join('\n') },
	].values();
	const staged = await stageCodes(session, toAsync(blocks), () => undefined);
	const batchId = await insertBatch(session, poolId, FACTS);
	return { batchId, ...(await insertCodes(session, { poolId, batchId, staged }, linesAtOnce)) };
}

async function* toAsync<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
	yield* items;
}

async function stored({ database }: Fixture, poolId: string): Promise<unknown[]> {
	return await database.query(
		'select code, line, expires_at from :schema.codes where pool_id = $1 order by code',
		[poolId],
	);
}

onBothDatabases('codes that are inserted in pieces', (fixture) => {
	it('are the same as those inserted at once: the first line of each, and what is counted of them', async () => {
		const lines = Array.from({ length: 997 }, (_, index) =>
			index % 13 === 0 ? '' : `É${(index * 7919) % 701}`,
		);
		const known = ['É5', 'É600', 'ELSEWHERE'];
		const answers = [];
		for (const linesAtOnce of [1000, 100, 20]) {
			const { id } = await poolWith(fixture, known);
			const { batchId, ...added } = await fixture.database.transaction(
				async (session) => await insert(session, id, lines, linesAtOnce),
			);
			answers.push({
				...added,
				codes: await stored(fixture, id),
				tallied: await fixture.database.query(
					`select expires_hour, sum(available)::int as available from :schema.tallies
					where pool_id = $1 and batch_id = $2 group by 1 order by 1`,
					[id, batchId],
				),
			});
		}
		const [atOnce, inPieces, inSmallPieces] = answers;
		const different = new Set(lines.filter((line) => line !== '' && !known.includes(line)));
		expect(atOnce).toMatchObject({
			added: different.size,
			firstCode: [...different].sort().at(0),
			lastCode: [...different].sort().at(-1),
		});
		expect(atOnce.codes).toHaveLength(different.size + known.length);
		expect(inPieces).toEqual(atOnce);
		expect(inSmallPieces).toEqual(atOnce);
	});

	it('may all be there already', async () => {
		const codes = Array.from({ length: 50 }, (_, index) => `C${index}`);
		const { id } = await poolWith(fixture, codes);
		expect(
			await fixture.database.transaction(async (session) => await insert(session, id, codes, 10)),
		).toMatchObject({ added: 0, firstCode: null, lastCode: null });
	});
});

onPostgres('two uploads in pieces at once', (fixture) => {
	it('of which each waits for codes of the other: each code is in one of them', async () => {
		const { id } = await poolWith(fixture, 0);
		const lines = Array.from({ length: 6000 }, (_, index) => `C${index}`);
		const bothWays = [lines, lines.toReversed()];
		const begun: Array<() => void> = [];
		const results = await Promise.all(
			bothWays.map(
				async (codes) =>
					await fixture.database.transaction(async (session) => {
						// Neither begins before both are ready.
						await new Promise<void>((resolve) => {
							begun.push(resolve);
							if (begun.length === bothWays.length) {
								begun.forEach((begin) => begin());
							}
						});
						return await insert(session, id, codes, 100);
					}),
			),
		);
		expect(results[0].added + results[1].added).toBe(lines.length);
		const perBatch = await fixture.database.query<{ batchId: string; codes: number }>(
			`select batch_id::text as "batchId", count(*)::int as codes from :schema.codes
			where pool_id = $1 group by 1`,
			[id],
		);
		for (const { batchId, added } of results) {
			expect(perBatch.find((batch) => batch.batchId === batchId)?.codes ?? 0).toBe(added);
		}
	}, 60_000);
});
