import bwipJs from 'bwip-js';

import type { RenderOptions } from '../../../lib/messages/message';
import { render } from '../../../lib/messages/render';
import { readPng, type Pixels } from '../../support/png';
import { errorOf } from './error-of';

const coupon = { code: 'SAVE-7F3K' };

function html(template: string, context: object = { coupon }, options?: RenderOptions): string {
	return render({ html: template }, context, options).html ?? '';
}

/** The picture in the HTML, and the measures in which it is shown. */
function pictureIn(text: string): Pixels & { shownWidth: number; shownHeight: number } {
	const [, data, width, height] =
		/<img src="data:image\/png;base64,([^"]+)" width="(\d+)" height="(\d+)"/.exec(text) ?? [];
	const pixels = readPng(Buffer.from(data, 'base64'));
	return { ...pixels, shownWidth: Number(width), shownHeight: Number(height) };
}

describe('a QR code in HTML', () => {
	it('is a picture of the code, with the margin that scanners need', () => {
		const { width, height, shownWidth, isBlack } = pictureIn(html('{{qrcode coupon.code}}'));
		// 21 squares of 6 pixels and 4 of margin on each side, drawn twice as fine.
		expect([shownWidth, width, height]).toEqual([174, 348, 348]);
		const squares = Array.from({ length: 29 * 29 }, (_, index) =>
			isBlack((index % 29) * 12 + 6, Math.floor(index / 29) * 12 + 6),
		);
		const [expected] = bwipJs.raw({ bcid: 'qrcode', text: coupon.code }) as Array<{
			pixs: number[];
		}>;
		const inner = squares.filter((_, index) => {
			const [x, y] = [index % 29, Math.floor(index / 29)];
			return x >= 4 && x < 25 && y >= 4 && y < 25;
		});
		expect(inner).toEqual(expected.pixs.map((square) => square === 1));
		expect(squares.filter(Boolean)).toHaveLength(inner.filter(Boolean).length);
	});

	it.each([
		[29, 29],
		[100, 87],
		[1000, 986],
	])('is at most as wide as told: %i pixels', (size, width) => {
		expect(pictureIn(html(`{{qrcode coupon.code size=${size}}}`)).shownWidth).toBe(width);
	});

	it('has the code as a text for who sees no pictures, or another', () => {
		expect(html('{{qrcode coupon.code}}')).toContain('alt="SAVE-7F3K">');
		expect(html('{{qrcode coupon.code alt=""}}')).toContain('alt="">');
		expect(html('{{qrcode coupon.code alt=t}}', { coupon, t: '"><script>' })).toContain(
			'alt="&quot;&gt;&lt;script&gt;">',
		);
		expect(html('{{qrcode name}}', { name: '"onerror="x' })).toContain(
			'alt="&quot;onerror&#x3D;&quot;x">',
		);
	});

	it('can hold a link, and any letters', () => {
		const link = '{{qrcode (link "https://shop.example/cart" code=coupon.code)}}';
		expect(html(link)).toContain('alt="https://shop.example/cart?code&#x3D;SAVE-7F3K"');
		expect(html('{{qrcode name}}', { name: 'Grüße 日本 😀' })).toContain('<img');
	});

	it('can hold the code of a macro', () => {
		const template = "{{qrcode client.promocode('group')}}";
		expect(html(template, {}, { macros: () => 'M-1' })).toContain('alt="M-1"');
		const none: RenderOptions = { macros: () => ({ code: null, message: 'It is empty' }) };
		expect(errorOf(() => html(template, {}, none)).message).toContain('It is empty.');
	});

	it('is left to a field that is called so', () => {
		expect(html('{{qrcode}} {{barcode}}', { qrcode: 'a', barcode: '<' })).toBe('a &lt;');
	});

	it('is no picture without a code', () => {
		expect(html('[{{qrcode coupon.code}}]', { coupon: { code: null } })).toBe('[]');
		expect(html('[{{qrcode code}}]', { code: '' })).toBe('[]');
		const strict: RenderOptions = { missingFields: 'error' };
		for (const context of [{}, { coupon: { code: null } }]) {
			const error = errorOf(() => html('{{qrcode coupon.code}}', context, strict));
			expect(error.message).toContain('has no value');
		}
	});
});

