import { compileMessage, macroCalls, render } from '../../../lib/messages/render';
import { errorOf } from './error-of';

const first = "{{client.promocode('30% off')}}";
const again = "{{client.last_promocode('welcome')}}";

describe('the macros of "Promo codes"', () => {
	it('are listed, each once, with their pools, from every part and branch', () => {
		expect(
			macroCalls({
				subject: first,
				html: `${first}{{#if vip}}${again}{{else}}{{client.promocode( "vip" )}}{{/if}}`,
				push: { body: "{{#if client.last_promocode('gone')}}x{{/if}}" },
			}),
		).toEqual([
			{ macro: 'promocode', pool: '30% off' },
			{ macro: 'last_promocode', pool: 'welcome' },
			{ macro: 'promocode', pool: 'vip' },
			{ macro: 'last_promocode', pool: 'gone' },
		]);
	});

	it.each([
		"{% coupon_code 'CouponName' %}",
		'{% coupon_code "CouponName" %}',
		"{% promotion('CouponName') %}",
		"{%- promotion( 'CouponName' ) -%}",
		'{% coupon_code ‘CouponName’ %}',
		'{% coupon_code “CouponName” %}',
		'{% coupon_code „CouponName“ %}',
		'{% coupon_code &#39;CouponName&#39; %}',
		'{% coupon_code &#x27;CouponName&#x27; %}',
		'{% coupon_code&nbsp;&quot;CouponName&quot; %}',
		'{% promotion(‘CouponName’) %}',
		'{% promotion(&#39;CouponName&#39;) %}',
		'{{client.promocode(‘CouponName’)}}',
		'{{ client.promocode(&quot;CouponName&quot;) }}',
	])('are those of Klaviyo and Braze too: %s', (tag) => {
		const template = { html: `<a href="https://a.example?c=${tag}">${tag}</a>` };
		expect(macroCalls(template)).toEqual([{ macro: 'promocode', pool: 'CouponName' }]);
		expect(render(template, {}, { macros: () => 'A&B' }).html).toBe(
			'<a href="https://a.example?c=A%26B">A&amp;B</a>',
		);
		expect(errorOf(() => render(template, {})).code).toBe('invalid_template');
	});

	it.each([
		[first, first],
		["{% coupon_code '30% off' %}", "{% coupon_code '30% off' %}"],
		["{%- promotion( '30% off' ) -%}", "{%- promotion( '30% off' ) -%}"],
		["{{~client.promocode( '30% off' )}}", "{{~client.promocode( '30% off' )}}"],
		["{{link url coupon=client.promocode('30% off')}}", "client.promocode('30% off')"],
	])('are named in an error as they were written: %s', (tag, written) => {
		const before = `${again}{% promotion('x') %}\n{{! ${again} }}{{#if client.promocode('y')}}`;
		const macros = (_macro: string, pool: string) =>
			pool === '30% off' ? { code: null, message: 'None is left' } : 'X';
		const template = { text: `${before}${tag}{{/if}}` };
		expect(errorOf(() => render(template, { url: 'https://a.example' }, { macros })).message).toBe(
			`In the text, line 2: there is no code for ${written}. None is left.`,
		);
	});

	it('are named so in a condition, too', () => {
		const template = { text: "{{#if client.promocode('a')}}x{{/if}}" };
		expect(errorOf(() => render(template, {})).message).toContain(
			`line 1: client.promocode('a') takes a code from the pool "a"`,
		);
	});

	it.each([
		['{% coupon_code “Jane\'s "10%"” %}', `Jane's "10%"`],
		['{% coupon_code &#39;Jane &amp; Co&#39; %}', 'Jane & Co'],
		['{% promotion(‘Größe "L"’) %}', 'Größe "L"'],
	])('know a pool by its name in whichever quotes it is put: %s', (tag, pool) => {
		expect(macroCalls({ html: tag })).toEqual([{ macro: 'promocode', pool }]);
	});

	it.each([
		"{% coupon_codes 'x' %}",
		'{% if coupon %}',
		'{%x%}',
		'{%- assign code = "x" -%}',
		'{% endif %}',
		'{%&nbsp;unsubscribe&nbsp;%}',
	])('are no other tags of Liquid, which a customer would get to read: %s', (tag) => {
		const error = errorOf(() => macroCalls({ text: `Hi\n{{#if no}}${tag}hi{{/if}}` }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toBe(
			`In the text, line 2: ${tag} is a tag of Liquid, which a message would show as it is.`,
		);
		expect(error.hint).toContain('{{#if coupon.expiresAt}}');
		expect(render({ text: `{{! ${tag} }}{{!-- ${tag} --}}\\${tag}` }, {}).text).toBe(tag);
	});

	it.each([
		["{% coupon_code 'x'|upper %}", "{% coupon_code 'x'|upper %}"],
		['{% coupon_code x %}', '{% coupon_code x %}'],
		['{% promotion %}', '{% promotion %}'],
		["{% promotion('x', 'y') %}", "{% promotion('x', 'y') %}"],
		["{% coupon_code 'x' }", '{% coupon_code'],
		["{% coupon_code\n'x'|upper %}", '{% coupon_code…'],
	])('need the name of a pool in the tags of Klaviyo and Braze: %s', (tag, shown) => {
		const error = errorOf(() => macroCalls({ text: tag }));
		expect(error.message).toBe(
			`In the text, line 1: ${shown} needs the name of one pool, in quotes, and nothing else.`,
		);
		expect(error.hint).toContain("{% coupon_code 'name of the pool' %}");
	});

	it.each([
		'100{% of all',
		'{% 50 %}',
		'{%}',
		'{% … %}',
		'a {%',
		'100%} {',
		'@media {a{width:100%}}',
	])('are no percent signs that make no tag: %s', (template) => {
		expect(render({ text: template }, {}).text).toBe(template);
	});

	it('are looked for in no time, whatever follows', () => {
		const begun = Date.now();
		for (const start of [
			"{% coupon_code 'x'",
			'{% a',
			'{%',
			'{% coupon_code &quot;',
			'{% promotion(',
		]) {
			for (const rest of [' ', 'a', '&nbsp;', ')', '%', '&quot; ', '{%a']) {
				errorOf(() => {
					macroCalls({ text: start + rest.repeat(999_000 / rest.length) + '{{}}' });
				});
			}
		}
		expect(Date.now() - begun).toBeLessThan(5_000);
	});

	it('are none in comments, in shown braces and in plain text', () => {
		expect(
			macroCalls({ text: `{{! client.promocode('a') }}\\${first} client.promocode('b')` }),
		).toEqual([]);
		expect(render({ text: `\\${first} client.promocode('b')` }, {}).text).toBe(
			`${first} client.promocode('b')`,
		);
	});

	it('put in what the caller answers for them', () => {
		const message = compileMessage(
			{ html: `<i>${first}</i>{{#if client.last_promocode('welcome')}}${again}{{else}}-{{/if}}` },
			{
				macros: (macro, pool, context) =>
					macro === 'promocode' ? `${pool}&${(context as { id: string }).id}` : undefined,
			},
		);
		expect(message({ id: 'jane' }).html).toBe('<i>30% off&amp;jane</i>-');
		expect(message({ id: 'bo' }).html).toBe('<i>30% off&amp;bo</i>-');
	});

	it('are URL-encoded in an address, as the other placeholders are', () => {
		const macros = (): string => 'A&B 1';
		const template = { html: `<a href="https://a.example?c=${first}">${first}</a>` };
		expect(render(template, {}, { macros }).html).toBe(
			'<a href="https://a.example?c=A%26B%201">A&amp;B 1</a>',
		);
	});

	it('ask only for the codes of the branches that are shown', () => {
		const asked: string[] = [];
		const macros = (macro: string, pool: string): string => {
			asked.push(`${macro} ${pool}`);
			return 'X';
		};
		const template = { text: `{{#if vip}}${first}{{else}}${again}{{/if}}` };
		render(template, { vip: false }, { macros });
		expect(asked).toEqual(['last_promocode welcome']);
	});

	it('are missing fields where the caller has no code for them', () => {
		const options = { macros: (): undefined => undefined };
		expect(render({ text: `[${again}]` }, {}, options).text).toBe('[]');
		expect(() => render({ text: again }, {}, { ...options, missingFields: 'error' })).toThrow(
			'has no value',
		);
	});

	it('are refused, even in a branch that is not shown, where nobody answers for them', () => {
		const error = errorOf(() => render({ text: `Hi\n{{#if no}}${first}{{/if}}` }, {}));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain('In the text, line 2:');
		expect(error.message).toContain('takes a code from the pool "30% off"');
		expect(error.hint).toContain('Assign Coupon');
		expect(error.hint).toContain('{{coupon.code}}');
	});

	it.each(['{{client.promocode()}}', "{{client.promocode('')}}", '{{client.promocode pool}}'])(
		'need the name of a pool: %s',
		(template) => {
			expect(errorOf(() => macroCalls({ text: template })).code).toBe('invalid_template');
		},
	);

	it('say how the pool is named', () => {
		const error = errorOf(() => macroCalls({ text: '{{client.promocode}}' }));
		expect(error.hint).toBe("Write {{client.promocode('name of the pool')}}.");
	});
});
