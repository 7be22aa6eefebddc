import { compileMessage, render } from '../../../lib/messages/render';
import type { RenderOptions } from '../../../lib/messages/message';
import { errorOf } from './error-of';

const coupon = {
	code: 'SAVE-7F3K',
	expiresAt: new Date('2026-12-31T22:59:59.999Z'),
	pool: 'SCA10Off',
};

function html(template: string, context: object, options?: RenderOptions): string | undefined {
	return render({ html: template }, context, options).html;
}

function text(template: string, context: object, options?: RenderOptions): string | undefined {
	return render({ text: template }, context, options).text;
}

describe('rendering a message', () => {
	it('renders the parts that the template has, and no others', () => {
		const template = {
			subject: 'For {{name}}',
			html: '<b>{{coupon.code}}</b>',
			text: '{{coupon.code}}',
			sms: 'Code {{coupon.code}}',
			push: { title: '{{name}}', body: '{{coupon.code}}' },
		};
		expect(render(template, { name: 'Jane', coupon })).toEqual({
			subject: 'For Jane',
			html: '<b>SAVE-7F3K</b>',
			text: 'SAVE-7F3K',
			sms: 'Code SAVE-7F3K',
			push: { title: 'Jane', body: 'SAVE-7F3K' },
		});
		expect(render({ sms: '', push: { body: 'x' } }, {})).toEqual({ sms: '', push: { body: 'x' } });
		expect(render({}, {})).toEqual({});
	});

	it("takes a field as n8n's editor writes it, wherever in the template it stands", () => {
		const context = { name: 'Jane', coupon, items: ['mug'] };
		expect(
			text('{{ $json.coupon.code }} {{#each items}}{{ $json.name }} {{this}}{{/each}}', context),
		).toBe('SAVE-7F3K Jane mug');
		expect(() => text('{{ $json.__proto__.x }}', context)).toThrow(/__proto__/);
	});

	it('escapes values in the HTML part alone', () => {
		const name = `<img src=x onerror="alert('1')">&`;
		const all = '{{name}}';
		const template = {
			subject: all,
			html: all,
			text: all,
			sms: all,
			push: { title: all, body: all },
		};
		expect(render(template, { name })).toEqual({
			subject: name,
			html: '&lt;img src&#x3D;x onerror&#x3D;&quot;alert(&#x27;1&#x27;)&quot;&gt;&amp;',
			text: name,
			sms: name,
			push: { title: name, body: name },
		});
	});

	it('leaves HTML as it is between three braces', () => {
		expect(html('{{{banner}}}', { banner: '<hr>' })).toBe('<hr>');
	});

	it('keeps a subject and a push title on one line, so that a name adds no mail header', () => {
		const { subject, push } = render(
			{ subject: 'Hi {{name}}', push: { title: 'Hi {{name}}' } },
			{ name: 'Jane\r\nBcc: all@example.com' },
		);
		expect(subject).toBe('Hi Jane Bcc: all@example.com');
		expect(push?.title).toBe('Hi Jane Bcc: all@example.com');
	});

	it('changes neither the template nor the context', () => {
		const template = Object.freeze({ text: '{{#each items}}{{this}}{{/each}}{couponcode}' });
		const context = Object.freeze({ items: Object.freeze([1, 2]), coupon: Object.freeze(coupon) });
		expect(render(template, context)).toEqual({ text: '12SAVE-7F3K' });
	});

	it('renders many contexts with a template compiled once, each on its own', () => {
		const message = compileMessage({ text: '{{#if a}}{{a}}{{else}}-{{/if}}' });
		expect([{ a: 1 }, {}, { a: 2 }].map((context) => message(context).text)).toEqual([
			'1',
			'-',
			'2',
		]);
	});

	it('applies the options of each call, though the template is remembered', () => {
		const template = '{{date coupon.expiresAt}} {{missing}}';
		expect(text(template, { coupon })).toBe('December 31, 2026 ');
		expect(text(template, { coupon }, { locale: 'de' })).toBe('31. Dezember 2026 ');
		expect(() => text(template, { coupon }, { missingFields: 'error' })).toThrow('{{missing}}');
	});

	it('writes numbers, truth values, instants and lists out', () => {
		const context = { n: 0, yes: true, no: false, at: new Date(0), list: ['a', 1, null] };
		expect(text('{{n}} {{yes}} {{no}} {{at}} {{list}}', context)).toBe(
			'0 true false 1970-01-01T00:00:00.000Z a,1,',
		);
	});

	it('never writes [object Object]', () => {
		expect(text('a{{coupon}}b', { coupon })).toBe('ab');
		const error = errorOf(() => text('a{{coupon}}b', { coupon }, { missingFields: 'error' }));
		expect(error.message).toContain('{{coupon}} has no value');
	});

	it.each([null, undefined, 'text'])('refuses %p as a context', (context) => {
		expect(errorOf(() => render({ text: 'x' }, context as unknown as object)).code).toBe(
			'invalid_input',
		);
	});

	it('refuses a part that is no text', () => {
		const error = errorOf(() => render({ html: 5 as unknown as string }, {}));
		expect(error.code).toBe('invalid_input');
		expect(error.message).toBe("The template's html is not a text.");
	});

	it.each([
		[{ timezone: 'Mars/Base' }, 'There is no timezone "Mars/Base".'],
		[{ locale: 'x_y' }, 'There is no locale "x_y".'],
		[{ missingFields: 'ignore' }, 'Missing Fields cannot be "ignore"'],
	])('refuses the options %p', (options, message) => {
		const error = errorOf(() => render({ text: 'x' }, {}, options as RenderOptions));
		expect(error.code).toBe('invalid_input');
		expect(error.message).toBe(message);
	});
});

