import { render } from '../../../lib/messages/render';

const coupon = { code: 'A&B 1', expiresAt: '2026-12-31T22:59:59.999Z' };

function html(template: string, context: object = { coupon }): string | undefined {
	return render({ html: template }, context).html;
}

function text(template: string, context: object = { coupon }): string | undefined {
	return render({ text: template }, context).text;
}

describe("other suites' placeholders", () => {
	it('put in the code and its expiry, as a template of Netmera has them', () => {
		expect(text('Your code is {couponcode}, valid until {expirydate}!')).toBe(
			'Your code is A&B 1, valid until December 31, 2026!',
		);
	});

	it('put in the code where a template of promio has $code', () => {
		expect(text('Code: $code. ($code)')).toBe('Code: A&B 1. (A&B 1)');
	});

	it('put in the fields where Listrak would have saved code and date, called as its segments are', () => {
		const saved = { SCA10Off: 'A-1', 'SCA10OFF Expiration': '2026-12-31T22:59:59.999Z' };
		expect(text('{{SCA10Off}} until {{date [SCA10OFF Expiration]}}', saved)).toBe(
			'A-1 until December 31, 2026',
		);
	});

	it('put in the fields where Ometria has merge tags', () => {
		const context = { coupon, profile: { firstname: 'Jane' } };
		expect(text('{{ profile.firstname }}: {{ coupon.code }}', context)).toBe('Jane: A&B 1');
	});

	it('are escaped in HTML', () => {
		expect(html('<b>{couponcode}</b>$code')).toBe('<b>A&amp;B 1</b>A&amp;B 1');
	});

	it.each([
		['https://a.example/?c=$code', 'https://a.example/?c=A%26B%201'],
		[
			'https://a.example/?c=$code&x=$code#$code',
			'https://a.example/?c=A%26B%201&x=A%26B%201#A%26B%201',
		],
		['https://a.example/?c={couponcode} $code', 'https://a.example/?c=A%26B%201 A&B 1'],
		['app://promo/$code, $code', 'app://promo/A%26B%201, A&B 1'],
		['(www.a.example/$code)', '(www.a.example/A%26B%201)'],
		['https://{{shop}}/?c=$code', 'https://s.example/?c=A%26B%201'],
		['https://a.example/{{#if shop}}x{{/if}}/$code', 'https://a.example/x/A%26B%201'],
		['https://a.example: $code', 'https://a.example: A&B 1'],
	])('are URL-encoded in the address of a text: %s', (template, expected) => {
		expect(text(template, { coupon, shop: 's.example' })).toBe(expected);
	});

	it.each([
		['<a href="https://a.example/?c=$code">$code</a>', 'https://a.example/?c=A%26B%201'],
		['<a href="/cart?c={couponcode}">$code</a>', '/cart?c=A%26B%201'],
		["<a class='b' href='mailto:a@b.example?body=Use it: $code'>$code</a>", 'A%26B%201'],
		['<a href=/cart/$code>$code</a>', '/cart/A%26B%201'],
	])('are URL-encoded in a link, and not after it: %s', (template, encoded) => {
		const rendered = html(template);
		expect(rendered).toContain(encoded);
		expect(rendered).toContain('>A&amp;B 1</a>');
	});

	it('are encoded as they are, where the code is named as a field', () => {
		expect(html('<a href="https://a.example/?c={{coupon.code}}">{{ $json.coupon.code }}</a>')).toBe(
			'<a href="https://a.example/?c=A%26B%201">A&amp;B 1</a>',
		);
		expect(text('https://a.example/{{ $json.coupon.code }} {{coupon.code}}')).toBe(
			'https://a.example/A%26B%201 A&B 1',
		);
	});

	it.each([
		'{{discountCode}}',
		'{{{discountCode}}}',
		'{{#with coupon}}{{code}}{{/with}}',
		'{{#each codes}}{{this}}{{/each}}',
		'{{lookup coupon "code"}}',
	])('are encoded, where the code is named in another way: %s', (tag) => {
		const code = '50%DE&AL';
		const context = { coupon: { code }, discountCode: code, codes: [code] };
		for (const address of ['https://a.example/?x=1&amp;c=', 'https://a.example/c/']) {
			const rendered = html(`<a href="${address}${tag}">${address}${tag}</a>`, context);
			expect(rendered).toBe(`<a href="${address}50%25DE%26AL">${address}50%25DE%26AL</a>`);
		}
		expect(text(tag, context)).toBe(code);
	});

	it('are encoded without a coupon, too, where a field is the value of a parameter', () => {
		const saved = { SCA10Off: '10%OFF & more', name: 'Jane' };
		expect(html('<a href="/cart?x=1&amp;code={{SCA10Off}}&n={{name}}#{{name}}">', saved)).toBe(
			'<a href="/cart?x=1&amp;code=10%25OFF%20%26%20more&n=Jane#Jane">',
		);
		expect(text('https://a.example/#/c?code={{name}}-{{SCA10Off}}, {{SCA10Off}}', saved)).toBe(
			'https://a.example/#/c?code=Jane-10%25OFF%20%26%20more, 10%OFF & more',
		);
		expect(html('<a href="mailto:a@b.example?body=My code: {{SCA10Off}}">', saved)).toBe(
			'<a href="mailto:a@b.example?body=My code: 10%25OFF%20%26%20more">',
		);
	});

	it.each([
		['?next={{url}}', '?next=https://b.example/?a=1&b=2'],
		['?q={{encoded}}', '?q=a%20b%26c'],
		['?{{pairs}}', '?a=1&b=2'],
		['?x=1&{{pairs}}', '?x=1&a=1&b=2'],
		['?q={{{pairs}}}', '?q=a=1&b=2'],
		['/{{path}}?x=1', '/shoes/new?x=1'],
		['?x=1#{{path}}', '?x=1#shoes/new'],
		['?x=1|{{path}}', '?x=1|shoes/new'],
		['?x=1 {{path}}', '?x=1 shoes/new'],
		['?n={{number}}', '?n=1.5'],
	])('leave other values of an address as they are: %s', (template, expected) => {
		const context = {
			coupon,
			url: 'https://b.example/?a=1&b=2',
			encoded: 'a%20b%26c',
			pairs: 'a=1&b=2',
			path: 'shoes/new',
			number: 1.5,
		};
		expect(text(`https://a.example${template}`, context)).toBe(`https://a.example${expected}`);
	});

	it('leave an address that a field gives as it is', () => {
		const context = { coupon, url: 'https://a.example/?a=1&b=2' };
		expect(text('{{url}} https://{{url}}', context)).toBe(
			'https://a.example/?a=1&b=2 https://https://a.example/?a=1&b=2',
		);
	});

	it('are not URL-encoded in another attribute', () => {
		expect(html('<img src="x.png" alt="Code $code">')).toBe(
			'<img src="x.png" alt="Code A&amp;B 1">',
		);
	});

	it.each([
		'a{color:red} .b { couponcode }',
		'Only $100, or $99.95',
		'$codes $code_2 $codé $CODE',
		'`${code}` and $$code and \\$code',
		'{CouponCode} {coupon}',
		'{ couponcode } {expiry date}',
	])('do not touch %s', (template) => {
		expect(text(template)).toBe(template);
	});

	it('do not touch what the template shows as braces', () => {
		expect(text('\\{{couponcode}} {{! {couponcode} }}')).toBe('{{couponcode}} ');
	});

	it.each([
		'$code',
		'{couponcode}',
		'{expirydate}',
		'{{coupon.code}}',
		"{{client.promocode('x')}}",
	])('are not looked for in values: a customer called %s comes out so', (name) => {
		const context = { coupon: { code: name, expiresAt: null }, name };
		expect(text('{{name}}/$code/{couponcode}', context)).toBe(`${name}/${name}/${name}`);
		expect(text('$code{{name}}', { coupon: { code: '$' }, name: 'code' })).toBe('$code');
	});

	it('stand for the coupon of the message in every branch and loop', () => {
		const context = { coupon, items: [{ coupon: { code: 'other' } }] };
		expect(text('{{#each items}}{{#if no}}{{else}}$code{{/if}}{{/each}}', context)).toBe('A&B 1');
	});
});
