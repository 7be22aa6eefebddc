import Handlebars from 'handlebars';

import { drawCode, isSymbolType, SYMBOL_TYPES, type SymbolType } from './code-picture';
import type { Helper, Named } from './inline-helpers';
import { Markup } from './markup';
import { missing, spend, type Run } from './run';
import { showValue } from './show-value';
import { templateError, type Place } from './template-error';

/** In pixels: what fits most phones, and what a scanner can still read from one. */
const WIDEST = 1000;
const HIGHEST = 300;

export const QRCODE: Helper = {
	form: '{{qrcode coupon.code size=200 alt="Your code"}}',
	params: 1,
	named: ['size', 'alt'],
	htmlOnly: true,
	value: ([text], named, run, place) => {
		const size = pixels(named, 'size', 200, WIDEST, place);
		return pictureOf(text, 'qrcode', { size, height: 0 }, named, run, place);
	},
};

export const BARCODE: Helper = {
	form: '{{barcode coupon.code type="code128" size=400 height=80 alt="Your code"}}',
	params: 1,
	named: ['type', 'size', 'height', 'alt'],
	htmlOnly: true,
	value: ([text], named, run, place) => {
		const size = pixels(named, 'size', 400, WIDEST, place);
		const height = pixels(named, 'height', 80, HIGHEST, place);
		return pictureOf(text, typeOf(named, place), { size, height }, named, run, place);
	},
};

function typeOf(named: Named, place: Place): SymbolType {
	const type = (showValue(named.type) || 'code128').toLowerCase().replace(/[\s_-]/g, '');
	if (isSymbolType(type)) return type;
	throw templateError(
		place,
		`${place.source} names a type of barcode that there is not: "${type.slice(0, 40)}".`,
		`Choose one of ${SYMBOL_TYPES.join(', ')}.`,
	);
}

function pixels(named: Named, name: string, usual: number, most: number, place: Place): number {
	const value = named[name] ?? usual;
	const number = Number(typeof value === 'object' ? NaN : value);
	if (Number.isInteger(number) && number >= 20 && number <= most) return number;
	throw templateError(
		place,
		`${place.source} has a ${name} that is not a number of pixels from 20 to ${most}.`,
		`Write it as ${name}=${usual}.`,
	);
}

/**
 * The steps that a picture counts for, as such and for each of its characters. So a part may have some ten pictures of
 * a code, or four of a long link, which take half a second to draw.
 */
const PICTURE_STEPS = 150_000;
const CHARACTER_STEPS = 1_000;

function pictureOf(
	value: unknown,
	type: SymbolType,
	measures: { size: number; height: number },
	named: Named,
	run: Run,
	place: Place,
): Markup | string {
	// A coupon that could not be given has null for a code.
	const text = (value === null ? undefined : showValue(value)) ?? missing(run, place);
	if (text === '') return '';
	spend(run, PICTURE_STEPS + text.length * CHARACTER_STEPS, place);
	const picture = drawCode({ type, text, ...measures });
	if (typeof picture === 'string') {
		throw templateError(
			place,
			`"${text.length > 40 ? `${text.slice(0, 40)}…` : text}" cannot be drawn as ${type}. ${picture}`,
			type === 'qrcode'
				? 'Put a shorter text or link into it, or give it a larger size.'
				: 'Choose another type, as {{qrcode coupon.code}} or type="code128", or a larger size.',
		);
	}
	const { png, width, height } = picture;
	const source = run.attach ? `cid:${run.attach(type, png)}` : dataUri(png);
	const alt = Handlebars.escapeExpression(showValue(named.alt) ?? text);
	return new Markup(`<img src="${source}" width="${width}" height="${height}" alt="${alt}">`);
}

function dataUri(png: Buffer): string {
	return `data:image/png;base64,${png.toString('base64')}`;
}
