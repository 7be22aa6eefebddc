import { compileMessage } from '../../../lib/messages/render';
import { errorOf } from './error-of';

describe('a template that is wrong', () => {
	it.each([
		['Hi\n{{#if coupon}}\nx', 2, '{{#if coupon}} is not closed before the end.', '{{/if}}'],
		[
			'{{#each a}}\n{{#if b}}x{{/each}}',
			2,
			'{{#if b}} is not closed before {{/each}} in line 2.',
			'{{/if}}',
		],
		['x\n\n{{/if}}', 3, '{{/if}} closes a block that was never opened.', '{{#if …}}'],
		[
			'{{!-- {{#if a}} --}}\n{{#unless b}}',
			2,
			'{{#unless b}} is not closed before the end.',
			'{{/unless}}',
		],
		['a\n{{else}}', 2, '"{{else}}" cannot be read as a template.', '{{coupon.code}}'],
		['a\n{{coupon.code', 2, '"{{coupon.code" cannot be read as a template.', '{{coupon.code}}'],
		['a\n\n{{ coupon.code() }}', 3, '"{{ coupon.code() }}" cannot be read', '{{coupon.code}}'],
		['{{}}', 1, '"{{}}" cannot be read as a template.', '{{coupon.code}}'],
		[
			'\n{{upper name}}',
			2,
			'{{upper name}} uses a helper "upper", which there is not.',
			'daysLeft',
		],
		['\n{{#repeat 3}}\nx{{/repeat}}', 2, '{{#repeat 3}} uses a helper "repeat"', '#each'],
		['{{#date a}}x{{/date}}', 1, '"date" stands for a value and opens no block.', '{{date '],
		['{{ $node.Cart.json }}', 1, '$node.Cart.json', '{{Cart.json}}'],
		['{{ $json }}', 1, '$json', '{{field}}'],
		['{{date (upper x)}}', 1, '(upper x) uses a helper "upper"', 'daysLeft'],
		['{{if a "b"}}', 1, '"if" opens a block and stands for no value.', '{{#if …}}'],
		['{{#if}}x{{/if}}', 1, '{{#if}} needs one value.', '{{#if coupon.expiresAt}}'],
		['{{#if a b}}x{{/if}}', 1, '{{#if a b}} needs one value.', 'A comparison'],
		['{{#if a equals="b"}}x{{/if}}', 1, 'knows no "equals".', '{{#if'],
		['{{#if a as |b|}}x{{/if}}', 1, '"as |b|" does not go with this block.', '#each'],
		['{{date a b}}', 1, '{{date a b}} has 2 values, and "date" takes 1.', '{{date '],
		['{{date a style="x"}}', 1, '"date" knows no "style".', '{{date '],
		['a\n{{> header}}', 2, '{{> header}} would load another template', 'Write its text here'],
		[
			'{{#> layout}}x{{/layout}}',
			1,
			'{{#> layout}}x{{/layout}} would load another',
			'Write its text',
		],
		['{{> (lookup . "name")}}', 1, 'would load another template', 'Write its text here'],
		['{{#*inline "a"}}x{{/inline}}', 1, 'would load another template, or define one', 'Write its'],
		['{{* decorate}}', 1, 'would load another template, or define one', 'Write its'],
	])('%j: line %d, %s', (template, line, what, hint) => {
		const error = errorOf(() => compileMessage({ html: template }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain(`In the html, line ${line}: `);
		expect(error.message).toContain(what);
		expect(error.hint).toContain(hint);
	});

	it.each(['subject', 'html', 'text', 'sms'] as const)('is named by its part: %s', (part) => {
		expect(errorOf(() => compileMessage({ [part]: '{{' })).message).toContain(
			`In the ${part}, line 1`,
		);
	});

	it.each(['title', 'body'] as const)('is named by its part of the push message: %s', (part) => {
		const error = errorOf(() => compileMessage({ push: { [part]: '{{' } }));
		expect(error.message).toContain(`In the push ${part}, line 1`);
	});

	it('keeps the line of a macro and of what follows it', () => {
		const template = "a\n{{client.promocode('x')}} {{upper b}}";
		const error = errorOf(() => compileMessage({ html: template }));
		expect(error.message).toBe(
			'In the html, line 2: {{upper b}} uses a helper "upper", which there is not.',
		);
	});
});