describe('fields that are missing', () => {
	it.each([
		'{{name}}',
		'{{customer.name}}',
		'{{date expires}}',
		'{{daysLeft expires}}',
		'{{../name}}',
	])('leaves %s blank unless told otherwise', (template) => {
		expect(text(`[${template}]`, {})).toBe('[]');
	});

	it.each([
		['{{name}}', '{{name}}'],
		['{{customer.name}}', '{{customer.name}}'],
		['{{#if true}}{{date expires}}{{/if}}', '{{date expires}}'],
		[
			'{{link "https://a.example" code=coupon.cod}}',
			'{{link "https://a.example" code=coupon.cod}}',
		],
		['{{link shop.url}}', '{{link shop.url}}'],
		['{couponcode}', '{couponcode}'],
		['{expirydate}', '{expirydate}'],
		['$code', '$code'],
	])('names field, part and line of %s where they are an error', (template, source) => {
		const context = { true: true, city: 'Berlin' };
		const error = errorOf(() =>
			render({ sms: `Hi,\n\n${template}` }, context, { missingFields: 'error' }),
		);
		expect(error.code).toBe('invalid_template');
		expect(error.message).toBe(`In the sms, line 3: ${source} has no value.`);
		expect(error.hint).toContain('there are: true, city');
	});

	it('may be asked for by a block in either case', () => {
		const template =
			'{{#if a.b}}1{{/if}}{{#unless a.b}}2{{/unless}}{{#each a.b}}3{{/each}}{{#a}}4{{/a}}';
		expect(text(template, {}, { missingFields: 'error' })).toBe('2');
	});

	it('are not those that are null: a coupon that never expires can be shown', () => {
		const never = { coupon: { code: 'A', expiresAt: null } };
		const strict: RenderOptions = { missingFields: 'error' };
		const branching =
			'{{coupon.code}}{{#if coupon.expiresAt}} until {{date coupon.expiresAt}}{{/if}}';
		expect(text(branching, never, strict)).toBe('A');
		expect(
			text('[{expirydate}{{date coupon.expiresAt}}{{daysLeft coupon.expiresAt}}]', never, strict),
		).toBe('[]');
	});

	it('are those of a coupon that could not be given, so that no message goes out without a code', () => {
		const none = { coupon: { code: null, reason: 'out_of_stock' } };
		expect(text('[$code{couponcode}]', none)).toBe('[]');
		expect(() => text('$code', none, { missingFields: 'error' })).toThrow('$code has no value');
	});
});

