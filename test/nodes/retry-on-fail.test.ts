import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { closeIdleConnections } from '../../nodes/shared/connections';
import { onPostgres, testUrl } from '../support/databases';
import { openFlakyProxy, type FlakyProxy } from '../support/flaky-proxy';
import { runWorkflow } from '../support/run-workflow';
import { poolWith } from '../support/stock';
import { expectSumsToHold } from '../support/sums';
import { people } from './run-assign';

onPostgres('Retry on Fail, when the connection is lost after the commit', (fixture) => {
	let proxy: FlakyProxy;
	beforeEach(async () => {
		proxy = await openFlakyProxy(testUrl());
	});
	afterEach(async () => {
		await closeIdleConnections();
		await proxy.close();
	});

	function credential(): ICredentialDataDecryptedObject {
		const { hostname, port, username, password, pathname } = new URL(proxy.url);
		return {
			database: 'postgres',
			host: hostname,
			port: Number(port),
			databaseName: pathname.slice(1),
			user: username,
			password: decodeURIComponent(password),
			ssl: false,
			schema: fixture.settings.schema ?? '',
		};
	}

	it.each([1, 2])('gives %i recipients the codes of the first try', async (recipients) => {
		const { id } = await poolWith(fixture, 9);
		const names = ['a', 'b'].slice(0, recipients);
		proxy.loseAnswerTo('for update skip locked');
		const run = await runWorkflow({
			credential: credential(),
			items: people(...names),
			steps: [
				{
					node: 'AssignCoupon',
					parameters: {
						pool: { __rl: true, mode: 'id', value: id },
						recipient: '={{ $json.email }}',
						ifAlreadyAssigned: 'alwaysNew',
					},
					settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
				},
			],
		});

		expect(proxy.lost).toBe(1);
		expect(run.json('AssignCoupon').map(({ coupon }) => coupon)).toMatchObject(
			names.map((_, index) => ({ code: `C00${index + 1}`, issue: 'initial' })),
		);
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({
			assigned: recipients,
			available: 9 - recipients,
		});
		await expectSumsToHold(fixture.database, id);
	});

	it('generates codes once', async () => {
		const { id } = await poolWith(fixture, 0);
		// The statement itself, with its length before it; not the `on commit drop` of a table.
		proxy.loseAnswerTo('\x0bcommit');
		const run = await runWorkflow({
			credential: credential(),
			items: [{ json: {} }, { json: {} }],
			steps: [
				{
					node: 'UploadCodes',
					parameters: {
						pool: { __rl: true, mode: 'id', value: id },
						source: 'generate',
						count: 30,
					},
					settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
				},
			],
		});

		expect(run.error).toBeUndefined();
		expect(proxy.lost).toBe(1);
		// Each item asked for 30.
		expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ total: 60, available: 60 });
		expect((await fixture.coupons.listBatches(id)).batches).toHaveLength(2);
	});

	it('gives the macros of a message the codes of the first try, one a pool', async () => {
		const [one, two] = [await poolWith(fixture, 9), await poolWith(fixture, 9)];
		proxy.loseAnswerTo('for update skip locked');
		const run = await runWorkflow({
			credential: credential(),
			items: people('a', 'b'),
			steps: [
				{
					node: 'RenderMessage',
					parameters: {
						parts: ['text'],
						text: `{{client.promocode('${one.name}')}} {{client.promocode('${two.name}')}}`,
						macros: 'assign',
						recipient: '={{ $json.email }}',
						ifAlreadyAssigned: 'alwaysNew',
					},
					settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
				},
			],
		});

		expect(proxy.lost).toBe(1);
		expect(run.json('RenderMessage').map(({ message }) => message)).toEqual([
			{ text: 'C001 C001' },
			{ text: 'C002 C002' },
		]);
		for (const { id } of [one, two]) {
			expect(await fixture.coupons.checkThreshold(id)).toMatchObject({ assigned: 2, available: 7 });
			await expectSumsToHold(fixture.database, id);
		}
	});
});
