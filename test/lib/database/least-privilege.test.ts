import { CouponPools, openCouponPools } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onPostgres, testUrl } from '../../support/databases';
import { grantLeastPrivilege } from '../../support/least-privilege';

const ROLE = 'coupon_pools_least';

/** For this one role alone, since the other tests have the same database. */
const PLANT = `
	create function public.unnest(ids bigint[]) returns setof bigint language plpgsql as $$
	begin
		if current_user = '${ROLE}' then
			raise exception 'It was run.';
		end if;
		return query select id from pg_catalog.unnest(ids) as id;
	end $$`;

onPostgres('a role with the rights of docs/least-privilege.sql', (fixture) => {
	const asRole = async (work: (coupons: CouponPools, url: string) => Promise<void>) => {
		const { schema = '' } = fixture.settings;
		const administrator = await openDatabase({ connectionString: testUrl(), schema });
		const url = await grantLeastPrivilege(administrator, { url: testUrl(), schema, role: ROLE });
		const coupons = await openCouponPools({ connectionString: url, schema });
		try {
			await work(coupons, url);
		} finally {
			await coupons.close();
			await administrator.close();
		}
	};

	it('can do all that the library does', async () => {
		await asRole(async (coupons) => {
			const { id } = await coupons.createPool({ name: 'Least', lowStockThreshold: 1 });
			const { batchId } = await coupons.uploadCodes(id, 'A\nB\nC\nD', {
				header: 'no',
				uniqueAcrossPools: true,
			});
			const [given] = await coupons.assign(id, [{ recipient: 'jane@example.com', requestId: '1' }]);
			await coupons.assign(id, [
				{ recipient: 'john@example.com' },
				{ recipient: 'joan@example.com' },
			]);
			await coupons.redeemCode('B', { orderId: '1' });
			await coupons.release(id, given.code === null ? '' : (given.assignmentId ?? ''));
			await coupons.removeCodes(id, ['D']);
			await coupons.undoBatch(id, batchId ?? '');
			await coupons.checkThreshold('all', { alert: 'oncePerFall' });
			await coupons.eraseRecipient('john@example.com');
			await coupons.updatePool(id, { name: 'Still least' });
			await coupons.archivePool(id);
			await coupons.restorePool(id);
			await coupons.listAssignments();
			await coupons.findRecipients();
			const shared = await coupons.createPool({
				name: 'Shared',
				type: 'shared',
				sharedCodes: [{ code: 'ALL', maxAssignments: 3 }],
			});
			await coupons.deletePool(shared.id);
			expect(await coupons.checkThreshold(id)).toMatchObject({ total: 4, assigned: 2, removed: 2 });
		});
	});

	it('cannot make a schema, and is told who can', async () => {
		await asRole(async (_, url) => {
			await expect(
				openCouponPools({ connectionString: url, schema: 'not_made_yet' }),
			).rejects.toMatchObject({
				code: 'database_rights',
				hint: expect.stringContaining('administrator'),
			});
		});
	});

	it('cannot bring it up to date after an update of the package, and is told who can', async () => {
		await asRole(async (_, url) => {
			await fixture.owner.query(
				'delete from :schema.migrations where id = (select max(id) from :schema.migrations)',
			);
			const { schema } = fixture.settings;
			await expect(openCouponPools({ connectionString: url, schema })).rejects.toMatchObject({
				code: 'database_rights',
				hint: expect.stringContaining('with this version of the package'),
			});
		});
	});

	it('runs no function that another role has put in the place of PostgreSQL’s own', async () => {
		await asRole(async (coupons) => {
			await fixture.owner.query(PLANT);
			try {
				await coupons.createPool({ name: 'Watched', lowStockThreshold: 1 });
				await expect(
					coupons.checkThreshold('all', { alert: 'oncePerFall' }),
				).resolves.toBeDefined();
			} finally {
				await fixture.owner.query('drop function public.unnest(bigint[])');
			}
		});
	});

	it('cannot pretend that the schema is at another version', async () => {
		await asRole(async () => {
			const [{ allowed }] = await fixture.database.query<{ allowed: boolean }>(
				"select has_table_privilege($1, ':schema.migrations', 'insert, update, delete') as allowed",
				[ROLE],
			);
			expect(allowed).toBe(false);
		});
	});
});
