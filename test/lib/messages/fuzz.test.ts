import * as fc from 'fast-check';

import type { CouponPoolsError } from '../../../lib';
import { render } from '../../../lib/messages/render';
import { fuzz } from '../../support/fuzz';

const SECRET = 'not-for-templates';

const piece = fc.oneof(
	fc.constantFrom(
		...[
			'{{',
			'}}',
			'{{{',
			'}}}',
			'{',
			'}',
			'{{#',
			'{{/',
			'{{^',
			'{{else}}',
			'{{!--',
			'--}}',
			'{{~',
			'~}}',
			'{{>',
			'{{*',
		],
		...[
			'#if',
			'/if',
			'each',
			'with',
			'unless',
			'lookup',
			'date',
			'link',
			'daysLeft',
			'this',
			'..',
			'../',
			'@root',
			'@index',
		],
		...[
			'coupon',
			'.code',
			'.expiresAt',
			'list',
			'name',
			'"',
			"'",
			'[',
			']',
			'(',
			')',
			'|',
			' as |x|',
			'=',
			' ',
			'.',
			'/',
			'\\',
		],
		...[
			'__proto__',
			'constructor',
			'prototype',
			'process',
			'toString',
			'$code',
			'{couponcode}',
			'{expirydate}',
			'$json.',
			'={{',
		],
		...[
			"client.promocode('a')",
			"client.last_promocode('a')",
			'{%',
			'%}',
			"coupon_code 'a'",
			'promotion(‘a’)',
			'&quot;',
			'<b>',
			'\n',
			'\0',
			'\ud800',
			'🏷️',
			'1',
			'-1',
			'true',
			'null',
		],
	),
	fc.string({ maxLength: 6 }),
);

const template = fc.oneof(
	fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
	// What opens is closed, so that more of them get through the parser.
	fc
		.array(
			fc.tuple(
				fc.constantFrom('if', 'each', 'with', 'unless'),
				fc.constantFrom('list', 'coupon', 'name', 'this', '@root'),
			),
			{ maxLength: 30 },
		)
		.map(
			(blocks) =>
				`${blocks.map(([block, of]) => `{{#${block} ${of}}}`).join('')}x${[...blocks]
					.reverse()
					.map(([block]) => `{{/${block}}}`)
					.join('')}`,
		),
);

class Customer {
	name = 'Jane';

	get secret(): string {
		return SECRET;
	}
}

describe('whatever stands in a template', () => {
	it('is rendered, or refused with a reason; it reads nothing else, and comes to an end', async () => {
		const property = fc.asyncProperty(
			template,
			fc.constantFrom('html', 'text', 'subject'),
			async (source, part) => {
				const context = {
					coupon: { code: 'CODE', expiresAt: new Date(0) },
					list: [1, { name: 'two' }],
					name: '<Jane>',
					customer: new Customer(),
					inherited: Object.create({ secret: SECRET }) as object,
				};
				const before = JSON.stringify(context);
				try {
					const message = render({ [part]: source }, context);
					expect(JSON.stringify(message)).not.toContain(SECRET);
				} catch (failure) {
					const error = failure as CouponPoolsError;
					expect(error).toMatchObject({ name: 'CouponPoolsError', code: 'invalid_template' });
					expect(error.message).not.toBe('');
				}
				expect(JSON.stringify(context)).toBe(before);
				expect(({} as Record<string, unknown>).polluted).toBeUndefined();
			},
		);
		await fuzz(property, { runs: 1500 });
	}, 60_000);
});
