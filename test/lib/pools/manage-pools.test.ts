import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';

onBothDatabases('an archived pool', (fixture) => {
	it('gives no code until it is restored', async () => {
		const { id } = await poolWith(fixture, 2);
		expect(await fixture.coupons.archivePool(id)).toMatchObject({
			archivedAt: expect.any(Date),
			active: false,
		});
		expect(await fixture.coupons.assign(id, [{ recipient: 'jane' }])).toMatchObject([
			{ code: null, reason: 'pool_inactive' },
		]);
		expect(await fixture.coupons.restorePool(id)).toMatchObject({ archivedAt: null, active: true });
		expect(await fixture.coupons.assign(id, [{ recipient: 'jane' }])).toMatchObject([
			{ code: 'C001' },
		]);
	});

	it('comes back inactive if it was so, however often it was archived', async () => {
		const { id } = await poolWith(fixture, 1, { active: false });
		const first = await fixture.coupons.archivePool(id);
		expect((await fixture.coupons.archivePool(id)).archivedAt).toEqual(first.archivedAt);
		expect(await fixture.coupons.restorePool(id)).toMatchObject({ active: false });
		expect(await fixture.coupons.restorePool(id)).toMatchObject({ active: false });
	});

	/** As an expression may bring it. */
	const text = (flag: string) => flag as unknown as boolean;

	it.each([false, text('false')])(
		'comes back inactive if it was told so meanwhile: %j',
		async (active) => {
			const { id } = await poolWith(fixture, 1);
			await fixture.coupons.archivePool(id);
			await fixture.coupons.updatePool(id, { active });
			expect(await fixture.coupons.restorePool(id)).toMatchObject({ active: false });
		},
	);

	it.each([true, text('true')])(
		'cannot be made active behind the back of the archive: %j',
		async (active) => {
			const { id, name } = await poolWith(fixture, 1);
			await fixture.coupons.archivePool(id);
			await expect(fixture.coupons.updatePool(id, { active })).rejects.toMatchObject({
				message: `The pool "${name}" is archived and cannot be active`,
				hint: 'Restore it first.',
			});
			expect(await fixture.coupons.updatePool(id, { description: 'Old' })).toMatchObject({
				description: 'Old',
				active: false,
			});
		},
	);

	it('is in no list and in no stock check, unless it is asked for', async () => {
		const kept = await poolWith(fixture, 1);
		const archived = await poolWith(fixture, 1);
		await fixture.coupons.archivePool(archived.id);
		const listed = async (status?: 'archived' | 'with_archived') =>
			(await fixture.coupons.listPools({ status })).pools.map(({ id }) => id).sort();
		expect(await listed()).toEqual([kept.id]);
		expect(await listed('archived')).toEqual([archived.id]);
		expect(await listed('with_archived')).toEqual([kept.id, archived.id].sort());
		expect((await fixture.coupons.checkThreshold('all')).map(({ pool }) => pool.id)).toEqual([
			kept.id,
		]);
		expect(await fixture.coupons.checkThreshold(archived.id)).toMatchObject({ status: 'inactive' });
	});

	it.each(['999999', 'abc', "1'; drop table pools"])('that is not there (%s)', async (id) => {
		for (const change of ['archivePool', 'restorePool', 'deletePool'] as const) {
			await expect(fixture.coupons[change](id)).rejects.toMatchObject({ code: 'pool_not_found' });
		}
	});
});

