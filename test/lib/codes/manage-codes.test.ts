import type { CodeState } from '../../../lib';
import { onBothDatabases } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

onBothDatabases('a code', (fixture) => {
	it('is shown with its state, holder, batch and life', async () => {
		const pool = await poolWith(fixture, ['A1']);
		const { coupons } = fixture;
		await coupons.assign(pool.id, [{ recipient: 'ann', campaign: 'cart' }]);
		await coupons.releaseCode(pool.id, 'A1');
		await coupons.assign(pool.id, [{ recipient: 'bob', campaign: 'cart' }]);
		await coupons.assign(pool.id, [{ recipient: 'bob', campaign: 'cart' }]);
		await coupons.redeemCode('A1', { orderId: '#1001' });

		const report = await coupons.getCode(pool.id, ' A1 ');
		expect(report).toMatchObject({
			code: 'A1',
			pool: pool.name,
			state: 'assigned',
			expiresAt: null,
			batch: { id: expect.any(String), addedAt: expect.any(Date) },
			holder: {
				recipient: 'bob',
				campaign: 'cart',
				orderId: '#1001',
				redeemedAt: expect.any(Date),
			},
		});
		expect(report.history.map(({ kind, recipient }) => [kind, recipient])).toEqual([
			['added', null],
			['assigned', 'ann'],
			['released', 'ann'],
			['assigned', 'bob'],
			['repeated', 'bob'],
			['redeemed', 'bob'],
		]);
	});

	it('that was removed and uploaded again is shown as it is now, with both lives', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.removeCodes(id, ['A1']);
		expect(await fixture.coupons.getCode(id, 'A1')).toMatchObject({ state: 'removed' });
		await fixture.coupons.uploadCodes(id, 'A1', { header: 'no' });
		const report = await fixture.coupons.getCode(id, 'A1');
		expect(report).toMatchObject({ state: 'available', holder: null });
		expect(report.history.map(({ kind }) => kind)).toEqual(['added', 'removed', 'added']);
	});

	it.each(['B1', 'nul\0', '\ud800', "'; drop table codes; --", ''])(
		'that the pool has not (%j) is an error that says so',
		async (code) => {
			const { id } = await poolWith(fixture, ['A1']);
			await expect(fixture.coupons.getCode(id, code)).rejects.toMatchObject({
				code: 'code_not_found',
			});
			await expect(fixture.coupons.releaseCode(id, code)).rejects.toMatchObject({
				code: 'code_not_found',
			});
		},
	);
});

onBothDatabases('removing codes', (fixture) => {
	it('takes out those that nobody holds, and says of the others why not', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2', 'A3']);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.coupons.removeCodes(id, ['A2']);
		expect(await fixture.coupons.removeCodes(id, ['A1', 'A2', ' A3', 'A4', 'nul\0', 'A3'])).toEqual(
			[
				{ code: 'A1', removed: false, reason: 'assigned' },
				{ code: 'A2', removed: false, reason: 'already_removed' },
				{ code: 'A3', removed: true },
				{ code: 'A4', removed: false, reason: 'unknown_code' },
				{ code: 'nul\0', removed: false, reason: 'unknown_code' },
				{ code: 'A3', removed: true },
			],
		);
		expect(await fixture.coupons.assign(id, [{ recipient: 'bob' }])).toMatchObject([
			{ code: null, reason: 'out_of_stock' },
		]);
		await expectSumsToHold(fixture.database, id);
	});

	it('that came back by a release is possible', async () => {
		const { id } = await poolWith(fixture, ['A1']);
		await fixture.coupons.assign(id, [{ recipient: 'ann' }]);
		await fixture.coupons.releaseCode(id, 'A1');
		expect(await fixture.coupons.removeCodes(id, ['A1'])).toEqual([{ code: 'A1', removed: true }]);
		await expectSumsToHold(fixture.database, id);
	});

	it('at the moment when they are assigned ends one way or the other', async () => {
		const { id } = await poolWith(fixture, 40);
		const codes = (await fixture.coupons.listCodes(id)).codes.map(({ code }) => code);
		const [given, removed] = await Promise.all([
			Promise.all(
				codes.map(async (_, index) => {
					const [one] = await fixture.coupons.assign(id, [{ recipient: `p${index}` }]);
					return one.code;
				}),
			),
			Promise.all(
				codes.reverse().map(async (code) => (await fixture.coupons.removeCodes(id, [code]))[0]),
			),
		]);
		const gone = removed.filter((one) => one.removed).map(({ code }) => code);
		const held = given.filter((code) => code !== null);
		expect(new Set([...gone, ...held]).size).toBe(40);
		expect(gone.length + held.length).toBe(40);
		await expectSumsToHold(fixture.database, id);
	});
});

