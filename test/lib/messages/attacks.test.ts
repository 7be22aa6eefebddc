import { compileMessage, render } from '../../../lib/messages/render';
import { errorOf } from './error-of';

/** Templates may come from people who may edit a message, and must not thereby run n8n's process. */
describe('a hostile template', () => {
	class Customer {
		name = 'Jane';

		get secret(): string {
			return 'SECRET';
		}

		steal(): string {
			return 'SECRET';
		}
	}

	const context = (): object => ({
		name: 'Jane',
		list: [1, 2],
		customer: new Customer(),
		run: (): string => 'RAN',
		key: '__proto__',
		names: ['constructor'],
		coupon: { code: 'A' },
		inherited: Object.create({ secret: 'SECRET' }) as object,
	});

	it.each([
		'{{__proto__}}',
		'{{constructor}}',
		'{{constructor.constructor}}',
		'{{this.constructor.name}}',
		'{{this.__proto__.secret}}',
		'{{name.constructor}}',
		'{{list.constructor.constructor}}',
		'{{customer.__proto__.steal}}',
		'{{customer.[__proto__]}}',
		'{{[constructor]}}',
		'{{"constructor"}}',
		"{{'__proto__'}}",
		'{{{constructor}}}',
		'{{&constructor}}',
		'{{../constructor}}',
		'{{./constructor}}',
		'{{@root.constructor}}',
		'{{@root.__proto__.x}}',
		'{{@constructor}}',
		'{{@key.constructor}}',
		'{{prototype}}',
		'{{run.prototype}}',
		'{{__defineGetter__}}',
		'{{__defineGetter__ "x" run}}',
		'{{__lookupGetter__ "x"}}',
		'{{__lookupSetter__ "x"}}',
		'{{__defineSetter__ "x" run}}',
		'{{constructor "return process"}}',
		'{{#constructor}}x{{/constructor}}',
		'{{^constructor}}x{{/constructor}}',
		'{{#constructor "return process"}}x{{/constructor}}',
		'{{#with constructor}}x{{/with}}',
		'{{#with this.constructor as |c|}}{{c.name}}{{/with}}',
		'{{#each __proto__}}x{{/each}}',
		'{{#if constructor}}x{{/if}}',
		'{{#unless __proto__}}x{{/unless}}',
		'{{#if (lookup this "constructor")}}x{{/if}}',
		'{{lookup this "constructor"}}',
		'{{lookup this "__proto__"}}',
		'{{lookup this key}}',
		'{{#each names}}{{lookup ../this this}}{{/each}}',
		'{{lookup (lookup this "name") "constructor"}}',
		'{{#with (lookup customer key)}}x{{/with}}',
		'{{date constructor}}',
		'{{date name locale=constructor}}',
		'{{link "https://a.example" a=__proto__}}',
		'{{qrcode constructor}}',
		'{{qrcode coupon.code alt=customer.__proto__.steal}}',
		'{{barcode (lookup this key)}}',
		'{{barcode coupon.code __proto__=customer}}',
		'{{link "https://a.example" __proto__=customer}}',
		'{{#each list as |item|}}{{item.constructor}}{{/each}}',
	])('is told that it may not reach there: %s', (template) => {
		const error = errorOf(() => render({ html: template }, context()));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toMatch(/^In the html, line 1: a template may not reach for "\w+"\.$/);
		expect(error.hint).not.toBe('');
	});

	it.each([
		'{{run}}',
		'{{#run}}x{{/run}}',
		'{{#if run}}x{{/if}}',
		'{{#with run}}x{{/with}}',
		'{{#each run}}x{{/each}}',
		'{{customer.steal}}',
		'{{customer.secret}}',
		'{{inherited.secret}}',
		'{{lookup inherited "secret"}}',
		'{{toString}}{{hasOwnProperty}}{{valueOf}}{{isPrototypeOf}}',
		'{{list.push}}{{list.map}}{{name.sub}}{{name.anchor}}',
		'{{lookup list "push"}}',
		'{{@run}}{{@_parent}}{{@helpers}}{{@root.run}}',
		'{{this.run}}{{@root.toString}}',
		'{{helperMissing}}{{blockHelperMissing}}{{#helperMissing}}x{{/helperMissing}}',
	])('sees own fields only, and runs nothing: %s', (template) => {
		expect(render({ html: template }, context()).html).toBe('');
	});

	it.each([
		'{{run name}}',
		'{{customer.steal name}}',
		'{{#run name}}x{{/run}}',
		'{{helperMissing name}}',
		'{{blockHelperMissing name}}',
		'{{log "x"}}',
		'{{log "x" level="error"}}',
		'{{toString 1}}',
		'{{lookup (run 1) "x"}}',
		'{{#with (customer.steal)}}x{{/with}}',
	])('can call nothing but the helpers there are: %s', (template) => {
		const error = errorOf(() => render({ html: template }, context()));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain('which there is not');
	});

	it.each([
		'"+process.exit(1)+"',
		"{{'\\';process.exit(1)//'}}",
		'{{[");process.exit(1);("]}}',
		'{{lookup this "\\u0022);process.exit(1)//"}}',
		'{{#each list as |process|}}{{process.exit}}{{/each}}',
		'`${process.exit(1)}`',
		'{{! */ process.exit(1) /* }}',
	])('is text, never code: %s', (template) => {
		expect(typeof render({ html: template }, context()).html).toBe('string');
	});

	it.each([
		'javascript:alert(1)',
		' JAVASCRIPT:alert(1)',
		'java\tscript:alert(1)',
		'\u0001javascript:x',
		'data:text/html,x',
		'vbscript:x',
	])('or value links to no script: %j', (address) => {
		const error = errorOf(() => render({ html: '{{link address a=1}}' }, { address }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain('would link to a script');
	});

	it('leaves the prototypes as they were', () => {
		const data = JSON.parse(
			'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
		);
		render({ html: '{{#each this}}{{@key}}{{polluted}}{{/each}}' }, data as object);
		expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	});
});

describe('a template or value without measure', () => {
	const many = Array.from({ length: 2000 }, (_, index) => index);

	it.each([
		[
			'loops that put out too much',
			'{{#each a}}{{#each ../a}}0123456789{{/each}}{{/each}}',
			'longer than 1000000',
		],
		[
			'loops that put out nothing',
			'{{#each a}}{{#each ../a}}{{#each ../../a}}{{/each}}{{/each}}{{/each}}',
			'too long to render',
		],
		[
			'loops of dates',
			'{{#each a}}{{#each ../a}}{{#if (daysLeft "2026-12-31")}}{{/if}}{{/each}}{{/each}}',
			'too long to render',
		],
		['a large value, over and over', '{{#each a}}{{../big}}{{/each}}', 'longer than 1000000'],
		[
			'a large value in links',
			'{{#each a}}{{#if (link "x" a=../big)}}{{/if}}{{/each}}',
			'too long to render',
		],
	])('is stopped: %s', (_name, template, what) => {
		const error = errorOf(() => render({ html: template }, { a: many, big: 'x'.repeat(100_000) }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain(what);
		expect(error.message).toContain('In the html, line 1');
	});

	it('counts for each message anew', () => {
		const message = compileMessage({ text: '{{big}}' });
		const context = { big: 'x'.repeat(900_000) };
		for (let time = 0; time < 3; time += 1) expect(message(context).text).toHaveLength(900_000);
	});

	it.each([
		['blocks', '{{#if a}}'.repeat(20_000) + '{{/if}}'.repeat(20_000)],
		['unclosed blocks', '{{#if a}}'.repeat(20_000)],
		['else ifs', `{{#if a}}${'{{else if b}}'.repeat(20_000)}{{/if}}`],
		['parentheses', `{{lookup a ${'(lookup b '.repeat(5_000)}`],
	])('is refused where it nests without end: %s', (_name, template) => {
		const error = errorOf(() => compileMessage({ html: template }));
		expect(error.code).toBe('invalid_template');
		expect(error.message).toContain('nested more than 500 deep');
	});

	it.each([
		['a block that is never closed', `{{#${'a'.repeat(900_000)}`],
		['one that begins with blanks', `{{#${' '.repeat(900_000)}`],
		['the end of a block without its own', `{{#if a}}{{/${'a'.repeat(900_000)}`],
		['macros whose quotes are never closed', `{{${'client.promocode(&#39;'.repeat(40_000)}}}`],
	])('is refused at once where it begins without end: %s', (_name, template) => {
		const begun = performance.now();
		const error = errorOf(() => compileMessage({ html: template }));
		expect(error.code).toBe('invalid_template');
		// Looked through anew from each of its characters, it took minutes.
		expect(performance.now() - begun).toBeLessThan(10_000);
	});

	it('may have as many blocks and else ifs as a real one has', () => {
		const countries = many.slice(0, 200).map((n) => `{{else if c${n}}}${n}`);
		const template = `{{#if no}}${countries.join('')}{{/if}}{{#each a}}{{#if this}}.{{/if}}{{/each}}`;
		expect(render({ text: template }, { c150: true, a: many }).text).toBe(`150${'.'.repeat(1999)}`);
	});

	it('is refused where the template itself is too long', () => {
		const error = errorOf(() => compileMessage({ html: 'x'.repeat(1_000_001) }));
		expect(error.message).toContain('has 1000001 characters; 1000000 is the most');
	});

	it('ends with a list that holds itself', () => {
		const list: unknown[] = [1];
		list.push(list);
		expect(render({ text: '{{list}}' }, { list }).text).toBe('1,');
	});

	it.each([
		{ toString: 'x' },
		{ toHTML: 'x' },
		{ toJSDate: 'x' },
		Object.create(null),
		{ length: 9 },
		Symbol('s'),
	])('is blank where a value is no text: %p', (value: unknown) => {
		const template = '{{value}}{{{value}}}{{#each value}}{{/each}}';
		expect(render({ html: template }, { value }).html).toBe('');
	});

	it('survives half a surrogate pair in a link', () => {
		expect(render({ text: '{{link "x" a=a}}' }, { a: '\uD83D' }).text).toBe('x?a=%EF%BF%BD');
	});
});