describe('the helpers', () => {
	const now = new Date('2026-12-24T12:00:00Z');

	it.each([
		['{{date coupon.expiresAt}}', 'December 31, 2026'],
		['{{date coupon.expiresAt locale="de"}}', '31. Dezember 2026'],
		['{{date coupon.expiresAt timezone="Asia/Tokyo"}}', 'January 1, 2027'],
		['{{date coupon.expiresAt format="dd.MM.yyyy"}}', '31.12.2026'],
		['{{date "2026-12-31"}}', 'December 31, 2026'],
		['{{date coupon.expiresAt format=style}}', '2026'],
		['{{daysLeft coupon.expiresAt}}', '7'],
		['{{daysLeft "2026-12-24"}}', '0'],
		['{{daysLeft "2020-01-01"}}', '0'],
		['{{#if (daysLeft coupon.expiresAt)}}soon{{else}}today{{/if}}', 'soon'],
		['{{lookup names city}}', 'Berlin Mitte'],
		['{{link "https://a.example/c" code=coupon.code}}', 'https://a.example/c?code=SAVE-7F3K'],
		[
			'{{link "https://a.example/c?x=1#top" n=odd}}',
			'https://a.example/c?x=1&n=a%20%26%3D%C3%BC#top',
		],
		['{{link "/cart" n=nothing}}', '/cart'],
		[
			'{{link "https://a.example/c?code=OLD&x=1" code=coupon.code}}',
			'https://a.example/c?x=1&code=SAVE-7F3K',
		],
		[
			'{{link "https://a.example/c?x=%20a+b%C3%BC&y" n="1"}}',
			'https://a.example/c?x=%20a+b%C3%BC&y&n=1',
		],
		['{{link "https://a.example/c?%=1&" n="1"}}', 'https://a.example/c?%=1&n=1'],
		['{{link "https://a.example/#/cart?a=1" n="1"}}', 'https://a.example/?n=1#/cart?a=1'],
		['{{link "https://a.example/c?q=a?b" n="?"}}', 'https://a.example/c?q=a?b&n=%3F'],
		[
			'{{link "https://a.example" code="10%&#+ é"}}',
			'https://a.example?code=10%25%26%23%2B%20%C3%A9',
		],
		['{{link "app://promo?" code=coupon.code}}', 'app://promo?code=SAVE-7F3K'],
	])('%s shows %s', (template, shown) => {
		const context = {
			coupon,
			city: 'B',
			names: { B: 'Berlin Mitte' },
			odd: 'a &=ü',
			style: 'yyyy',
			nothing: null,
		};
		expect(text(template, context, { timezone: 'Europe/Berlin', now })).toBe(shown);
	});

	it('shows dates in the format, locale and timezone of the message', () => {
		const options = { timezone: 'Europe/Berlin', locale: 'de', dateFormat: 'd. MMM yyyy' };
		expect(text('{{date coupon.expiresAt}} {expirydate}', { coupon }, options)).toBe(
			'31. Dez. 2026 31. Dez. 2026',
		);
	});

	it.each([null, 'infinity', Infinity])(
		'show what was chosen for a coupon that never expires, whose expiry is %p',
		(expiresAt) => {
			const never = { coupon: { code: 'A', expiresAt } };
			const strict: RenderOptions = { missingFields: 'error' };
			const template = '[{expirydate}][{{date coupon.expiresAt}}][{{daysLeft coupon.expiresAt}}]';
			expect(text(template, never, strict)).toBe('[][][]');
			expect(text(template, never, { ...strict, noExpiry: 'no end' })).toBe('[no end][no end][]');
			expect(text('{{date coupon.expiresAt never="ever"}}', never, { noExpiry: '-' })).toBe('ever');
			expect(text('[{{date coupon.expiresAt never=""}}]', never, { noExpiry: '-' })).toBe('[]');
		},
	);

	it('takes the instants that n8n writes as text', () => {
		const context = { coupon: { expiresAt: coupon.expiresAt.toISOString() } };
		expect(text('{{date coupon.expiresAt}}', context)).toBe('December 31, 2026');
	});

	it('escapes what a link holds for the HTML it stands in', () => {
		expect(html('<a href="{{link "https://a.example?x=1" q=q}}">', { q: '">' })).toBe(
			'<a href="https://a.example?x&#x3D;1&amp;q&#x3D;%22%3E">',
		);
	});

	it('leave their names to fields of the data', () => {
		expect(text('{{date}} {{link}} {{#date}}x{{/date}}', { date: 'May', link: 'there' })).toBe(
			'May there x',
		);
	});

	it('name a value that is no date', () => {
		const error = errorOf(() => text('Hi\n{{date when}}', { when: 'soon' }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toBe('In the text, line 2: {{date when}}: "soon" is not a date.');
	});

	it.each([
		[
			'{{date when format="dd.mm.yyyy"}}',
			'The date format "dd.mm.yyyy" is not right',
			'dd.MM.yyyy',
		],
		['{{date when format="TT.MM.JJJJ"}}', 'JJJJ means nothing', 'dd.MM.yyyy'],
		['{{date when locale="German"}}', 'There is no locale "German".', 'de, de-DE'],
		['{{#if no}}{{date when format="DD.MM.YYYY"}}{{/if}}', 'YYYY means nothing', 'dd.MM.yyyy'],
		['{{#if (date when locale="jp")}}x{{/if}}', 'There is no locale "jp".', 'ja'],
	])('say of a template that a date in it would come out wrong: %s', (template, fault, hint) => {
		const error = errorOf(() => compileMessage({ text: `Hi\n${template}` }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain('In the text, line 2: ');
		expect(error.message).toContain(fault);
		expect(error.hint).toContain(hint);
	});

	it('say so of a format or language that comes with the data, too', () => {
		const context = { when: '2027-12-31', style: 'dd.mm.yyyy', language: 'cz' };
		expect(errorOf(() => text('{{date when format=style}}', context))).toMatchObject({
			code: 'invalid_template',
			message: expect.stringContaining('In the text, line 1: The date format "dd.mm.yyyy"'),
			hint: 'Write dd.MM.yyyy.',
		});
		expect(errorOf(() => text('{{date when locale=language}}', context))).toMatchObject({
			code: 'invalid_template',
			message: 'In the text, line 1: There is no locale "cz".',
		});
	});

	it.each([
		[{ dateFormat: 'dd.mm.yyyy' }, 'The date format "dd.mm.yyyy" is not right', 'dd.MM.yyyy'],
		[{ dateFormat: 'DD.MM.YYYY' }, 'YYYY means nothing', 'dd.MM.yyyy'],
		[{ locale: 'German' }, 'There is no locale "German".', 'de, de-DE'],
		[{ locale: 'jp' }, 'There is no locale "jp".', 'de, de-DE'],
	])('are given no options by which dates would come out wrong: %j', (options, fault, hint) => {
		const error = errorOf(() => compileMessage({ text: 'No date' }, options));
		expect(error.code).toBe('invalid_input');
		expect(error.message).toContain(fault);
		expect(error.hint).toContain(hint);
	});
});
