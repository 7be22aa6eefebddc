import { assign } from '../../../lib/assignments/assign';
import { openDatabase } from '../../../lib/database/open';
import { createPool } from '../../../lib/pools/create-pool';
import { checkThreshold } from '../../../lib/stock/check-threshold';
import { onBothDatabases } from '../../support/databases';

onBothDatabases('assigning', (fixture) => {
	it('gives', async () => {
		const pool = await createPool(fixture.database, { name: 'A' });
		await fixture.database.query(
			`insert into :schema.codes (pool_id, code, batch_id, line) select $1, 'C' || n, 1, n from generate_series(1, 3) n`,
			[pool.id],
		);
		await fixture.database.query(`insert into :schema.batches (pool_id, received, added) values ($1, 3, 3)`, [pool.id]);
		const given = await assign(fixture.database, pool.id, [
			{ recipient: 'a@x.de' }, { recipient: 'A@x.de ' }, { recipient: 'b@x.de' }, { recipient: 'c@x.de' }, { recipient: 'd@x.de' }, { recipient: 'd@x.de' },
		]);
		console.log(given);
		console.log(await checkThreshold(fixture.database, pool.id));
	});
});
