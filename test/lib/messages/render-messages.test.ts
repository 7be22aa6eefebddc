import * as assigning from '../../../lib/assignments/assign';
import type {
	FinishedMessage,
	MessageRequest,
	RenderMessagesOptions,
} from '../../../lib/messages/message-request';
import { onBothDatabases, type Fixture } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { expectSumsToHold } from '../../support/sums';

const promocode = (pool: string): string => `{{client.promocode('${pool}')}}`;
const lastPromocode = (pool: string): string => `{{client.last_promocode('${pool}')}}`;

/** A message of one text to each. */
function letters(
	text: string,
	recipients: readonly string[],
	more: Partial<MessageRequest> = {},
): MessageRequest[] {
	return recipients.map((recipient) => ({
		template: { text },
		context: { recipient, vip: recipient.startsWith('vip') },
		recipient,
		campaign: 'mailing',
		...more,
	}));
}

async function texts(
	{ coupons }: Fixture,
	requests: MessageRequest[],
	options?: RenderMessagesOptions,
): Promise<Array<string | undefined>> {
	const results = await coupons.renderMessages(requests, options);
	return results.map(({ message, error }) => message?.text ?? error?.message);
}

async function available({ coupons }: Fixture, poolId: string): Promise<number | null> {
	return (await coupons.checkThreshold(poolId)).available;
}

