import { readLedger } from './support/ledger';
import type { DatabaseKind } from './support/databases';
import { openShop, type CartAnswer, type Shop } from './support/shop';

const kinds: DatabaseKind[] = ['embedded', 'postgres'];

describe.each(kinds)('A real n8n with the pools in the %s database', (kind) => {
	let shop: Shop;

	beforeAll(async () => {
		shop = await openShop(kind, 'assigning');
	});

	afterAll(async () => {
		await shop?.close();
	});

	it('gives 64 customers at once the 50 codes of a pool, none twice, and tells 14 that none is left', async () => {
		const path = await shop.openPool('Fifty', numbered('FIFTY', 50));

		const answers = await shop.abandonCarts(path, customers(64));

		expect(answers.map(({ status }) => status)).toEqual(Array(64).fill(200));
		const codes = answers.flatMap(({ code }) => code ?? []);
		expect(codes).toHaveLength(50);
		expect(new Set(codes).size).toBe(50);
		expect(codes.every((code) => /^FIFTY-\d+$/.test(code))).toBe(true);
		expect(answers.flatMap(({ reason }) => reason ?? [])).toEqual(Array(14).fill('out_of_stock'));
	});

	it('gives one customer with 64 carts at once one code', async () => {
		const path = await shop.openPool('One', numbered('ONE', 64));

		const answers = await shop.abandonCarts(path, Array(64).fill('jane@example.com'));

		expect(answers.map(({ status }) => status)).toEqual(Array(64).fill(200));
		expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['ONE-1']));
	});

	it('gives each customer one code and loses none, though it is killed amid 500 carts that are sent again', async () => {
		const path = await shop.openPool('Crash', numbered('CRASH', 600));
		const emails = customers(500);

		const cut = await abandonCartsAndKill(shop, path, emails);
		await shop.restart();
		const again = await shop.abandonCarts(path, emails);
		await shop.n8n.stop();

		expect(again.filter(({ code }) => !code)).toEqual([]);
		const database = await shop.database.open();
		try {
			const ledger = await readLedger(database, 'Crash');
			expect(ledger).toMatchObject({ withTwoCodes: [], withTwoHolders: [], inconsistent: [] });
			expect(ledger.assigned).toBe(500);
			const { available, reserved, assigned, removed, expiredUnassigned } = ledger;
			expect(available + reserved + assigned + removed + expiredUnassigned).toBe(ledger.added);
			expect(ledger.added).toBe(600);
			for (const { email, code } of again) expect(ledger.holders.get(email)).toBe(code);
			// What a customer was told before the crash still holds.
			for (const { email, code } of cut.filter((answer) => answer.code)) {
				expect(ledger.holders.get(email)).toBe(code);
			}

			const one = await readLedger(database, 'One');
			expect(one).toMatchObject({ assigned: 1, available: 63, inconsistent: [] });
			const fifty = await readLedger(database, 'Fifty');
			expect(fifty).toMatchObject({ assigned: 50, available: 0, added: 50, withTwoHolders: [] });
		} finally {
			await database.close();
		}
	});
});

/** Kills n8n with SIGKILL once a good part of the carts is answered, and the others are under way. */
async function abandonCartsAndKill(
	shop: Shop,
	path: string,
	emails: readonly string[],
): Promise<CartAnswer[]> {
	let answered = 0;
	let killed: Promise<void> | undefined;
	const answers = await Promise.all(
		emails.map(async (email) => {
			const [answer] = await shop.abandonCarts(path, [email]);
			if (answer.code && ++answered === 100) killed = shop.n8n.kill();
			return answer;
		}),
	);
	await killed;
	// Otherwise the kill came too late to cut anything off, or too early to have begun.
	expect(answers.filter(({ status }) => status === 0).length).toBeGreaterThan(50);
	expect(answers.filter(({ code }) => code).length).toBeGreaterThanOrEqual(100);
	return answers;
}

function customers(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `customer-${index + 1}@example.com`);
}

function numbered(prefix: string, count: number): string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
