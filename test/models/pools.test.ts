import * as fc from 'fast-check';

import { CouponPools } from '../../lib';
import type { Database } from '../../lib/database/database';
import { openDatabase } from '../../lib/database/open';
import { onBothDatabases } from '../support/databases';
import { seedByChance } from '../support/fuzz';
import { expectLedgerToReplay } from '../support/replay';
import { expectSumsToHold } from '../support/sums';
import { Both } from './both';
import { PoolModel } from './model';
import { operation, type Operation } from './operations';

/** Sequences that once told pool and model apart, shrunk. */
const KEPT: Operation[][] = [
	[
		{ do: 'upload', codes: ['A'], hours: null },
		{ do: 'assign', requests: [{ recipient: 'r1', campaign: '' }], options: {} },
		{ do: 'erase', recipient: 'r1' },
		{ do: 'releaseCode', code: 'A' },
		{ do: 'assign', requests: [{ recipient: 'r1', campaign: '' }], options: {} },
	],
];

onBothDatabases('a pool and a plain model of it', (fixture) => {
	const others: Database[] = [];
	afterEach(async () => {
		await Promise.all(others.splice(0).map(async (database) => await database.close()));
	});

	let made = 0;
	const expectAlike = async (operations: readonly Operation[], defaultCode: string | null) => {
		while (others.length < 2) {
			others.push(await openDatabase(fixture.settings));
		}
		const clients = [fixture.coupons, ...others.map((database) => new CouponPools(database))];
		const pool = await fixture.coupons.createPool({
			name: `Pool ${++made}`,
			defaultCode,
			lowStockThreshold: 1,
		});
		const both = new Both(new PoolModel(defaultCode, 1), pool, clients, fixture.database);
		try {
			for (const [turn, step] of operations.entries()) {
				const { model, pools } = await both.do(step, turn);
				expect({ turn, said: pools }).toEqual({ turn, said: model });
				if (both.deleted) {
					return;
				}
			}
			await expectSumsToHold(fixture.database, pool.id);
			await expectLedgerToReplay(fixture.database, pool.id);
		} finally {
			// A person is erased from all pools, those of earlier sequences too.
			for (const recipient of ['r1', 'r2', 'r3']) {
				await fixture.coupons.eraseRecipient(recipient);
			}
		}
	};

	it('say the same of whatever is done, in any order, from several clients', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(operation, { minLength: 5, maxLength: 30 }),
				fc.constantFrom(null, 'DEFAULT'),
				expectAlike,
			),
			{
				seed: seedByChance(),
				numRuns: Number(process.env.COUPON_POOLS_MODEL_RUNS ?? 40),
				examples: KEPT.map((operations): [Operation[], null] => [operations, null]),
			},
		);
	}, 120_000);
});
