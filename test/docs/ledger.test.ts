import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { onBothDatabases } from '../support/databases';
import { poolWith } from '../support/stock';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'ledger.md'), 'utf8');

/** Statements of the page by the question above them. */
const checks = new Map(
	[...page.matchAll(/^\*\*(.+?)\*\*.*\n\n```sql\n([\s\S]+?);\n```/gm)].map(
		([, question, statement]) => [question, statement],
	),
);

onBothDatabases('the checks of the page on the ledger', (fixture) => {
	let poolId: string;

	beforeEach(async () => {
		const { coupons } = fixture;
		const pool = await poolWith(fixture, ['SCA10-1', 'SCA10-2', 'SCA10-3', 'SCA10-4', 'SCA10-5']);
		poolId = pool.id;
		const give = async (name: string, options?: { holdMinutes: number }) =>
			await coupons.assign(
				poolId,
				[{ recipient: `${name}@example.com`, campaign: 'cart' }],
				options,
			);
		await give('jane');
		const [given] = await give('jane');
		await coupons.redeem(poolId, String('assignmentId' in given && given.assignmentId));
		await give('ben');
		await coupons.releaseCode(poolId, 'SCA10-2');
		await give('ana', { holdMinutes: 10 });
		await coupons.importAssignments(
			poolId,
			'code,recipient,date sent,date redeemed\nSCA10-9,eva@example.com,2026-01-05,2026-01-31\n',
		);
		await coupons.removeCodes(poolId, ['SCA10-5']);
	});

	const ask = async (question: string) => {
		const statement = checks.get(question);
		if (!statement) throw new Error(`The page does not ask: ${question}`);
		return await fixture.database.query(
			statement
				.replaceAll('coupon_pools.', ':schema.')
				.replaceAll(/pool_id = 1\b/g, `pool_id = ${poolId}`),
		);
	};

	it('add up, though codes were given, repeated, redeemed, taken back, reserved, removed and moved here', async () => {
		expect(await ask('Does everything add up?')).toEqual([{ added: 6, accounted_for: 6 }]);
		expect(await ask('In which state is how much?')).toEqual([
			{ state: 'assigned', codes: 2 },
			{ state: 'available', codes: 2 },
			{ state: 'removed', codes: 1 },
			{ state: 'reserved', codes: 1 },
		]);
	});

	it('find nobody who shares a code, and no code of which the ledger tells something else', async () => {
		expect(await ask('Does anybody share a code?')).toEqual([]);
		expect(await ask('Does the ledger tell the same as the stock?')).toEqual([]);
	});

	it('find nothing of a shared code either, some of whose copies were taken out', async () => {
		const { coupons } = fixture;
		const pool = await coupons.createPool({
			name: 'Shared',
			type: 'shared',
			sharedCodes: [{ code: 'ALL10', maxAssignments: 10 }],
		});
		await coupons.assign(pool.id, [{ recipient: 'jane' }, { recipient: 'ben' }]);
		const [{ id }] = await coupons.listSharedCodes(pool.id);
		await coupons.changeSharedCode(pool.id, id, { maxAssignments: 5 });
		poolId = pool.id;

		expect(await ask('Does anybody share a code?')).toEqual([]);
		expect(await ask('Does the ledger tell the same as the stock?')).toEqual([]);
	});

	it('find a state that was changed behind the ledger’s back', async () => {
		await fixture.database.query(
			`update :schema.codes set state = 'available' where pool_id = $1 and code = 'SCA10-1'`,
			[poolId],
		);

		expect(await ask('Does the ledger tell the same as the stock?')).toEqual([
			{ code: 'SCA10-1', state: 'available', kind: 'redeemed' },
		]);
	});

	it('know each kind of event that there is', async () => {
		const kinds = await fixture.database.query<{ kind: string }>(
			'select distinct kind from :schema.events',
		);

		expect(kinds.length).toBeGreaterThan(6);
		for (const { kind } of kinds) expect(page).toContain(`| \`${kind}\` |`);
	});

	it('tell the life of a code', async () => {
		expect(await ask('What is the life of a code?')).toMatchObject([
			{ kind: 'assigned', recipient: 'jane@example.com', campaign: 'cart' },
			{ kind: 'repeated', recipient: 'jane@example.com' },
			{ kind: 'redeemed', recipient: 'jane@example.com' },
		]);
	});
});
