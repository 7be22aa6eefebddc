import { parse } from 'csv-parse/sync';

import { onBothDatabases, onPostgres } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

/** Each is one that something on the way could break. */
const TEXTS: ReadonlyArray<readonly [what: string, text: string]> = [
	['Arabic', 'قسيمة خصم ٢٠٪'],
	['Chinese, Japanese and Korean', '優惠券クーポン할인권'],
	['combining marks', 'Z\u0351\u036b\u0343a\u0323\u0307lgo e\u0301'],
	['emoji that are several characters joined', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽'],
	['marks of the writing direction', '\u200fעברית\u200e abc \u2067قسيمة\u2069'],
	['characters beyond the 16 bits', '𝒞𝓸𝓾𝓹𝓸𝓷 𠮷 🎟'],
	['the signs of CSV, SQL and templates', `a,"b";'c' {{d}} $1 :schema %s \\n`],
	['a formula of a spreadsheet', '=1+1'],
];

/** As a code: without white space, marks of direction and joiners, which no shop would take. */
const asCode = (text: string) => text.replaceAll(/[\s\p{Cf}]/gu, '');

/** Characters of four bytes in no order that could be packed. */
function longest(characters: number, seed: number): string {
	return Array.from({ length: characters }, (_, index) =>
		String.fromCodePoint(0x20000 + ((index * 7919 + seed * 104_729) % 40_000)),
	).join('');
}

async function exported(pieces: AsyncIterable<string>): Promise<Array<Record<string, string>>> {
	let text = '';
	for await (const piece of pieces) text += piece;
	return parse(text, { columns: true, bom: true });
}

onBothDatabases('a text in any language', (fixture) => {
	it.each(TEXTS)('survives as name, recipient, campaign, order and code: %s', async (_, text) => {
		const { coupons } = fixture;
		const pool = await coupons.createPool({ name: text, merchant: text, description: text });
		await coupons.uploadCodes(pool.id, [{ code: asCode(text) }], { fileName: text });
		const request = { recipient: text, campaign: text, requestId: text };
		const [given] = await coupons.assign(pool.id, [request], { normalizeRecipient: false });
		expect(given).toMatchObject({
			code: asCode(text),
			pool: text,
			campaign: text,
			recipient: text,
		});
		await coupons.redeemCode(asCode(text), { orderId: text });

		expect(await coupons.findPool({ name: text, merchant: text })).toMatchObject({
			description: text,
		});
		expect((await coupons.listPools({ search: text })).pools).toHaveLength(1);
		expect((await coupons.listBatches(pool.id)).batches).toMatchObject([{ fileName: text }]);
		expect(await coupons.getCode(pool.id, asCode(text))).toMatchObject({
			state: 'assigned',
			holder: { recipient: text, campaign: text, orderId: text },
		});
		const { assignments } = await coupons.listAssignments({ poolId: pool.id, campaign: text });
		expect(assignments).toMatchObject([{ recipient: text, merchant: text, orderId: text }]);

		const [row] = await exported(coupons.exportAssignments({ poolId: pool.id }));
		const harmless = /^=/.test(text) ? `'${text}` : text;
		expect(row).toMatchObject({
			external_id: harmless,
			campaign: harmless,
			order_id: harmless,
			pool: harmless,
			code: /^=/.test(text) ? `'${asCode(text)}` : asCode(text),
		});
	});

	it('is counted in characters, not in bytes or halves of them, and may be as long as is allowed', async () => {
		const { coupons, database } = fixture;
		const [name, merchant, campaign, code, other] = [1, 2, 3, 4, 5].map((seed) =>
			longest(255, seed),
		);
		const [recipient, requestId] = [6, 7].map((seed) => longest(512, seed));
		const pool = await coupons.createPool({ name, merchant, defaultCode: other });
		await coupons.uploadCodes(pool.id, [{ code }]);
		const people = [recipient, longest(512, 8)];
		const given = await coupons.assign(
			pool.id,
			people.map((person, index) => ({
				recipient: person,
				campaign,
				requestId: index === 0 ? requestId : longest(512, 9),
			})),
		);
		expect(new Set(given.map((coupon) => coupon.code))).toEqual(new Set([code, other]));
		const { entries } = await coupons.getHistory(recipient);
		expect(entries).toMatchObject([{ merchant, pool: name, campaign }]);
		await coupons.redeemCode(code, { orderId: longest(255, 10) });
		await coupons.redeemCode(other, { recipient: people[1] });
		const rows = await exported(coupons.exportAssignments());
		expect(rows.map((row) => row.external_id).sort()).toEqual([...people].sort());
		await coupons.removeCodes(pool.id, [code]);
		await coupons.eraseRecipient(recipient);
		await expectSumsToHold(database, pool.id);
	});

	it.each([
		['name', 256, { name: longest(256, 1) }],
		['merchant', 256, { name: 'A', merchant: longest(256, 1) }],
	])('one longer is refused with its length: the %s of a pool', async (_, length, settings) => {
		await expect(fixture.coupons.createPool(settings)).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining(`has ${length} characters`),
		});
	});

	it('one longer is refused with its length: recipient, campaign, Request ID and code', async () => {
		const { coupons } = fixture;
		const { id } = await poolWith(fixture, 1);
		for (const request of [
			{ recipient: longest(513, 1) },
			{ recipient: 'a', campaign: longest(256, 1) },
			{ recipient: 'a', requestId: longest(513, 1) },
		]) {
			await expect(coupons.assign(id, [request])).rejects.toMatchObject({
				message: expect.stringMatching(/has (513|256) characters/),
			});
		}
		expect(await coupons.uploadCodes(id, [{ code: longest(256, 1) }])).toMatchObject({
			added: 0,
			invalidRows: [{ reason: expect.stringContaining('has 256 characters') }],
		});
	});
});

onPostgres('the export of a hundred thousand assignments', (fixture) => {
	it('comes piece by piece, each read when it is wanted, and holds each once', async () => {
		const { id } = await poolWith(fixture, 0);
		await fixture.database.query(
			`insert into :schema.assignments (pool_id, recipient, nth, source, code, expires_at)
			select $1, 'r' || n, 1, 'default', 'LATE', 'infinity' from generate_series(1, 100001) as n`,
			[id],
		);
		const pieces = fixture.coupons.exportAssignments({ poolId: id });
		const recipients = new Set<string>();
		let largest = 0;
		let rows = 0;
		for await (const piece of pieces) {
			const lines = piece.trimEnd().split('\r\n');
			largest = Math.max(largest, lines.length);
			rows += lines.length;
			for (const line of lines) recipients.add(line.slice(0, line.indexOf(',')));
		}
		expect(largest).toBeLessThanOrEqual(1000);
		expect(rows).toBe(100_002);
		expect(recipients.size).toBe(100_002);
	}, 120_000);

	it('reads no further than it is asked', async () => {
		const { id } = await poolWith(fixture, 0);
		await fixture.database.query(
			`insert into :schema.assignments (pool_id, recipient, nth, source, code, expires_at)
			select $1, 'r' || n, 1, 'default', 'LATE', 'infinity' from generate_series(1, 5000) as n`,
			[id],
		);
		const pieces = fixture.coupons.exportAssignments({ poolId: id });
		await pieces.next();
		await pieces.next();
		// The third page is not read yet: what is released before it is wanted is not in it.
		await fixture.database.query('update :schema.assignments set released_at = now()');
		expect(await pieces.next()).toEqual({ done: false, value: '' });
		expect((await pieces.next()).done).toBe(true);
	});
});
