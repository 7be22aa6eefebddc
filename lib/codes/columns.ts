import { invalidInput } from '../errors';
import { cellText, type Row } from './row';
import type { UploadOptions } from './upload-report';

/** Where in a row the code and its expiry stand, from 0. */
export interface Columns {
	readonly code: number;
	/** Null if the expiry is not read from the file. */
	readonly expiry: number | null;
	/** The first row names the columns and holds no code. */
	readonly hasHeader: boolean;
}

/** Headings, without case, spaces and signs, that the suites' exports and people use. */
export const CODE_HEADINGS = new Set(
	`code codes coupon coupons couponcode couponcodes assignedcouponcode promocode promocodes promotioncode promo voucher
	vouchers vouchercode vouchercodes discount discountcode discountcodes giftcode giftcardcode
	uniquecode rewardcode referralcode offercode gutschein gutscheincode gutscheine aktionscode
	rabattcode codepromo codigo cupon cupom kortingscode kod`.split(/\s+/),
);

export const EXPIRY_HEADINGS = new Set(
	`expiry expirydate expires expiresat expireson expiration expirationdate expirydatetime expiresdate
	expire expireat expireson expiredate expired validuntil validto validthrough enddate endsat
	couponexpiry couponexpiration couponexpirationdate codeexpiry codeexpiration codeexpirationdate
	ablaufdatum gültigbis ablauf`.split(/\s+/),
);

/**
 * Decides from the first row with something in it which columns hold what.
 *
 * @throws CouponPoolsError `invalid_input` if a column was asked for that the file has not
 */
export function chooseColumns(
	first: Row,
	options: UploadOptions & { isSheet: boolean },
	name: string,
): Columns {
	const headings = first.cells.map((cell) => cellText(cell).trim());
	// A sheet leaves out empty cells at the end of a row; a line of text has all its columns, or one column is all.
	const width = options.isSheet ? Infinity : headings.length;
	const usualCode = headings.findIndex((heading) => CODE_HEADINGS.has(plain(heading)));
	const usualExpiry = headings.findIndex((heading) => EXPIRY_HEADINGS.has(plain(heading)));
	const header = options.header ?? 'auto';
	const isNamed = [options.codeColumn, options.expiryColumn].some(
		(column) => column !== undefined && !isNumber(column),
	);
	const hasHeader =
		header === 'yes' || (header === 'auto' && (isNamed || usualCode >= 0 || usualExpiry >= 0));
	if (isNamed && !hasHeader) {
		throw invalidInput(
			`${name}: a column is chosen by its heading, but the file is said to have none`,
			"Choose the column by its number, from 1, or set 'First Row Is a Heading' to 'Tell by the Content'.",
		);
	}
	const find = (column: string | number | undefined, usual: number, otherwise: number): number =>
		column === undefined || column === ''
			? hasHeader && usual >= 0
				? usual
				: otherwise
			: findColumn(column, headings, width, name);

	const withExpiry = options.expiry === 'column';
	const firstBesideExpiry =
		hasHeader && withExpiry && usualExpiry === 0 && headings.length > 1 ? 1 : 0;
	const code = find(options.codeColumn, usualCode, firstBesideExpiry);
	if (!withExpiry) {
		return { code, expiry: null, hasHeader };
	}
	const expiry = find(options.expiryColumn, usualExpiry, code === 1 ? 0 : 1);
	if (expiry === code || expiry >= width) {
		throw invalidInput(
			`${name} has no column with an expiry: its first line is ${shown(headings)}`,
			'Put the expiry in the second column, or choose column and delimiter, or another kind of expiry.',
		);
	}
	return { code, expiry, hasHeader };
}

/**
 * Where the column of this heading or number stands, from 0.
 *
 * @throws CouponPoolsError `invalid_input` if there is none
 */
export function findColumn(
	column: string | number,
	headings: readonly string[],
	width: number,
	name: string,
): number {
	const named = headings.findIndex(
		(heading) => plain(heading) === plain(String(column)) && plain(heading) !== '',
	);
	const at =
		isNumber(column) && (named < 0 || typeof column === 'number') ? Number(column) - 1 : named;
	if (at < 0 || at >= width) {
		throw invalidInput(
			`${name} has no column ${isNumber(column) ? column : JSON.stringify(column)}: its first line is ${shown(headings)}`,
			'Choose a heading of the file, or the number of a column, from 1.',
		);
	}
	return at;
}

/** Whether a column is named by its number. */
export function isNumber(column: string | number): boolean {
	return typeof column === 'number' || /^\s*\d*\s*$/.test(column);
}

/** A heading without case, spaces and signs. */
export function plain(heading: string): string {
	return heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Headings for an error. */
export function shown(headings: readonly string[]): string {
	const list = headings.slice(0, 10).map((heading) => JSON.stringify(heading.slice(0, 40)));
	return list.join(', ') + (headings.length > 10 ? ', …' : '');
}