onBothDatabases('Macros that take codes', (fixture) => {
	afterEach(() => jest.restoreAllMocks());

	it('give each recipient of a mailing one code, and the stock falls by its size', async () => {
		const pool = await poolWith(fixture, 5);
		const requests = letters(`{{recipient}}: ${promocode(pool.name)}`, ['a', 'b', 'c']);
		expect(await texts(fixture, requests)).toEqual(['a: C001', 'b: C002', 'c: C003']);
		expect(await available(fixture, pool.id)).toBe(2);
		await expectSumsToHold(fixture.database, pool.id);
	});

	it('give the same code again within the rule', async () => {
		const pool = await poolWith(fixture, 5);
		const text = promocode(pool.name);
		await texts(fixture, letters(text, ['a']));
		expect(await texts(fixture, letters(text, ['a', 'a']))).toEqual(['C001', 'C001']);
		const anew = letters(text, ['a'], { assign: { ifAlreadyAssigned: 'alwaysNew' } });
		expect(await texts(fixture, anew)).toEqual(['C002']);
		expect(await texts(fixture, letters(text, ['a'], { campaign: 'other' }))).toEqual(['C003']);
	});

	it('give one code for a pool, however often and in however many parts a message has it', async () => {
		const pool = await poolWith(fixture, 5);
		const one = promocode(pool.name);
		const [{ message, coupons }] = (await fixture.coupons.renderMessages([
			{
				template: {
					subject: one,
					html: `<a href="https://a.example?c=${one}">${one}</a>{{#if ${one.slice(2, -2)}}}!{{/if}}`,
					sms: one,
				},
				context: {},
				recipient: 'a',
				assign: { ifAlreadyAssigned: 'alwaysNew' },
			},
		])) as FinishedMessage[];
		expect(message).toEqual({
			subject: 'C001',
			html: '<a href="https://a.example?c=C001">C001</a>!',
			sms: 'C001',
		});
		expect(coupons).toMatchObject([
			{ macro: 'promocode', code: 'C001', pool: pool.name, issue: 'initial', source: 'pool' },
		]);
		expect(await available(fixture, pool.id)).toBe(4);
	});

	it('take codes in the branch alone that is shown', async () => {
		const vip = await poolWith(fixture, ['VIP-1', 'VIP-2']);
		const all = await poolWith(fixture, 5);
		const text = `{{#if vip}}${promocode(vip.name)}{{else}}${promocode(all.name)}{{/if}}`;
		expect(await texts(fixture, letters(text, ['a', 'vip', 'b']))).toEqual([
			'C001',
			'VIP-1',
			'C002',
		]);
		expect(await available(fixture, vip.id)).toBe(1);
		expect(await available(fixture, all.id)).toBe(3);
	});

	it('repeat the last code of the group, whatever it was given for, and never take one', async () => {
		const pool = await poolWith(fixture, 5);
		await fixture.coupons.assign(pool.id, [{ recipient: 'a', campaign: 'welcome' }]);
		const [a, b] = await fixture.coupons.renderMessages(
			letters(`[${lastPromocode(pool.name)}]`, ['a', 'b'], {
				options: { missingFields: 'error' },
			}),
		);
		expect(a.message?.text).toBe('[C001]');
		expect(a.coupons).toMatchObject([{ macro: 'last_promocode', code: 'C001', issue: 'repeat' }]);
		expect(b.message?.text).toBe('[]');
		expect(b.coupons).toMatchObject([{ code: null, reason: 'never_assigned' }]);
		expect(await available(fixture, pool.id)).toBe(4);
	});

	it('follow a block that turns on one: the last code where there is one, else a first', async () => {
		const pool = await poolWith(fixture, 5);
		await fixture.coupons.assign(pool.id, [{ recipient: 'old' }]);
		const last = lastPromocode(pool.name);
		const text = `{{#if ${last.slice(2, -2)}}}Still ${last}{{else}}New ${promocode(pool.name)}{{/if}}`;
		expect(await texts(fixture, letters(text, ['old', 'new']))).toEqual(['Still C001', 'New C002']);
		expect(await available(fixture, pool.id)).toBe(3);
	});

	it('stand for the code just given, where a message has both', async () => {
		const pool = await poolWith(fixture, 5);
		await fixture.coupons.assign(pool.id, [{ recipient: 'a' }]);
		const text = `${lastPromocode(pool.name)} ${promocode(pool.name)}`;
		expect(await texts(fixture, letters(text, ['a'], { requestId: 'R' }))).toEqual(['C002 C002']);
		expect(await texts(fixture, letters(text, ['a'], { requestId: 'R' }))).toEqual(['C002 C002']);
	});

	it('return the same code for the same request, whatever the rule', async () => {
		const pool = await poolWith(fixture, 5);
		const requests = letters(promocode(pool.name), ['a'], {
			requestId: 'cart-1',
			assign: { ifAlreadyAssigned: 'alwaysNew' },
		});
		expect(await texts(fixture, requests)).toEqual(['C001']);
		expect(await texts(fixture, requests)).toEqual(['C001']);
		expect(await available(fixture, pool.id)).toBe(4);
	});

	it('are assigned once a pool, for all messages together', async () => {
		const [one, two] = [await poolWith(fixture, 200), await poolWith(fixture, 200)];
		const calls = jest.spyOn(assigning, 'assign');
		const people = Array.from({ length: 100 }, (_, index) => `${index % 2 ? 'vip' : 'p'}${index}`);
		const text = `${promocode(one.name)}{{#if vip}} ${promocode(two.name)}{{/if}}`;
		await fixture.coupons.renderMessages(letters(text, people));
		expect(calls.mock.calls.map(([, poolId, asked]) => [poolId, asked.length])).toEqual([
			[one.id, 100],
			[two.id, 50],
		]);
	});

	it('name a pool of the merchant that is given', async () => {
		const { name } = await poolWith(fixture, ['UK-1'], { merchant: 'uk' });
		const de = await fixture.coupons.createPool({ name, merchant: 'de' });
		await fixture.coupons.uploadCodes(de.id, 'DE-1');
		const text = promocode(name);
		expect(await texts(fixture, letters(text, ['a'], { merchant: 'de' }))).toEqual(['DE-1']);
		await expect(texts(fixture, letters(text, ['a']))).rejects.toMatchObject({
			code: 'pool_ambiguous',
			item: 0,
		});
	});

	it('give the default code of a pool that is used up', async () => {
		const pool = await poolWith(fixture, ['LAST'], { defaultCode: 'ALWAYS5' });
		expect(await texts(fixture, letters(promocode(pool.name), ['a', 'b']))).toEqual([
			'LAST',
			'ALWAYS5',
		]);
	});
});

