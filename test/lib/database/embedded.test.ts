import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CouponPools, openCouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';

describe('a folder of the embedded database', () => {
	let dataDirectory: string;
	let children: ChildProcess[] = [];
	beforeEach(async () => {
		dataDirectory = await mkdtemp(join(tmpdir(), 'coupon-pools-embedded-'));
	});
	afterEach(async () => {
		children.forEach((child) => child.kill('SIGKILL'));
		children = [];
		await rm(dataDirectory, { recursive: true, force: true });
	});

	/** Another process that has the folder open and gives a code every now and then, until it is stopped. */
	const openElsewhere = async (): Promise<ChildProcess> => {
		const child = spawn(
			process.execPath,
			[
				'-e',
				`require('./index.js').openCouponPools({ dataDirectory: process.argv[1] }).then(async (coupons) => {
					const pool = await coupons.createPool({ name: 'A' }, { ifExists: 'use' });
					await coupons.uploadCodes(pool.id, Array.from({ length: 500 }, (_, n) => 'C' + n).join('\\n'), { header: 'no' });
					for (let n = 0; ; n++) {
						await coupons.assign(pool.id, [{ recipient: 'customer ' + n }]);
						if (n === 20) console.log('giving');
					}
				});`,
				dataDirectory,
			],
			{ cwd: join(__dirname, '../../..'), stdio: ['ignore', 'pipe', 'inherit'] },
		);
		children.push(child);
		await once(child.stdout, 'data');
		return child;
	};

	it('is refused to a second process, with the way out, and stays whole', async () => {
		const child = await openElsewhere();
		await expect(openCouponPools({ dataDirectory })).rejects.toMatchObject({
			code: 'database_in_use',
			message: expect.stringContaining(`is in use by process ${child.pid}`),
			hint: expect.stringContaining('choose PostgreSQL in the credential'),
		});
		expect(child.exitCode).toBeNull();
	}, 60_000);

	it('stays open for others in this process when one closes it twice', async () => {
		const [one, other] = [
			await openCouponPools({ dataDirectory }),
			await openCouponPools({ dataDirectory }),
		];
		await Promise.all([one.close(), one.close()]);
		await one.close();
		await other.ping();
		await other.close();
	}, 60_000);

	it('that is a file is said to be one', async () => {
		const file = join(dataDirectory, 'file');
		await writeFile(file, '');
		await expect(openCouponPools({ dataDirectory: join(file, 'pools') })).rejects.toMatchObject({
			message: expect.stringContaining('The embedded database’s folder is the name of a file'),
			hint: 'Choose another folder in the credential.',
		});
	});

	it('is free again at once when the process that had it was killed, with all that was given', async () => {
		const child = await openElsewhere();
		child.kill('SIGKILL');
		await once(child, 'exit');
		const coupons = await openCouponPools({ dataDirectory });
		const pool = await coupons.findPool({ name: 'A' });
		const stock = await coupons.checkThreshold(pool.id);
		expect(stock.total).toBe(500);
		expect(stock.assigned).toBeGreaterThan(20);
		expect((stock.available ?? 0) + stock.assigned).toBe(500);
		const [again] = await coupons.assign(pool.id, [{ recipient: 'customer 7' }]);
		expect(again).toMatchObject({ code: 'C7', issue: 'repeat' });
		await coupons.close();
	}, 60_000);

	it('goes on after its log could not be written, as on a full disk, once it can be', async () => {
		const database = await openDatabase({ dataDirectory });
		const coupons = new CouponPools(database);
		const pool = await coupons.createPool({ name: 'A' });
		await coupons.uploadCodes(pool.id, 'C1\nC2\nC3', { header: 'no' });
		await coupons.assign(pool.id, [{ recipient: 'jane' }]);
		// In the place of the file that is to become the next piece of the log.
		const inTheWay = join(dataDirectory, 'postgres', 'pg_wal', 'xlogtemp.42');
		await mkdir(inTheWay);
		await database.query('select pg_switch_wal()').catch(() => undefined);
		// Several at once: those that wait for their turn are not to be run by what is left of the engine, for ever.
		const assignTo = async (...recipients: string[]) =>
			await Promise.allSettled(
				recipients.map(async (recipient) => await coupons.assign(pool.id, [{ recipient }])),
			);
		const failed = { status: 'rejected', reason: { code: 'database_failed' } };
		expect(await assignTo('john', 'joan', 'jack')).toMatchObject([failed, failed, failed]);
		expect(await assignTo('john')).toMatchObject([failed]);
		await rmdir(inTheWay);
		expect(await coupons.assign(pool.id, [{ recipient: 'jane' }])).toMatchObject([
			{ code: 'C1', issue: 'repeat' },
		]);
		expect(await coupons.assign(pool.id, [{ recipient: 'john' }])).toMatchObject([{ code: 'C2' }]);
		await coupons.close();
		const again = await openCouponPools({ dataDirectory });
		expect(await again.checkThreshold(pool.id)).toMatchObject({ available: 1, assigned: 2 });
		await again.close();
	}, 60_000);

	it('is shared within a process, and let go by the last one that closes it', async () => {
		const [one, two] = await Promise.all([
			openCouponPools({ dataDirectory }),
			openCouponPools({ dataDirectory }),
		]);
		await one.createPool({ name: 'A' });
		await one.close();
		expect(await two.findPool({ name: 'A' })).toMatchObject({ name: 'A' });
		await two.close();
		await expect(readFile(join(dataDirectory, 'in-use.json'))).rejects.toMatchObject({
			code: 'ENOENT',
		});
	}, 60_000);
});
