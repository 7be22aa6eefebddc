import Handlebars from 'handlebars';

import { render } from '../../../lib/messages/render';

/** The templates are read by Handlebars' parser and run by closures of our own: the two must agree. */
describe('a template does what Handlebars does with it', () => {
	const context = {
		name: 'Jane <jane@example.com>',
		zero: 0,
		no: false,
		yes: true,
		empty: '',
		nothing: null,
		none: [],
		list: ['a', 'b', 'c'],
		people: [
			{ name: 'Ann', tags: ['x', 'y'], age: 0 },
			{ name: 'Bo', tags: [], age: 7 },
		],
		prices: { small: 1.5, large: 20 },
		deep: { er: { still: 'down' } },
		'first name': 'J.',
		'0': 'nought',
		coupon: { code: 'A&B' },
	};

	it.each([
		'plain, {single} braces, \\{{escaped}} and \\\\{{name}}',
		'{{name}} {{{name}}} {{&name}} {{this.name}} {{./name}}',
		'{{coupon.code}} {{coupon/code}} {{deep.er.still}} {{deep.er.nope.still}} {{nothing.at.all}}',
		'{{[first name]}} {{"first name"}} {{0}} {{this.[0]}} {{list.[1]}} {{list.length}}',
		'{{zero}} {{no}} {{yes}} {{empty}} {{nothing}} {{gone}} {{list}}',
		'{{! a comment }}a{{!-- {{name}} --}}b',
		'{{#if yes}}1{{/if}}{{#if no}}2{{else}}3{{/if}}{{#if zero}}4{{/if}}{{#if none}}5{{/if}}{{#if empty}}6{{/if}}',
		'{{#if zero includeZero=true}}zero{{/if}}{{#unless zero includeZero=true}}no{{/unless}}',
		'{{#if no}}1{{else if gone}}2{{else if yes}}3{{else}}4{{/if}}',
		'{{#unless gone}}1{{else}}2{{/unless}}',
		'{{^if yes}}1{{else}}2{{/if}}',
		'{{#each list}}{{@index}} {{@key}} {{@first}} {{@last}} {{this}} {{.}} {{/each}}',
		'{{#each prices}}{{@key}}={{this}}{{#unless @last}}, {{/unless}}{{/each}}',
		'{{#each none}}x{{else}}nobody{{/each}}{{#each gone}}x{{else}}nobody{{/each}}{{#each nothing}}x{{/each}}',
		'{{#each people}}{{name}}:{{#each tags}}{{this}}{{../name}}{{@../index}}{{../../name}} {{/each}}{{/each}}',
		'{{#each people}}{{#if tags}}{{#each tags}}{{../name}}{{/each}}{{else}}{{../name}}{{/if}}{{/each}}',
		'{{#each people as |person at|}}{{at}}{{person.name}}{{#each person.tags as |tag|}}{{tag}}{{person.name}}{{/each}}{{/each}}',
		'{{#each people as |name|}}{{name.name}} {{this.name}} {{./name}}{{/each}}',
		'{{#each people}}{{@root.name}}{{@root.coupon.code}}{{/each}}',
		'{{#with deep.er}}{{still}} {{../name}}{{/with}}{{#with gone}}x{{else}}none{{/with}}',
		'{{#with deep.er as |er|}}{{er.still}}{{/with}}',
		'{{#with this}}{{name}}{{../name}}{{/with}}',
		'{{#people}}{{name}}{{@index}}{{/people}}{{#none}}x{{/none}}{{^none}}empty{{/none}}{{^gone}}gone{{/gone}}',
		'{{#deep}}{{er.still}}{{../name}}{{/deep}}{{#yes}}{{name}}{{/yes}}{{#no}}x{{/no}}{{#empty}}e{{/empty}}{{#zero}}z{{/zero}}',
		'{{#people}}{{else}}x{{/people}}{{#gone}}y{{else}}z{{/gone}}',
		'a  {{~name~}}  b {{~#if yes~}}  c  {{~/if~}} d',
		'Hi\n{{#if yes}}\n  line\n{{/if}}\nbye\n{{! alone }}\nend',
		'{{lookup prices "small"}} {{lookup list 2}} {{lookup people 9}} {{#with (lookup people 1)}}{{name}}{{/with}}',
		'{{#each list}}{{lookup ../people @index}}{{lookup (lookup ../people @index) "name"}}{{/each}}',
		'{{#if (lookup prices "small")}}yes{{/if}}',
		'{{@root.name}} {{@index}} {{@gone}} {{../name}}|{{#each list}}{{#each ../list}}{{@../first}}{{/each}}{{/each}}',
	])('%s', (template) => {
		for (const part of ['html', 'text'] as const) {
			const expected = Handlebars.compile(template, { noEscape: part === 'text' })(context);
			const given = render({ [part]: template }, context)[part];
			// Handlebars writes an object as [object Object]; a message never shows that.
			expect(given).toBe(expected.replaceAll('[object Object]', ''));
		}
	});

	it('except that numbers side by side stay apart; Handlebars without escaping adds them up', () => {
		const template = '{{#each list}}{{@index}}{{@index}} {{/each}}';
		expect(Handlebars.compile(template, { noEscape: true })(context)).toBe('0 2 4 ');
		expect(render({ text: template }, context).text).toBe('00 11 22 ');
	});
});