onBothDatabases('the list of codes', (fixture) => {
	it('is filtered by state, batch and how the code begins', async () => {
		const { id } = await poolWith(fixture, ['A1', 'A2', 'A3', 'ab']);
		const { coupons } = fixture;
		const { batchId } = await coupons.uploadCodes(id, 'OLD', { header: 'no' });
		await fixture.database.query(
			`update :schema.codes set expires_at = '2001-01-01' where pool_id = $1 and code = 'OLD'`,
			[id],
		);
		await coupons.assign(id, [{ recipient: 'ann' }]);
		await coupons.removeCodes(id, ['A2']);
		const codes = async (filter: Parameters<typeof coupons.listCodes>[1]) =>
			(await coupons.listCodes(id, filter)).codes.map(({ code }) => code);

		expect(await codes({})).toEqual(['A1', 'A2', 'A3', 'OLD', 'ab']);
		const byState = async (state: CodeState) => await codes({ state });
		expect(await byState('available')).toEqual(['A3', 'ab']);
		expect(await byState('assigned')).toEqual(['A1']);
		expect(await byState('removed')).toEqual(['A2']);
		expect(await byState('reserved')).toEqual([]);
		expect(await byState('expired')).toEqual(['OLD']);
		expect(await codes({ batchId: batchId ?? '' })).toEqual(['OLD']);
		expect(await codes({ batchId: 'abc' })).toEqual([]);
		expect(await codes({ search: 'A' })).toEqual(['A1', 'A2', 'A3']);
		expect(await codes({ search: 'A%' })).toEqual([]);
		const { codes: shown } = await coupons.listCodes(id, { state: 'assigned' });
		expect(shown).toMatchObject([{ recipient: 'ann', assignmentId: expect.any(String) }]);
	});

	it.each([
		['small', 40],
		['too large to be gathered', 50_001],
	])(
		'has those of a batch that is %s, in every state, page by page',
		async (_, size) => {
			const { coupons } = fixture;
			const { id } = await poolWith(fixture, ['A1', 'M-5', 'Z9']);
			const lines = Array.from({ length: size }, (__, index) => `M-${index}`);
			const { batchId } = await coupons.uploadCodes(id, lines.join('\n'), { header: 'no' });
			const later = await coupons.uploadCodes(id, 'B2\nM-5x', { header: 'no' });
			const codes = async (state?: CodeState, limit = 1000) => {
				const seen: string[] = [];
				for (let after: string | undefined; ; ) {
					const page = await coupons.listCodes(id, { batchId: batchId ?? '', state, limit, after });
					seen.push(...page.codes.map(({ code }) => code));
					if (page.next === null || (limit === 1000 && seen.length > 2000)) return seen;
					after = page.next;
				}
			};
			const others = lines.filter((code) => code !== 'M-5').sort();
			const many = Math.min(others.length, 2000);
			expect((await codes()).slice(0, many)).toEqual(others.slice(0, many));
			await coupons.assign(
				id,
				Array.from({ length: 6 }, (__, index) => ({ recipient: `p${index}` })),
			);
			await coupons.removeCodes(id, ['M-7', 'M-9', 'B2']);
			await coupons.assign(id, [{ recipient: 'held' }], { holdMinutes: 5 });
			expect(await codes('assigned', 2)).toEqual(['M-0', 'M-1', 'M-2']);
			expect(await codes('removed', 1)).toEqual(['M-7', 'M-9']);
			expect(await codes('reserved')).toEqual(['M-3']);
			expect(await codes('expired')).toEqual([]);
			const taken = ['M-0', 'M-1', 'M-2', 'M-3', 'M-7', 'M-9'];
			const free = others.filter((code) => !taken.includes(code));
			expect((await codes('available')).slice(0, 30)).toEqual(free.slice(0, 30));
			await fixture.database.query(
				`update :schema.codes set expires_at = '2001-01-01'
				where pool_id = $1 and code in ('M-12', 'M-11', 'M-5x')`,
				[id],
			);
			expect(await codes('expired', 1)).toEqual(['M-11', 'M-12']);
			const ofLater = await coupons.listCodes(id, { batchId: later.batchId ?? '' });
			expect(ofLater.codes.map(({ code }) => code)).toEqual(['B2', 'M-5x']);
		},
		60_000,
	);

	it('has those that expired in the order in which they did, page by page', async () => {
		const { coupons, database } = fixture;
		const { id } = await poolWith(fixture, 12);
		// Each two on one day, the last ones first; then a day ago all of the pool.
		await database.query(
			`update :schema.codes set expires_at = to_timestamp($2::float8 - 86400 * ceil(line / 2.0))
			where pool_id = $1 and line <= 10`,
			[id, Date.now() / 1000],
		);
		const pages = async () => {
			const seen: string[] = [];
			for (let after: string | undefined; ; ) {
				const page = await coupons.listCodes(id, { state: 'expired', limit: 3, after });
				seen.push(...page.codes.map(({ code }) => code));
				if (page.next === null) return seen.join(' ');
				after = page.next;
			}
		};
		const ten = 'C009 C010 C007 C008 C005 C006 C003 C004 C001 C002';
		expect(await pages()).toBe(ten);
		await database.query("update :schema.pools set expires_at = now() - interval '1 day'");
		expect(await pages()).toBe(`${ten} C011 C012`);
	});

	it('goes on page by page, in any state, with nothing left out', async () => {
		const { id } = await poolWith(fixture, 25);
		await fixture.coupons.assign(
			id,
			Array.from({ length: 12 }, (_, index) => ({ recipient: `p${index}` })),
		);
		for (const state of [undefined, 'available', 'assigned'] as const) {
			const seen: string[] = [];
			let after: string | undefined;
			do {
				const page = await fixture.coupons.listCodes(id, { state, limit: 5, after });
				seen.push(...page.codes.map(({ code }) => code));
				after = page.next ?? undefined;
			} while (after !== undefined);
			expect(seen).toHaveLength({ all: 25, available: 13, assigned: 12 }[state ?? 'all']);
			expect([...new Set(seen)].sort()).toEqual(seen);
		}
	});

	it('of a shared pool is refused with where to look instead', async () => {
		const { id } = await fixture.coupons.createPool({
			name: 'S',
			type: 'shared',
			sharedCodes: [{ code: 'ALL' }],
		});
		for (const call of [
			async () => await fixture.coupons.listCodes(id),
			async () => await fixture.coupons.getCode(id, 'ALL'),
			async () => await fixture.coupons.removeCodes(id, ['ALL']),
		]) {
			await expect(call()).rejects.toMatchObject({
				code: 'wrong_pool_type',
				hint: 'Use the resource Shared Code; who was given it: Assignment → Get Many.',
			});
		}
	});
});
