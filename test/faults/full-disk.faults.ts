import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { type CouponPools, openCouponPools } from '../../lib';
import { onServerUnderLoad } from './server-under-load';

/**
 * Linux's /dev/full reads as empty and reports for every write that the disk is full. In place of a table's file, it
 * fills the disk for this table alone, without the rights that mounting a small file system would need.
 */
onServerUnderLoad('a disk that is full', (server) => {
	const withFullDisk = async (
		schema: string,
		table: string,
		work: (coupons: CouponPools, poolId: string) => Promise<void>,
	) => {
		const open = async () => await openCouponPools({ connectionString: server.own.url, schema });
		const before = await open();
		const { id } = await before.createPool({ name: 'Full' });
		await before.close();
		const path = await server.direct(schema, async (database) => {
			const [{ file }] = await database.query<{ file: string }>(
				`select pg_relation_filepath(':schema.${table}'::regclass) as file`,
			);
			return join(server.own.dataDirectory, file);
		});
		// So that the server does not later write to the file there on its own account.
		await server.own.query('checkpoint');
		renameSync(path, `${path}.aside`);
		symlinkSync('/dev/full', path);
		const during = await open();
		try {
			await work(during, id);
		} finally {
			await during.close();
			renameSync(`${path}.aside`, path);
		}
		const after = await open();
		expect(await after.checkThreshold(id)).toMatchObject({ total: 0, available: 0 });
		expect((await after.listBatches(id)).batches).toEqual([]);
		await after.uploadCodes(id, codes);
		expect((await after.assign(id, [{ recipient: 'jane' }]))[0].code).toBe('CODE-0');
		await after.close();
	};

	const codes = Array.from({ length: 500 }, (_, n) => ({ code: `CODE-${n}` }));

	it('ends an upload with an error that says so; nothing of it is stored, and later it goes through', async () => {
		await withFullDisk('full_codes', 'codes', async (coupons, id) => {
			await expect(coupons.uploadCodes(id, codes)).rejects.toMatchObject({
				code: 'database_failed',
				message: expect.stringContaining('disk is full'),
				hint: expect.stringContaining('Nothing was stored'),
			});
		});
	});

	it('does so when its batch cannot be written, too', async () => {
		await withFullDisk('full_batches', 'batches', async (coupons, id) => {
			await expect(coupons.uploadCodes(id, codes)).rejects.toMatchObject({
				message: expect.stringContaining('disk is full'),
			});
		});
	});
});
