import { onBothDatabases, onPostgres } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('after many codes were given', (fixture) => {
	const drain = async (count: number) => {
		const { id } = await poolWith(fixture, count + 5);
		const given = await fixture.coupons.assign(
			id,
			numbered(count).map((recipient) => ({ recipient })),
		);
		const [front] = await fixture.database.query<{ line: number }>(
			'select line from :schema.fronts where pool_id = $1',
			[id],
		);
		// Otherwise this would show nothing.
		expect(front.line).toBe(count + 1);
		return { id, given };
	};
	const give = async (id: string, recipient: string) =>
		(await fixture.coupons.assign(id, [{ recipient }]))[0].code;

	it('a released code is given next', async () => {
		const { id, given } = await drain(300);
		const [first] = given;
		await fixture.coupons.release(id, (first.code !== null && first.assignmentId) || '');
		expect(await give(id, 'next')).toBe(first.code);
		await expectSumsToHold(fixture.database, id);
	});

	it('a new code that expires sooner is given next', async () => {
		const { id } = await drain(300);
		await fixture.coupons.uploadCodes(id, 'SOON', {
			header: 'no',
			expiry: 'date',
			expiresAt: new Date(Date.now() + 86_400_000),
		});
		expect(await give(id, 'next')).toBe('SOON');
		expect(await give(id, 'the one after')).toBe('C301');
		await expectSumsToHold(fixture.database, id);
	});

	it('the rest is given to the last, and then what is added', async () => {
		const { id } = await drain(300);
		const rest = await fixture.coupons.assign(
			id,
			numbered(9).map((code) => ({ recipient: `late ${code}` })),
		);
		expect(rest.filter(({ code }) => code !== null)).toHaveLength(5);
		await fixture.coupons.uploadCodes(id, 'MORE', { header: 'no' });
		expect(await give(id, 'next')).toBe('MORE');
		await expectSumsToHold(fixture.database, id);
	});

	it('a code that was put into the table by hand is found when the others are gone', async () => {
		const { id } = await drain(300);
		await fixture.database.query(
			`insert into :schema.codes (pool_id, code, expires_at, batch_id, line)
			select $1, 'BY-HAND', now() + interval '1 day', max(batch_id), 0 from :schema.codes`,
			[id],
		);
		for (const late of numbered(5)) await give(id, `late ${late}`);
		expect(await give(id, 'the last')).toBe('BY-HAND');
		expect(await give(id, 'too late')).toBeNull();
	});
});

onPostgres('while codes are taken by many', (fixture) => {
	it('none that is released or uploaded meanwhile is lost from sight', async () => {
		const { id } = await poolWith(fixture, 3000);
		const client = async (name: string) => {
			for (let turn = 0; turn < 6; turn++) {
				const given = await fixture.coupons.assign(
					id,
					numbered(50).map((code) => ({ recipient: `${name} ${turn} ${code}` })),
				);
				const back = given[7];
				if (back.code !== null && back.assignmentId !== null) {
					await fixture.coupons.release(id, back.assignmentId);
				}
				await fixture.coupons.uploadCodes(id, `${name}-${turn}`, {
					header: 'no',
					expiry: 'date',
					expiresAt: new Date(Date.now() + (40 - turn) * 86_400_000),
				});
			}
		};
		await Promise.all(numbered(8).map(client));
		await expectSumsToHold(fixture.database, id);
		const left = (await fixture.coupons.checkThreshold(id)).available ?? 0;
		const rest = await fixture.coupons.assign(
			id,
			Array.from({ length: left + 1 }, (_, index) => ({ recipient: `rest ${index}` })),
		);
		expect(rest.filter(({ code }) => code !== null)).toHaveLength(left);
		await expectSumsToHold(fixture.database, id);
	});
});
