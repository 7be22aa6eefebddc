import { onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';

onPostgres('a statement that the server no longer has prepared', (fixture) => {
	it('is run all the same, as behind a pooler that gives each transaction another connection', async () => {
		const { id } = await poolWith(fixture, 3);
		const give = async (recipient: string) =>
			(await fixture.coupons.assign(id, [{ recipient }]))[0].code;
		expect(await give('a')).toBe('C001');
		await fixture.database.query('deallocate all');
		expect(await give('b')).toBe('C002');
		expect(await give('c')).toBe('C003');
	});
});
