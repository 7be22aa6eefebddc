import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { readFile, runWorkflow, storeFile, type Step } from '../support/run-workflow';

async function render(
	items: INodeExecutionData[],
	parameters: IDataObject,
	settings?: Step['settings'],
) {
	return await runWorkflow({ items, steps: [{ node: 'RenderMessage', parameters, settings }] });
}

const jane: INodeExecutionData = {
	json: {
		firstName: 'Jane <3',
		coupon: { code: 'SAVE-1', expiresAt: '2030-12-31T22:59:59.999Z', pool: 'Autumn' },
	},
};

describe('A message', () => {
	it('has its parts beside what the item had', async () => {
		const run = await render([jane], {
			parts: ['subject', 'html', 'text', 'sms', 'push'],
			subject: '{{firstName}}, your code',
			html: '<b>{{firstName}}: {{coupon.code}}</b>',
			text: '{{firstName}}: {{coupon.code}}',
			sms: '{{coupon.code}}',
			pushTitle: 'For {{firstName}}',
			pushBody: 'Use {{coupon.code}}',
		});
		expect(run.json('RenderMessage')[0]).toEqual({
			...jane.json,
			message: {
				subject: 'Jane <3, your code',
				html: '<b>Jane &lt;3: SAVE-1</b>',
				text: 'Jane <3: SAVE-1',
				sms: 'SAVE-1',
				smsLength: { encoding: 'GSM-7', characters: 6, segments: 1, nonGsmCharacters: [] },
				push: { title: 'For Jane <3', body: 'Use SAVE-1' },
			},
		});
		expect(run.items('RenderMessage')[0].pairedItem).toEqual({ item: 0 });
	});

	it('has its dates in the workflow’s timezone, or in one that is chosen', async () => {
		const text = '{{date coupon.expiresAt}}';
		const berlin = await render([jane], { parts: ['text'], text });
		const options = { timezone: 'Asia/Tokyo', locale: 'de', outputField: 'mail.body' };
		const tokyo = await render([jane], { parts: ['text'], text, options });
		expect(berlin.json('RenderMessage')[0].message).toEqual({ text: 'December 31, 2030' });
		expect(tokyo.json('RenderMessage')[0].mail).toEqual({ body: { text: '1. Januar 2031' } });
	});

	it('can come from the item’s own template', async () => {
		const item = { json: { ...jane.json, template: 'Hi {{firstName}}' } };
		const run = await render([item], {
			parts: ['text'],
			templates: 'given',
			textTemplate: '={{ $json.template }}',
		});
		expect(run.json('RenderMessage')[0].message).toEqual({ text: 'Hi Jane <3' });
	});

	it('works with the placeholders of the other suites', async () => {
		const run = await render([jane], { parts: ['sms'], sms: '{couponcode} $code' });
		expect(run.json('RenderMessage')[0].message).toMatchObject({ sms: 'SAVE-1 SAVE-1' });
	});

	it('says what was chosen of a code that never expires', async () => {
		const item = { json: { coupon: { code: 'A', expiresAt: null } } };
		const options = { noExpiry: 'no end date' };
		const run = await render([item], { parts: ['text'], text: 'Until {expirydate}', options });
		expect(run.json('RenderMessage')[0].message).toEqual({ text: 'Until no end date' });
	});
});

describe('An SMS', () => {
	const sms = async (...texts: string[]) =>
		await render(
			texts.map((text) => ({ json: { text } })),
			{ parts: ['sms'], sms: '{{text}}' },
		);

	it('says how long it is, and nothing more where it is one', async () => {
		const run = await sms('Your code: SAVE-1');
		expect(run.json('RenderMessage')[0].message).toMatchObject({
			smsLength: { encoding: 'GSM-7', characters: 17, segments: 1 },
		});
		expect(run.hints('RenderMessage')).toEqual([]);
	});

	it('that takes several segments says what they cost', async () => {
		expect((await sms('a'.repeat(200))).hints('RenderMessage')).toEqual([
			'The SMS takes 2 segments; each is billed as a message. One holds 160 characters, several 153 each.',
		]);
	});

	it('names the quotes that make it long, once for all items, and what to write instead', async () => {
		const long = 'a'.repeat(80);
		const run = await sms(long, `${long}’`, `${long}–${long}\u00a0日`);
		expect(run.hints('RenderMessage')).toEqual([
			'2 of 3 SMS take up to 3 segments; each is billed as a message. ' +
				'Because of ’ – \u00a0 日 a segment holds 70 characters instead of 160. ' +
				"Write ' for ’, - for –, a space for the space U+00A0.",
		]);
	});
});

