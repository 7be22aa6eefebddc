import { checkDateFormat } from '../dates/date-format';
import { checkLocale } from '../dates/locale';
import { readInstant } from '../dates/read-date';
import { daysUntil, showDate } from '../dates/show-date';
import type { CouponPoolsError } from '../errors';
import { link } from './link';
import { BARCODE, QRCODE } from './picture-helpers';
import { missing, mustNotReach, ownField, spend, type Run } from './run';
import { isInstant, showValue } from './show-value';
import { inTemplate, templateError, type Place } from './template-error';

/** The named values that a helper is given: `{{name first second key=value}}`. */
export type Named = Readonly<Record<string, unknown>>;

export interface Helper {
	/** How it is written, for the error. */
	readonly form: string;
	readonly params: number;
	/** The names it takes; any if left out. */
	readonly named?: readonly string[];
	/** Finds out, before anything is rendered, what is wrong with values that are written as texts. */
	readonly check?: (written: Named) => void;
	/** Its value can only be shown in HTML. */
	readonly htmlOnly?: boolean;
	readonly value: (params: readonly unknown[], named: Named, run: Run, place: Place) => unknown;
}

/** The helpers that stand for a value. Those that open a block are in `blocks.ts`. */
export const HELPERS: ReadonlyMap<string, Helper> = new Map<string, Helper>([
	[
		'date',
		{
			form: '{{date coupon.expiresAt format="dd.MM.yyyy" locale="de" timezone="Europe/Berlin" never="no end"}}',
			params: 1,
			named: ['format', 'locale', 'timezone', 'never'],
			check: (written) => {
				const [format, locale] = [option(written, 'format'), option(written, 'locale')];
				if (format) checkDateFormat(format, 'show');
				if (locale) checkLocale(locale);
			},
			value: ([value], named, run, place) => showDateField(value, named, run, place),
		},
	],
	[
		'daysLeft',
		{
			form: '{{daysLeft coupon.expiresAt timezone="Europe/Berlin"}}',
			params: 1,
			named: ['timezone'],
			value: ([value], named, run, place) => {
				const timezone = option(named, 'timezone') ?? run.settings.timezone;
				return withInstant(value, timezone, run, place, (instant) =>
					daysUntil(instant, run.settings.now ?? new Date(), timezone),
				);
			},
		},
	],
	['qrcode', QRCODE],
	['barcode', BARCODE],
	[
		'link',
		{
			form: '{{link "https://shop.example/cart" code=coupon.code}}',
			params: 1,
			value: ([address], named, run, place) => linkTo(address, named, run, place),
		},
	],
	[
		'lookup',
		{
			form: '{{lookup fields name}}',
			params: 2,
			named: [],
			value: ([value, field], _named, _run, place) => {
				const name = showValue(field) ?? '';
				mustNotReach(name, place);
				return ownField(value, name);
			},
		},
	],
]);

/** The blocks of `blocks.ts`. */
const BLOCK_NAMES = ['if', 'unless', 'each', 'with'];

/** The error for a helper that does not exist, or stands where it cannot. */
export function unknownHelper(name: string, place: Place): CouponPoolsError {
	const helper = HELPERS.get(name);
	if (helper) {
		return templateError(
			place,
			`"${name}" stands for a value and opens no block.`,
			`Write it as ${helper.form}.`,
		);
	}
	if (BLOCK_NAMES.includes(name)) {
		return templateError(
			place,
			`"${name}" opens a block and stands for no value.`,
			`Write it as {{#${name} …}}…{{/${name}}}.`,
		);
	}
	return templateError(
		place,
		`${place.source} uses a helper "${name}", which there is not.`,
		`There are ${[...HELPERS.keys()].join(', ')}, and the blocks ${BLOCK_NAMES.map((block) => `#${block}`).join(', ')}. ` +
			'A field stands alone, as {{coupon.code}}.',
	);
}

/** A date field as the reader is to see it; for a date that never comes, the chosen text. */
export function showDateField(value: unknown, named: Named, run: Run, place: Place): unknown {
	const { settings } = run;
	if (isNever(value)) return showValue(named.never) ?? settings.noExpiry;
	const timezone = option(named, 'timezone') ?? settings.timezone;
	return withInstant(value, timezone, run, place, (instant) =>
		showDate(instant, {
			timezone,
			locale: option(named, 'locale') ?? settings.locale,
			format: option(named, 'format') ?? settings.dateFormat,
		}),
	);
}

/** Never is null in this library's coupons, and in those read by other steps `infinity`, as PostgreSQL writes it. */
function isNever(value: unknown): boolean {
	return value === null || value === Infinity || value === 'infinity';
}

function withInstant<Result>(
	value: unknown,
	timezone: string,
	run: Run,
	place: Place,
	use: (instant: Date) => Result,
): Result | string {
	if (isNever(value) || value === '') return '';
	if (value === undefined) return missing(run, place);
	return inTemplate(place, () => {
		const plain = isInstant(value) ? value.toJSDate() : value;
		const written = plain instanceof Date ? plain : String(showValue(plain) ?? 'an object');
		return use(readInstant(written, { timezone, edge: 'end', field: place.source }));
	});
}

function option(named: Named, name: string): string | undefined {
	return showValue(named[name]) || undefined;
}

function linkTo(address: unknown, named: Named, run: Run, place: Place): string {
	const base = showValue(address) ?? missing(run, place);
	if (base === '') return '';
	const pairs = Object.entries(named).map(([name, value]): [string, string | null] => [
		name,
		value === null ? null : (showValue(value) ?? missing(run, place)),
	]);
	const made = link(base, pairs);
	if (made === undefined) {
		throw templateError(
			place,
			`${place.source} would link to a script ("${base.trim().slice(0, 40)}").`,
			'Link to an address that begins with https://, or with the scheme of your app.',
		);
	}
	spend(run, made.length >> 4, place);
	return made;
}
