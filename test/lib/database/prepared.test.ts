import { Client } from 'pg';

import { CouponPools } from '../../../lib/coupon-pools';
import { openDatabase } from '../../../lib/database/open';
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

onPostgres(
	'two schemas on one connection',
	(fixture) => {
		it('prepare their statements under different names, since a pooler lends the connection to both', async () => {
			const { id } = await poolWith(fixture, ['OURS']);
			const other = new CouponPools(
				await openDatabase({ ...fixture.settings, schema: `${fixture.settings.schema}_other` }),
			);
			const preparedAs = jest.spyOn(Client.prototype, 'query');
			try {
				const theirs = await poolWith({ coupons: other }, ['THEIRS']);
				await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
				await other.assign(theirs.id, [{ recipient: 'jane' }]);
				const names = preparedAs.mock.calls.flatMap(([query]: unknown[]) => {
					const { name } = query as { name?: string };
					return name === undefined ? [] : [name];
				});
				expect(names).toHaveLength(2);
				expect(new Set(names).size).toBe(2);
			} finally {
				preparedAs.mockRestore();
				await fixture.database.query(`drop schema "${fixture.settings.schema}_other" cascade`);
				await other.close();
			}
		});
	},
	{ as: 'owner' },
);