describe('a barcode in HTML', () => {
	it('is Code 128, with white beside its bars', () => {
		const { width, height, shownWidth, shownHeight, isBlack } = pictureIn(
			html('{{barcode coupon.code}}'),
		);
		expect([shownWidth, shownHeight, width, height]).toEqual([308, 80, 616, 160]);
		const [{ sbs }] = bwipJs.raw({ bcid: 'code128', text: coupon.code }) as Array<{
			sbs: number[];
		}>;
		const bars = sbs.flatMap((one, index) => Array<boolean>(one).fill(index % 2 === 0));
		const margin = Array<boolean>(10).fill(false);
		for (const line of [0, 159]) {
			expect(Array.from({ length: 154 }, (_, x) => isBlack(x * 4 + 2, line))).toEqual([
				...margin,
				...bars,
				...margin,
			]);
		}
	});

	it.each([
		['ean13', '5901234123457'],
		['EAN-13', '5901234123457'],
		['ean8', '96385074'],
		['upca', '012345678905'],
		['itf', '12345678'],
		['code39', 'SAVE-7F3K'],
		['Code 128', 'save 7f3k'],
		['qrcode', 'x'],
		['aztec', 'x'],
		['datamatrix', 'x'],
		['pdf417', 'x'],
	])('can be %s', (type, code) => {
		const { shownWidth, shownHeight } = pictureIn(
			html('{{barcode code type=type height=50}}', { code, type }),
		);
		expect(shownWidth).toBeLessThanOrEqual(400);
		expect(shownHeight).toBeGreaterThan(0);
	});

	it.each([
		['ean13', 'SAVE', 'It has to be 13 digits, the last of them the check digit.'],
		['ean13', '590123412345', 'It would be read as 5901234123457, with a check digit.'],
		['ean13', '5901234123457 12', 'It has to be 13 digits'],
		['ean8', '9638507', 'It would be read as 96385074, with a check digit.'],
		['upca', '01234567890', 'It would be read as 012345678905, with a check digit.'],
		['upca', '0123456', 'It has to be 12 digits'],
		['upca', '01234565', 'It has to be 12 digits'],
		['itf', '12345', 'It would be read as 012345, since its digits are drawn in pairs.'],
		['ean13', '5901234123458', 'check digit'],
		['ean8', '1', 'digits'],
		['code39', 'save', 'capital letters'],
		['code128', 'Grüße', 'ASCII'],
		['itf', '1a', 'digits'],
	])('says why %s cannot be %s', (type, code, reason) => {
		const error = errorOf(() => html('Hi\n{{barcode code type=type}}', { code, type }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain(`In the html, line 2: "${code}" cannot be drawn as ${type}.`);
		expect(error.message).toContain(reason);
		expect(error.message).not.toContain('bwipp');
		expect(error.hint).toContain('{{qrcode coupon.code}} or type="code128"');
	});

	it.each([
		['{{barcode coupon.code type="morse"}}', 'a type of barcode that there is not: "morse"'],
		['{{barcode coupon.code type="constructor"}}', 'there is not: "constructor"'],
		['{{qrcode coupon.code size=5}}', 'a size that is not a number of pixels from 20 to 1000'],
		['{{qrcode coupon.code size=1000000000}}', 'size'],
		['{{barcode coupon.code height="tall"}}', 'a height that is not'],
		['{{barcode coupon.code height=20000}}', 'from 20 to 300'],
		['{{barcode coupon.code size=100}}', 'It is 154 pixels wide at least, and 100 is the most'],
		['{{qrcode coupon.code colour="red"}}', '"qrcode" knows no "colour"'],
		['{{#qrcode coupon.code}}{{/qrcode}}', 'opens no block'],
	])('says what is wrong with %s', (template, message) => {
		expect(errorOf(() => html(template)).message).toContain(message);
	});
});

describe('a picture of a code', () => {
	it.each(['subject', 'text', 'sms'] as const)('cannot stand in the %s: the code can', (part) => {
		for (const template of ['{{qrcode coupon.code}}', '{{#if (barcode coupon.code)}}x{{/if}}']) {
			const error = errorOf(() => render({ [part]: template }, { coupon }));
			expect(error.message).toContain(`is a picture, and the ${part} shows none`);
			expect(error.hint).toContain('{{coupon.code}}');
		}
	});

	it('does not take texts without end, nor stand there without end', () => {
		const long = errorOf(() => html('{{qrcode code size=1000}}', { code: 'x'.repeat(301) }));
		expect(long.message).toContain('It has 301 characters, and 300 is the most.');
		const many = errorOf(() =>
			html('{{#each codes}}{{qrcode this}}{{/each}}', { codes: Array(50).fill('same') }),
		);
		expect(many.message).toContain('takes too long to render');
	});

	it('goes with the message as a file where that is chosen, each once', () => {
		const template =
			'{{qrcode coupon.code}}{{qrcode coupon.code}}{{barcode coupon.code}}{{qrcode "other"}}';
		const message = render({ html: template, text: 'x' }, { coupon }, { pictures: 'attached' });
		expect(
			[...(message.html ?? '').matchAll(/src="([^"]*)"/g)].map(([, source]) => source),
		).toEqual([
			'cid:coupon_qrcode',
			'cid:coupon_qrcode',
			'cid:coupon_barcode',
			'cid:coupon_qrcode_2',
		]);
		expect(message.pictures).toEqual(
			['coupon_qrcode', 'coupon_barcode', 'coupon_qrcode_2'].map((contentId) => ({
				contentId,
				fileName: `${contentId}.png`,
				mimeType: 'image/png',
				content: expect.any(Buffer),
			})),
		);
		expect(readPng(message.pictures?.[1].content ?? Buffer.alloc(0)).width).toBe(616);
		expect(render({ html: 'x' }, {}, { pictures: 'attached' })).toEqual({ html: 'x' });
	});

	it('is either in the HTML or beside it', () => {
		const options = { pictures: 'hosted' } as unknown as RenderOptions;
		expect(errorOf(() => html('x', {}, options)).message).toBe(
			'Pictures of Codes cannot be "hosted"',
		);
	});
});