onBothDatabases('Macros for which there is no code', (fixture) => {
	it('fail their message with the reason, and the others keep theirs, where told to continue', async () => {
		const pool = await poolWith(fixture, ['LAST']);
		const requests = letters(`Hi\n${promocode(pool.name)}`, ['a', 'b']);
		const [a, b] = await fixture.coupons.renderMessages(requests, { ifOneFails: 'continue' });
		expect(a).toMatchObject({ message: { text: 'Hi\nLAST' }, error: null });
		expect(b).toMatchObject({ message: null, coupons: [{ code: null, reason: 'out_of_stock' }] });
		expect(b.error).toMatchObject({ code: 'code_not_found', item: 1 });
		expect(b.error?.message).toContain('In the text, line 2: there is no code for {{client.');
		expect(b.error?.message).toContain(`The pool ${pool.name} has no code left.`);
	});

	it('stop, by default, with the message that has none', async () => {
		const pool = await poolWith(fixture, 0);
		const requests = letters(promocode(pool.name), ['a'], { options: { missingFields: 'blank' } });
		await expect(texts(fixture, requests)).rejects.toMatchObject({
			code: 'code_not_found',
			hint: expect.stringContaining('default code'),
			item: 0,
		});
	});

	it('are blank where that is chosen, and nothing for a block in either case', async () => {
		const pool = await poolWith(fixture, 0);
		const one = promocode(pool.name);
		const blank = letters(`[${one}]`, ['a'], {
			whenNoCode: 'blank',
			options: { missingFields: 'error' },
		});
		expect(await texts(fixture, blank)).toEqual(['[]']);
		const block = letters(`{{#if ${one.slice(2, -2)}}}${one}{{else}}No luck{{/if}}`, ['a']);
		expect(await texts(fixture, block)).toEqual(['No luck']);
	});

	it('say which codes the recipient of a failed message holds by now', async () => {
		const [one, none] = [await poolWith(fixture, 3), await poolWith(fixture, 0)];
		const requests = letters(`${promocode(one.name)} ${promocode(none.name)}`, ['a']);
		const [failed] = await fixture.coupons.renderMessages(requests, { ifOneFails: 'continue' });
		expect(failed.error?.hint).toContain(`The recipient holds: C001 (${one.name}).`);
	});
});

onBothDatabases('A message that is wrong takes no code', (fixture) => {
	it.each<[string, Partial<MessageRequest>, string]>([
		['a field is missing', { options: { missingFields: 'error' } }, 'invalid_template'],
		['the recipient is empty', { recipient: ' ' }, 'invalid_input'],
		['the merchant has no such pool', { merchant: 'nobody' }, 'pool_not_found'],
	])('where %s', async (_, wrong, code) => {
		const pool = await poolWith(fixture, 3);
		const [right, other] = letters(`${promocode(pool.name)}{{name}}`, ['a', 'b']);
		const requests = [right, { ...other, ...wrong }];

		await expect(texts(fixture, requests)).rejects.toMatchObject({ code, item: 1 });
		expect(await available(fixture, pool.id)).toBe(3);

		const results = await fixture.coupons.renderMessages(requests, { ifOneFails: 'continue' });
		expect(results).toMatchObject([
			{ message: { text: 'C001' } },
			{ message: null, coupons: [], error: { code, item: 1 } },
		]);
		expect(await available(fixture, pool.id)).toBe(2);
	});

	it('nor do the others, of other pools, where it stops', async () => {
		const [one, two] = [await poolWith(fixture, 3), await poolWith(fixture, 3)];
		const requests = [
			...letters(promocode(one.name), ['a']),
			...letters(promocode(two.name), ['x'.repeat(600)]),
		];
		await expect(texts(fixture, requests)).rejects.toMatchObject({ item: 1 });
		expect(await available(fixture, one.id)).toBe(3);
	});

	it('where its request belongs to another recipient', async () => {
		const pool = await poolWith(fixture, 3);
		const requests = letters(promocode(pool.name), ['a', 'b', 'c']).map((one, index) =>
			index < 2 ? { ...one, requestId: 'R' } : one,
		);
		const results = await fixture.coupons.renderMessages(requests, { ifOneFails: 'continue' });
		expect(results.map(({ message, error }) => message?.text ?? error?.code)).toEqual([
			'C001',
			'invalid_input',
			'C002',
		]);
	});

	it('and previews take none either: their codes are marked examples', async () => {
		const pool = await poolWith(fixture, ['SCA-8f3'], { defaultCode: 'ALWAYS5' });
		const text = `${promocode(pool.name)}|${lastPromocode(pool.name)}`;
		const ask = (preview: RenderMessagesOptions['preview']) =>
			texts(fixture, letters(text, ['a'], { whenNoCode: 'blank' }), { preview });
		expect(await ask('code')).toEqual(['XXX-0x0|XXX-0x0']);
		expect(await ask('defaultCode')).toEqual(['ALWAYS5|ALWAYS5']);
		expect(await ask('outOfStock')).toEqual(['|']);
		expect(await available(fixture, pool.id)).toBe(1);
	});

	it('and rendering alone still refuses macros', () => {
		expect(() => fixture.coupons.render({ text: promocode('x') }, {})).toThrow(
			'rendering takes none',
		);
	});
});