onBothDatabases('deleting a pool', (fixture) => {
	it('is possible while it is empty, and frees its name', async () => {
		const { id, name } = await poolWith(fixture, 0);
		await fixture.coupons.deletePool(id);
		await expect(fixture.coupons.findPool({ id })).rejects.toMatchObject({
			code: 'pool_not_found',
		});
		expect(await fixture.coupons.createPool({ name })).toMatchObject({ created: true });
	});

	it('is refused while it has codes or gave some, and says to archive it instead', async () => {
		const { id, name } = await poolWith(fixture, 1);
		await expect(fixture.coupons.deletePool(id)).rejects.toMatchObject({
			code: 'pool_not_empty',
			message: `The pool "${name}" cannot be deleted: it has codes`,
			hint: expect.stringContaining('Archive it instead'),
		});
		await fixture.coupons.assign(id, [{ recipient: 'jane' }]);
		await expect(fixture.coupons.deletePool(id)).rejects.toMatchObject({
			message: `The pool "${name}" cannot be deleted: it has given codes`,
			hint: expect.stringContaining('Archive it instead'),
		});
		expect(await fixture.coupons.findPool({ id })).toMatchObject({ name });
	});

	it('takes the codes of a shared pool with it that nobody was given', async () => {
		const pool = await fixture.coupons.createPool({
			name: 'Shared',
			type: 'shared',
			sharedCodes: [{ code: 'SUMMER', maxAssignments: 5 }],
		});
		await fixture.coupons.deletePool(pool.id);
		const left = await fixture.database.query(
			'select code from :schema.codes union all select code from :schema.shared_codes',
		);
		expect(left).toEqual([]);
	});
});

onBothDatabases('the list of pools', (fixture) => {
	it('shows at a glance what remains of each', async () => {
		const low = await poolWith(fixture, 3, {
			merchant: 'a',
			lowStockThreshold: 2,
			expiresAt: '2100-01-01',
		});
		const archived = await poolWith(fixture, 1, { merchant: 'b' });
		await fixture.coupons.archivePool(archived.id);
		await fixture.coupons.assign(low.id, [{ recipient: 'jane' }]);
		const { pools } = await fixture.coupons.glanceAtPools({ status: 'with_archived' });
		expect(pools).toMatchObject([
			{
				name: low.name,
				status: 'low',
				available: 2,
				assigned: 1,
				total: 3,
				expiresAt: low.expiresAt,
			},
			{ name: archived.name, status: 'archived', available: 1, total: 1 },
		]);
	});

	it('is filtered by merchant, status and a part of the name, whatever its letters', async () => {
		await fixture.coupons.createPool({ name: 'Herbst 100%_ü', merchant: 'x' });
		await fixture.coupons.createPool({ name: 'Later', merchant: 'x', beginsAt: '2100-01-01' });
		await fixture.coupons.createPool({ name: 'Past', expiresAt: '2001-01-01' });
		await fixture.coupons.createPool({ name: 'Off', active: false });
		const names = async (filter: Parameters<typeof fixture.coupons.listPools>[0]) =>
			(await fixture.coupons.listPools(filter)).pools.map(({ name }) => name);
		expect(await names({ merchant: 'x' })).toEqual(['Herbst 100%_ü', 'Later']);
		expect(await names({ merchant: '' })).toEqual(['Off', 'Past']);
		expect(await names({ search: 'HERBST 100%_ü' })).toEqual(['Herbst 100%_ü']);
		expect(await names({ search: "'; drop table pools --" })).toEqual([]);
		expect(await names({ status: 'open' })).toEqual(['Herbst 100%_ü']);
		expect(await names({ status: 'not_started' })).toEqual(['Later']);
		expect(await names({ status: 'expired' })).toEqual(['Past']);
		expect(await names({ status: 'inactive' })).toEqual(['Off']);
	});

	it('goes on where the page before ended, and refuses a place that it did not give', async () => {
		for (const name of ['c', 'a', 'b']) await fixture.coupons.createPool({ name });
		const first = await fixture.coupons.glanceAtPools({ limit: 2 });
		const second = await fixture.coupons.glanceAtPools({ limit: 2, after: first.next ?? '' });
		expect([...first.pools, ...second.pools].map(({ name }) => name)).toEqual(['a', 'b', 'c']);
		expect(second.next).toBeNull();
		await expect(fixture.coupons.listPools({ after: '[1]' })).rejects.toMatchObject({
			code: 'invalid_input',
		});
	});
});
