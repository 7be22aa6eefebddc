import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { query } from '../../../demo/postgres';
import { openCouponPools } from '../../../lib';
import { onPostgres, testUrl } from '../../support/databases';
import { openFlakyProxy } from '../../support/flaky-proxy';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

/** More than one block, so that some of them are at the server when the last line comes. */
const CODES = Array.from({ length: 20_000 }, (_, n) => `C${n}`);

onPostgres(
	'an upload that fails at its last line leaves no code behind, and works when sent again',
	(fixture) => {
		/** Nothing but the one code that was there, and then all of them. */
		const expectNothingThenAll = async (poolId: string) => {
			const { coupons, database } = fixture;
			const count = async () =>
				await database.query(
					`select (select count(*)::int from :schema.codes) as codes, (select count(*)::int from :schema.batches) as batches`,
				);
			expect(await count()).toEqual([{ codes: 1, batches: 1 }]);
			await expectSumsToHold(database, poolId);
			expect(await coupons.uploadCodes(poolId, CODES.join('\n'))).toMatchObject({
				added: CODES.length,
				alreadyInPool: 0,
				sameFileAs: null,
				poolTotal: CODES.length + 1,
			});
			await expectSumsToHold(database, poolId);
		};

		/** All codes but the last line; then what happens, and the last line. */
		const beforeLastLine = (happens: () => void) =>
			Readable.from(
				(async function* () {
					yield Buffer.from(`${CODES.join('\n')}\n`);
					// Until the blocks are on their way.
					await new Promise((resolve) => setTimeout(resolve, 100));
					happens();
					yield Buffer.from('LAST\n');
				})(),
				{ objectMode: false },
			);

		it('when the connection is cut', async () => {
			const pool = await poolWith(fixture, ['OLD']);
			const proxy = await openFlakyProxy(testUrl());
			const coupons = await openCouponPools({
				...fixture.settings,
				connectionString: proxy.url,
			});
			try {
				await expect(
					coupons.uploadCodes(
						pool.id,
						beforeLastLine(() => proxy.cut()),
					),
				).rejects.toMatchObject({ code: 'database_lost' });
				expect((await coupons.findPool({ id: pool.id })).id).toBe(pool.id);
			} finally {
				await coupons.close();
				await proxy.close();
			}
			await expectNothingThenAll(pool.id);
		});

		it('when the process is killed', async () => {
			const pool = await poolWith(fixture, ['OLD']);
			const work = { settings: fixture.settings, poolId: pool.id, codes: CODES.slice(0, 12_000) };
			const child = spawn(
				process.execPath,
				[join(__dirname, '../../support/upload-worker.js'), JSON.stringify(work)],
				{ stdio: ['ignore', 'pipe', 'inherit'] },
			);
			await once(child.stdout, 'data');
			child.kill('SIGKILL');
			expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
			await expectNothingThenAll(pool.id);
		});

		it('when the disk has no room to sort the codes', async () => {
			const pool = await poolWith(fixture, ['OLD']);
			// A full disk would take a file system of its own. The server refuses alike where a statement may write no
			// more temporary files, and so late: all lines are there, and are sorted to be stored.
			// Set for a role, since a pooler takes no settings of a connection.
			const role = `narrow_${randomBytes(4).toString('hex')}`;
			for (const statement of [
				`create role ${role} login superuser password 'narrow'`,
				`alter role ${role} set temp_file_limit = 64`,
				`alter role ${role} set work_mem = 64`,
			]) {
				await query(testUrl(), statement);
			}
			const url = new URL(testUrl());
			url.username = role;
			url.password = 'narrow';
			const coupons = await openCouponPools({
				...fixture.settings,
				connectionString: url.toString(),
			});
			try {
				await expect(coupons.uploadCodes(pool.id, CODES.join('\n'))).rejects.toMatchObject({
					code: 'database_failed',
					message: expect.stringContaining('temp_file_limit'),
				});
			} finally {
				await coupons.close();
				await query(testUrl(), `drop role ${role}`);
			}
			await expectNothingThenAll(pool.id);
		});
	},
);

onPostgres('an upload of which the answer to the commit is lost', (fixture) => {
	it('is stored, and adds nothing when sent again', async () => {
		const pool = await poolWith(fixture, 0);
		const proxy = await openFlakyProxy(testUrl());
		const coupons = await openCouponPools({ ...fixture.settings, connectionString: proxy.url });
		try {
			// The statement itself, and not the one that says `on commit drop`.
			proxy.loseAnswerTo('commit\0');
			await expect(coupons.uploadCodes(pool.id, 'A1\nB2')).rejects.toMatchObject({
				code: 'database_lost',
			});
			expect(await coupons.uploadCodes(pool.id, 'A1\nB2')).toMatchObject({
				added: 0,
				alreadyInPool: 2,
				sameFileAs: { batchId: expect.any(String) },
				poolTotal: 2,
			});
		} finally {
			await coupons.close();
			await proxy.close();
		}
	});
});
