import type { CouponPools, CouponPoolsError } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { onBothDatabases, onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

/** Texts that mean something to a statement, a pattern, a format or a template, if they ever got there as such. */
const HOSTILE = [
	`'; drop schema public cascade; --`,
	`"; drop table pools; --`,
	`' or '1'='1`,
	`\\'; delete from codes; --`,
	`$1`,
	`$$;select pg_sleep(60);$$`,
	`:schema`,
	`:schema.pools`,
	`%`,
	`_`,
	`%s%n`,
	'`${process.exit(1)}`',
	`{{constructor}}`,
	`={{ $json }}`,
	`__proto__`,
	`constructor`,
	`NULL`,
	`E'\\x00'`,
	`{"a","b"}`,
	`(1,2)`,
	`["1","2","3"]`,
	`-infinity`,
	`../../etc/passwd`,
	`＇; drop table pools; ﹣﹣`,
	`مرحبا ‮ 🏷️`,
	`a\u0000b`,
	`\ud800`,
	`a\nb`,
	'x'.repeat(20_000),
];

/** Each text field of each operation of the public face. */
const FIELDS: Record<
	string,
	(coupons: CouponPools, text: string, poolId: string) => Promise<unknown>
> = {
	'createPool name': async (coupons, name) => await coupons.createPool({ name }),
	'createPool merchant': async (coupons, merchant) =>
		await coupons.createPool({ name: 'M', merchant }),
	'createPool type': async (coupons, type) =>
		await coupons.createPool({ name: 'T', type: type as 'unique' }),
	'createPool defaultCode': async (coupons, defaultCode) =>
		await coupons.createPool({ name: `D${Math.random()}`, defaultCode }),
	'createPool description': async (coupons, description) =>
		await coupons.createPool({ name: `D${Math.random()}`, description }),
	'createPool expiresAt': async (coupons, expiresAt) =>
		await coupons.createPool({ name: `D${Math.random()}`, expiresAt }),
	'createPool notificationEmails': async (coupons, text) =>
		await coupons.createPool({
			name: `D${Math.random()}`,
			notificationEmails: `${text}@example.com`,
		}),
	'createPool lowStockUnit': async (coupons, unit) =>
		await coupons.createPool({ name: 'U', lowStockUnit: unit as 'codes' }),
	'createPool sharedCodes': async (coupons, code) =>
		await coupons.createPool({
			name: `S${Math.random()}`,
			type: 'shared',
			sharedCodes: [{ code }],
		}),
	'createPool timezone': async (coupons, timezone) =>
		await coupons.createPool({ name: `Z${Math.random()}`, expiresAt: '2099-01-01' }, { timezone }),
	'updatePool id': async (coupons, text) => await coupons.updatePool(text, { description: 'x' }),
	'updatePool name': async (coupons, name, id) => await coupons.updatePool(id, { name }),
	'findPool id': async (coupons, id) => await coupons.findPool({ id }),
	'findPool name': async (coupons, name) => await coupons.findPool({ name }),
	'findPool merchant': async (coupons, merchant) => await coupons.findPool({ name: 'x', merchant }),
	'listPools search': async (coupons, search) => await coupons.listPools({ search }),
	'listPools merchant': async (coupons, merchant) => await coupons.listPools({ merchant }),
	'listPools after': async (coupons, after) => await coupons.listPools({ after }),
	'glanceAtPools search': async (coupons, search) => await coupons.glanceAtPools({ search }),
	'archivePool id': async (coupons, id) => await coupons.archivePool(id),
	'restorePool id': async (coupons, id) => await coupons.restorePool(id),
	'deletePool id': async (coupons, id) => await coupons.deletePool(id),
	'uploadCodes id': async (coupons, id) => await coupons.uploadCodes(id, 'A'),
	'uploadCodes text': async (coupons, text, id) =>
		await coupons.uploadCodes(id, text, { header: 'no' }),
	'uploadCodes items': async (coupons, code, id) => await coupons.uploadCodes(id, [{ code }]),
	'uploadCodes fileName': async (coupons, fileName, id) =>
		await coupons.uploadCodes(id, 'AFTER', { fileName }),
	'uploadCodes delimiter': async (coupons, delimiter, id) =>
		await coupons.uploadCodes(id, 'A', { delimiter }),
	'uploadCodes codeColumn': async (coupons, codeColumn, id) =>
		await coupons.uploadCodes(id, 'code\nA', { codeColumn }),
	'uploadCodes expiryFormat': async (coupons, expiryFormat, id) =>
		await coupons.uploadCodes(id, 'A;2099-01-01', { expiry: 'column', expiryFormat }),
	'uploadCodes expiresAt': async (coupons, expiresAt, id) =>
		await coupons.uploadCodes(id, 'A', { expiry: 'date', expiresAt }),
	'uploadCodes timezone': async (coupons, timezone, id) =>
		await coupons.uploadCodes(id, 'A', { timezone }),
	'assign id': async (coupons, id) => await coupons.assign(id, [{ recipient: 'r' }]),
	'assign recipient': async (coupons, recipient, id) => await coupons.assign(id, [{ recipient }]),
	'assign campaign': async (coupons, campaign, id) =>
		await coupons.assign(id, [{ recipient: 'r', campaign }]),
	'assign requestId': async (coupons, requestId, id) =>
		await coupons.assign(id, [{ recipient: 'r', requestId }]),
	'assign ifAlreadyAssigned': async (coupons, text, id) =>
		await coupons.assign(id, [{ recipient: 'r' }], { ifAlreadyAssigned: text as 'alwaysSame' }),
	'assign scope': async (coupons, scope, id) =>
		await coupons.assign(id, [{ recipient: 'r' }], { scope: scope as 'pool' }),
	'preview recipient': async (coupons, recipient, id) => await coupons.preview(id, [{ recipient }]),
	'release id': async (coupons, text, id) => await coupons.release(id, text),
	'release pool': async (coupons, text) => await coupons.release(text, '1'),
	'releaseCode code': async (coupons, code, id) => await coupons.releaseCode(id, code),
	'redeem id': async (coupons, text, id) => await coupons.redeem(id, text),
	'redeem pool': async (coupons, text) => await coupons.redeem(text, '1'),
	'redeem order': async (coupons, orderId, id) => await coupons.redeem(id, '1', { orderId }),
	'redeemCode code': async (coupons, code) => await coupons.redeemCode(code),
	'redeemCode order': async (coupons, orderId) => await coupons.redeemCode('C003', { orderId }),
	'redeemCode recipient': async (coupons, recipient) =>
		await coupons.redeemCode('C003', { recipient }),
	'redeemCode pool': async (coupons, poolId) => await coupons.redeemCode('C003', { poolId }),
	'getCode code': async (coupons, code, id) => await coupons.getCode(id, code),
	'listCodes search': async (coupons, search, id) => await coupons.listCodes(id, { search }),
	'listCodes state': async (coupons, state, id) =>
		await coupons.listCodes(id, { state: state as 'available' }),
	'listCodes batch': async (coupons, batchId, id) => await coupons.listCodes(id, { batchId }),
	'listCodes after': async (coupons, after, id) => await coupons.listCodes(id, { after }),
	'listCodes place': async (coupons, text, id) =>
		await coupons.listCodes(id, { after: JSON.stringify([text, text]) }),
	'removeCodes codes': async (coupons, code, id) => await coupons.removeCodes(id, [code]),
	'listBatches id': async (coupons, id) => await coupons.listBatches(id),
	'listBatches place': async (coupons, text, id) =>
		await coupons.listBatches(id, { after: JSON.stringify([text]) }),
	'undoBatch batch': async (coupons, batchId, id) => await coupons.undoBatch(id, batchId),
	'listAssignments recipient': async (coupons, recipient) =>
		await coupons.listAssignments({ recipient }),
	'listAssignments campaign': async (coupons, campaign) =>
		await coupons.listAssignments({ campaign }),
	'listAssignments source': async (coupons, source) =>
		await coupons.listAssignments({ source: source as 'pool' }),
	'listAssignments from': async (coupons, from) => await coupons.listAssignments({ from }),
	'listAssignments place': async (coupons, text) =>
		await coupons.listAssignments({ after: JSON.stringify([text, text]) }),
	'getHistory recipient': async (coupons, recipient) => await coupons.getHistory(recipient),
	'getHistory place': async (coupons, text) =>
		await coupons.getHistory('r', { after: JSON.stringify([text, text, text]) }),
	'findRecipients pool': async (coupons, poolId) => await coupons.findRecipients({ poolId }),
	'findRecipients place': async (coupons, text) =>
		await coupons.findRecipients({ after: JSON.stringify([text]) }),
	'eraseRecipient recipient': async (coupons, recipient) => await coupons.eraseRecipient(recipient),
	'checkThreshold id': async (coupons, id) => await coupons.checkThreshold(id),
	'checkThreshold unit': async (coupons, unit, id) =>
		await coupons.checkThreshold(id, { threshold: 1, thresholdUnit: unit as 'codes' }),
	'checkThreshold timezone': async (coupons, timezone, id) =>
		await coupons.checkThreshold(id, { timezone }),
};

onBothDatabases('a text that would be a command', (fixture) => {
	it.each(Object.keys(FIELDS))('is only a text, or refused with a reason, as %s', async (field) => {
		const { id } = await poolWith(fixture, 5);
		await fixture.coupons.assign(id, [{ recipient: 'first' }]);
		const unclear: unknown[] = [];
		for (const text of HOSTILE) {
			await FIELDS[field](fixture.coupons, text, id).catch((error: CouponPoolsError) => {
				// A refusal says what is wrong; an error of the database's would mean that it got too far.
				if (error.name !== 'CouponPoolsError' || error.code === 'database_failed') {
					unclear.push({ text: text.slice(0, 40), error: error.message.slice(0, 200) });
				}
			});
		}
		expect(unclear).toEqual([]);
		expect((await fixture.coupons.findPool({ id })).id).toBe(id);
		await expectSumsToHold(fixture.database, id);
	});

	it('comes back as it went in, where it may be stored', async () => {
		const { id } = await poolWith(fixture, 100);
		for (const text of HOSTILE.filter(
			(one) => one.length < 200 && one.isWellFormed() && !/\p{Cc}/u.test(one),
		)) {
			const pool = await fixture.coupons.createPool({ name: text, merchant: text });
			expect(await fixture.coupons.findPool({ name: text, merchant: text })).toMatchObject({
				id: pool.id,
				name: text,
			});
			expect(
				(await fixture.coupons.listPools({ search: text })).pools.map(({ name }) => name),
			).toContain(text);
			const request = { recipient: text, campaign: text, requestId: text };
			const [given] = await fixture.coupons.assign(id, [request], { normalizeRecipient: false });
			expect(given).toMatchObject({ recipient: text, campaign: text });
			expect(
				await fixture.coupons.assign(id, [request], { normalizeRecipient: false }),
			).toMatchObject([{ code: given.code }]);
			const { assignments } = await fixture.coupons.listAssignments({ campaign: text });
			expect(assignments).toMatchObject([{ campaign: text }]);
		}
	});

	it('finds nothing but itself, where it is searched for', async () => {
		const { id } = await poolWith(fixture, ['AB', 'A%', 'A_', 'CD']);
		for (const [search, found] of [
			['A%', ['A%']],
			['A_', ['A_']],
			['%', []],
			['_', []],
		] as const) {
			expect(
				(await fixture.coupons.listCodes(id, { search })).codes.map(({ code }) => code),
			).toEqual(found);
		}
		await fixture.coupons.createPool({ name: '100%' });
		expect(
			(await fixture.coupons.listPools({ search: '%' })).pools.map(({ name }) => name),
		).toEqual(['100%']);
	});
});

onPostgres(
	'a schema whose name would be a command',
	(fixture) => {
		it.each(['my"schema', `x"; drop schema public; --`, ':schema', '$1', 'ünï cödé', 'select'])(
			'is only a name: %s',
			async (name) => {
				const schema = `${fixture.settings.schema} ${name}`;
				const database = await openDatabase({ ...fixture.settings, schema });
				try {
					const [{ there }] = await database.query<{ there: number }>(
						'select count(*)::int as there from pg_namespace where nspname = $1',
						[schema],
					);
					expect(there).toBe(1);
				} finally {
					await database.query('drop schema :schema cascade');
					await database.close();
				}
			},
		);
	},
	{ as: 'owner' },
);
