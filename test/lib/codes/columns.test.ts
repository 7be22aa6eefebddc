import { chooseImportColumns } from '../../../lib/assignments/import-columns';
import { chooseColumns } from '../../../lib/codes/columns';

const row = (...cells: string[]) => ({ line: 1, cells });

describe('the column of the codes', () => {
	it.each([
		['Discount,Code,Valid until', 1],
		['Coupon,Code', 1],
		['Promo,Note,Promo codes', 2],
		['Gutschein,Gutscheinnummer', 1],
		['Code,Discount', 0],
		['Note,Voucher', 1],
	])('of %s is the one whose heading says code, else the one of the offer', (headings, code) => {
		const first = row(...headings.split(','));
		expect(chooseColumns(first, { isSheet: false }, 'It')).toMatchObject({ code, hasHeader: true });
		const given = row(...headings.split(','), 'E-mail');
		expect(chooseImportColumns(given, {}, 'It')).toMatchObject({ code, hasHeader: true });
	});

	it.each(
		`Código Cupón Cupones Promocódigo Gutscheincodes Gutscheinnummer Rabattcodes Aktionscodes Kortingscodes Kupon
		Промокод クーポンコード Ｃｏｄｅ Discount-Codes`.split(/\s+/),
	)('is known by the heading %s, whatever form its accents have', (heading) => {
		for (const form of ['NFC', 'NFD']) {
			expect(
				chooseColumns(row('x', heading.normalize(form)), { isSheet: false }, 'It'),
			).toMatchObject({ code: 1, hasHeader: true });
		}
	});

	it('is found by the heading of a person’s choice, whatever form its accents have', () => {
		const headings = row('x', 'Schlüssel'.normalize('NFD'));
		expect(
			chooseColumns(headings, { isSheet: false, codeColumn: 'schlüssel' }, 'It'),
		).toMatchObject({ code: 1 });
	});
});

it.each(['Gültig bis', 'Gueltig bis', 'Ablaufdatum'])(
	'the column of the expiry is known by the heading %s, whatever form its accents have',
	(heading) => {
		for (const form of ['NFC', 'NFD']) {
			expect(
				chooseColumns(
					row('Code', 'Note', heading.normalize(form)),
					{ isSheet: false, expiry: 'column' },
					'It',
				),
			).toEqual({ code: 0, expiry: 2, hasHeader: true });
		}
	},
);

it.each(['E-Mail-Adresse', 'Kunden-E-Mail', 'Empfänger', 'Correo electrónico'])(
	'the column of the recipients is known by the heading %s',
	(heading) => {
		for (const form of ['NFC', 'NFD']) {
			expect(chooseImportColumns(row('Code', heading.normalize(form)), {}, 'It')).toMatchObject({
				code: 0,
				recipient: 1,
			});
		}
	},
);
