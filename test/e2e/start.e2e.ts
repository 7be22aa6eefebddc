import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../../demo/commands.js';
import { sampleCarts } from '../../demo/examples.js';

const project = join(__dirname, '..', '..');
const data = join(project, 'demo', '.data', 'e2e', 'start');

describe('npm start -- --once', () => {
	let first: string;
	let second: string;

	beforeAll(async () => {
		rmSync(data, { recursive: true, force: true });
		first = await startOnce();
		second = await startOnce();
	});

	it('prints a message with its code for each sample cart, one code per customer', () => {
		const given = codesByCustomer(first);
		const carts = sampleCarts().map(({ customer }) => customer.email.trim());

		expect(given).toHaveLength(carts.length);
		expect(given.map(({ email }) => email)).toEqual(carts);
		const codes = new Map(given.map(({ email, code }) => [email.toLowerCase(), code]));
		expect(new Set(codes.values()).size).toBe(codes.size);
		for (const { email, code } of given) expect(codes.get(email.toLowerCase())).toBe(code);
	});

	it('shows the stock before and after', () => {
		const customers = new Set(codesByCustomer(first).map(({ code }) => code)).size;

		expect(first).toContain(`Codes in stock: 200 before, ${200 - customers} after.`);
	});

	it('keeps the data: a second start gives the same codes and takes none', () => {
		const customers = new Set(codesByCustomer(first).map(({ code }) => code)).size;

		expect(codesByCustomer(second)).toEqual(codesByCustomer(first));
		const left = 200 - customers;
		expect(second).toContain(`Codes in stock: ${left} before, ${left} after.`);
		expect(second).toContain('0 added, 200 in the pool already');
	});
});

async function startOnce(): Promise<string> {
	return await run(process.execPath, [join(project, 'demo', 'start.mjs'), '--once'], {
		cwd: project,
		logFile: join(project, 'demo', '.data', 'e2e', 'logs', 'start.log'),
		timeoutSeconds: 280,
		env: { ...process.env, COUPON_POOLS_DEMO_DATA: data },
	});
}

/** The numbered addresses of what was printed, each with the code in the next line. */
function codesByCustomer(printed: string): Array<{ email: string; code: string }> {
	return [...printed.matchAll(/^ ?\d+\. (.+)\n {4}(SCA10-\S+)/gm)].map(([, email, code]) => ({
		email,
		code,
	}));
}