describe('What is wrong with a template is said', () => {
	it.each([
		['a field that is not there', '{{cupon.code}}', /cupon/],
		['a block that is not closed', '{{#if coupon}}x', /if/],
		['a way to the prototype', '{{coupon.__proto__.x}}', /__proto__/],
		['a way to the constructor', '{{constructor.name}}', /constructor/],
		['an n8n expression', '{{ $now }}', /n8n expression/],
		['a macro that would take a code', "{{client.promocode('group')}}", /promocode/],
	])('%s', async (_, text, message) => {
		const run = await render([jane], { parts: ['text'], text });
		expect(run.error?.message).toMatch(message);
		expect(run.error?.description).toBeTruthy();
		expect(run.error?.context?.itemIndex).toBe(0);
	});

	it('but a missing field may be left blank', async () => {
		const run = await render([jane], {
			parts: ['text'],
			text: 'Hi {{nickName}}!',
			missingFields: 'blank',
		});
		expect(run.json('RenderMessage')[0].message).toEqual({ text: 'Hi !' });
	});

	it('and no template at all', async () => {
		const run = await render([jane], { parts: ['text'] });
		expect(run.error?.message).toBe('There is no template to render [Item 0]');
	});

	it('and one item fails alone, where the node continues', async () => {
		const items = [jane, { json: { firstName: 'No coupon' } }];
		const parameters = { parts: ['text'], text: '{{coupon.code}}' };
		const run = await render(items, parameters, { onError: 'continueErrorOutput' });
		expect(run.json('RenderMessage')).toMatchObject([{ message: { text: 'SAVE-1' } }]);
		expect(run.items('RenderMessage', 1)).toMatchObject([
			{ json: { error: expect.stringContaining('coupon'), firstName: 'No coupon' } },
		]);
		expect(run.items('RenderMessage', 1)[0].pairedItem).toEqual({ item: 1 });
	});
});

describe('A picture of the code', () => {
	const template = {
		parts: ['html'],
		html: '<p>{{qrcode coupon.code}}{{barcode coupon.code}}</p>',
	};

	it('is a file of the item, called as the HTML calls it, beside those that it had', async () => {
		const terms = await storeFile('Terms', 'terms.txt');
		const run = await render([{ ...jane, binary: { terms } }], template);
		const [{ json, binary = {} }] = run.items('RenderMessage');
		expect((json.message as IDataObject).html).toBe(
			'<p><img src="cid:coupon_qrcode" width="174" height="174" alt="SAVE-1">' +
				'<img src="cid:coupon_barcode" width="363" height="80" alt="SAVE-1"></p>',
		);
		expect(json.message).not.toHaveProperty('pictures');
		expect(Object.keys(binary)).toEqual(['terms', 'coupon_qrcode', 'coupon_barcode']);
		expect(binary.coupon_qrcode).toMatchObject({
			fileName: 'coupon_qrcode.png',
			mimeType: 'image/png',
		});
		expect(await readFile(binary.coupon_qrcode)).toMatch(/^.PNG/);
		expect(run.hints('RenderMessage')).toEqual([
			expect.stringContaining("write coupon_qrcode, coupon_barcode under 'Attachments'"),
		]);
	});

	it('is in the HTML itself where that is chosen', async () => {
		const run = await render([jane], { ...template, options: { pictures: 'inline' } });
		const [{ json, binary }] = run.items('RenderMessage');
		expect((json.message as IDataObject).html).toContain('<img src="data:image/png;base64,');
		expect(binary).toBeUndefined();
		expect(run.hints('RenderMessage')).toEqual([]);
	});
});
