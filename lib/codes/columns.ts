import { invalidInput } from '../errors';
import { readCode } from './check-code';
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

/** Headings as `plain` leaves them, from a list separated by blanks. */
export const headingsOf = (list: string) => new Set(list.split(/\s+/).map(plain));

/** Headings that the suites' exports and people use, without case, spaces and signs. */
const CODE_HEADINGS = headingsOf(
	`code codes couponcode couponcodes assignedcouponcode promocode promocodes promotioncode promotioncodes
	vouchercode vouchercodes vouchernumber discountcode discountcodes giftcode giftcodes giftcardcode giftcardcodes
	uniquecode uniquecodes rewardcode rewardcodes referralcode referralcodes offercode offercodes couponnumber
	gutscheincode gutscheincodes gutscheinnummer gutscheinnummern aktionscode aktionscodes rabattcode rabattcodes
	codepromo codespromo código códigos promocódigo promocódigos kortingscode kortingscodes actiecode actiecodes
	kod kody kuponcode kuponkod kuponkode rabattkod rabatkode промокод промокоды クーポンコード`,
);

/**
 * What the column of the codes is called as well; next to a heading that says code, it is mostly what the code is
 * worth.
 */
const OFFER_HEADINGS = headingsOf(
	`coupon coupons promo voucher vouchers discount gutschein gutscheine cupón cupones cupom cupons kupon kupons
	kupony купон купоны クーポン`,
);

export const EXPIRY_HEADINGS = headingsOf(
	`expiry expirydate expires expiresat expireson expiration expirationdate expirydatetime expiresdate
	expire expireat expireson expiredate expired validuntil validto validthrough enddate endsat
	couponexpiry couponexpiration couponexpirationdate codeexpiry codeexpiration codeexpirationdate
	ablaufdatum gültigbis gueltigbis ablauf`,
);

/** The column of the codes by its heading, from 0; -1 if there is no usual heading. */
export function usualCodeColumn(headings: readonly string[]): number {
	const plainOnes = headings.map(plain);
	const named = plainOnes.findIndex((heading) => CODE_HEADINGS.has(heading));
	return named >= 0 ? named : plainOnes.findIndex((heading) => OFFER_HEADINGS.has(heading));
}

/**
 * Decides from the first row with something in it which columns hold what.
 *
 * @throws CouponPoolsError `invalid_input` if a column was asked for that the file does not have
 */
export function chooseColumns(
	first: Row,
	options: UploadOptions & { isSheet: boolean },
	name: string,
): Columns {
	const headings = first.cells.map((cell) => cellText(cell).trim());
	// A sheet leaves out empty cells at the end of a row; a line of text has all its columns, or one column is all.
	const width = options.isSheet ? Infinity : headings.length;
	const usualCode = usualCodeColumn(headings);
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
	const isNotNamed = hasHeader && !isOfTwoColumns(headings);
	const expiry = find(options.expiryColumn, usualExpiry, isNotNamed ? -1 : code === 1 ? 0 : 1);
	if (expiry < 0 || expiry === code || expiry >= width) {
		throw invalidInput(
			`${name} has no column with an expiry: its first line is ${shown(headings)}`,
			'Choose the column with the expiry by its heading or number, check the delimiter, or choose another kind of expiry.',
		);
	}
	return { code, expiry, hasHeader };
}

/**
 * Refuses a list of codes that stands on the only line of a text, where all but the first would be further columns.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export function refuseListOnOneLine(only: Row, { expiry }: Columns, name: string): void {
	const codes = only.cells.flatMap((cell, at) => {
		const read = readCode(cell);
		return at !== expiry && 'code' in read ? [read.code] : [];
	});
	if (codes.length < 2) return;
	throw invalidInput(
		`${name} has one line only, with several codes in it: ${shown(codes)}`,
		"Put each code on a line of its own. If the others are no codes, set 'Code Column' to 1.",
	);
}

/**
 * Whether there are two columns only: then the one beside the codes has the expiry, whatever its heading; of more
 * columns, any could.
 */
function isOfTwoColumns(headings: readonly string[]): boolean {
	return headings.length === 2 || headings.findLastIndex((heading) => heading !== '') === 1;
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

/** A heading without case, accents (which some systems write apart from their letters), spaces and signs. */
export function plain(heading: string): string {
	return heading
		.toLowerCase()
		.normalize('NFKD')
		.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Headings for an error. */
export function shown(headings: readonly string[]): string {
	const list = headings.slice(0, 10).map((heading) => JSON.stringify(heading.slice(0, 40)));
	return list.join(', ') + (headings.length > 10 ? ', …' : '');
}
