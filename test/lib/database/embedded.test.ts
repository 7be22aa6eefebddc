import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCouponPools } from '../../../lib';

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
