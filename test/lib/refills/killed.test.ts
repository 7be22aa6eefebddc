import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { onPostgres } from '../../support/databases';
import { codesHere, dynamicPool, shopifyOf } from '../../support/dynamic-pools';
import { Shopify } from '../../support/shopify';
import { expectSumsToHold } from '../../support/sums';

onPostgres('10,000 codes for Shopify, 1% of which collide, while it throttles', (fixture) => {
	it('are all here and there, none twice, though three processes are killed', async () => {
		const collided = new Set<string>();
		const shop = await Shopify.open({
			jobMilliseconds: 30,
			// A question for fifty codes costs as many points: what the bucket never holds could never be asked.
			bucket: { size: 60, restoreRate: 75 },
			collides: (code) => {
				// Every hundredth, but not what was taken for a collision before.
				if (!collided.has(code) && ++seen % 100 === 0) collided.add(code);
				return collided.has(code);
			},
		});
		let seen = 0;
		try {
			const pool = await dynamicPool(fixture, shopifyOf(shop), { keepInStock: 10_000 });
			const refill = () => {
				const child = spawn(process.execPath, [join(__dirname, '../../support/refiller.js')], {
					stdio: ['pipe', 'pipe', 'pipe'],
				});
				const said = { report: '', errors: '' };
				child.stdout.on('data', (chunk) => (said.report += chunk));
				child.stderr.on('data', (chunk) => (said.errors += chunk));
				const work = {
					settings: fixture.settings,
					poolId: pool.id,
					shop: shop.url,
					leaseSeconds: 1,
					timeoutSeconds: 100,
				};
				child.stdin.end(JSON.stringify(work));
				const ended = new Promise((resolve) => child.once('close', () => resolve(said)));
				return { child, said, ended };
			};
			// Killed while pushing, while polling, and while reading what became of the codes.
			for (const [operation, count] of [
				['AddCodes', 4],
				['IsDone', 25],
				['Results', 60],
			] as const) {
				const { child, said, ended } = refill();
				// A process that cannot even begin would never ask.
				await Promise.race([shop.asked(operation, count), ended]);
				expect(said).toEqual({ report: '', errors: '' });
				child.kill('SIGKILL');
				await ended;
			}
			const last = refill();
			await last.ended;

			expect(last.said.errors).toBe('');
			expect(JSON.parse(last.said.report)).toMatchObject({ available: 10_000, pending: 0 });
			const { stock } = await codesHere(fixture, pool.id);
			expect(stock).toHaveLength(10_000);
			expect(new Set(stock).size).toBe(10_000);
			expect(shop.store.codesOf('1001').sort()).toEqual(stock);
			expect(shop.throttled).toBeGreaterThan(0);
			expect(shop.store.codesOf('1001', 'others').length).toBeGreaterThan(50);
			await expectSumsToHold(fixture.database, pool.id);
		} finally {
			await shop.close();
		}
	}, 150_000);
});
