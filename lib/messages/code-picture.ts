import { createRequire } from 'node:module';

import type * as BwipJs from 'bwip-js';

import { blackAndWhitePng, type Modules } from './png';

/**
 * The symbologies by the names that people know, what bwip-js calls them, and how many modules of white they need: all
 * around, or for bars, at both sides.
 */
const SYMBOLS = {
	qrcode: { encoder: 'qrcode', quiet: 4, bars: false },
	aztec: { encoder: 'azteccode', quiet: 2, bars: false },
	datamatrix: { encoder: 'datamatrix', quiet: 2, bars: false },
	pdf417: { encoder: 'pdf417', quiet: 2, bars: false },
	code128: { encoder: 'code128', quiet: 10, bars: true },
	code39: { encoder: 'code39', quiet: 10, bars: true },
	ean13: { encoder: 'ean13', quiet: 11, bars: true },
	ean8: { encoder: 'ean8', quiet: 7, bars: true },
	upca: { encoder: 'upca', quiet: 9, bars: true },
	itf: { encoder: 'interleaved2of5', quiet: 10, bars: true },
} as const satisfies Record<string, { encoder: string; quiet: number; bars: boolean }>;

export type SymbolType = keyof typeof SYMBOLS;

export const SYMBOL_TYPES = Object.keys(SYMBOLS) as SymbolType[];

export function isSymbolType(type: string): type is SymbolType {
	return Object.hasOwn(SYMBOLS, type);
}

export interface PictureOptions {
	readonly type: SymbolType;
	readonly text: string;
	/** The greatest width, in pixels, including its white margin. */
	readonly size: number;
	/** The height of bars, in pixels; ignored for types made of squares. */
	readonly height: number;
}

/** A picture at twice the resolution at which it is shown, so that it is sharp on every screen and on paper. */
export interface Picture {
	readonly png: Buffer;
	/** In the pixels of HTML. */
	readonly width: number;
	readonly height: number;
}

/** Characters. Beyond this, the modules of a picture can no longer be read off a screen; it bounds the work, too. */
const LONGEST_PICTURED = 300;

/**
 * Draws a code as a barcode.
 *
 * The pictures drawn last are kept: a shared code is the same for everybody, and drawing a QR code takes 5 to 200
 * milliseconds, depending on its length (Node 20, one core).
 *
 * @returns the picture; or if the text cannot be drawn so, the reason as a sentence
 */
export function drawCode(options: PictureOptions): Picture | string {
	const key = JSON.stringify(options);
	const known = drawn.get(key);
	if (known) return known;
	const picture = draw(options);
	if (typeof picture === 'string') return picture;
	if (drawn.size >= KEPT) drawn.clear();
	drawn.set(key, picture);
	return picture;
}

/** Each takes a few kilobytes. */
const KEPT = 100;

const drawn = new Map<string, Picture>();

function draw({ type, text, size, height }: PictureOptions): Picture | string {
	if (text.length > LONGEST_PICTURED) {
		return `It has ${text.length} characters, and ${LONGEST_PICTURED} is the most.`;
	}
	const { quiet, bars } = SYMBOLS[type];
	const symbol = encode(type, text);
	if (typeof symbol === 'string') return symbol;
	const { rows, rowHeight } = symbol;
	const wide = rows[0].length + 2 * quiet;
	const scale = Math.floor(size / wide);
	if (scale < 1) return `It is ${wide} pixels wide at least, and ${size} is the most allowed.`;

	const above = bars ? [] : Array<boolean[]>(quiet).fill(Array<boolean>(wide).fill(false));
	const margin = Array<boolean>(quiet).fill(false);
	const modules: Modules = [
		...above,
		...rows.map((row) => [...margin, ...row, ...margin]),
		...above,
	];
	const rowPixels = bars ? height : rowHeight * scale;
	const heights = modules.map((_, index) =>
		index < above.length || index >= modules.length - above.length ? scale : rowPixels,
	);
	return {
		png: blackAndWhitePng(
			modules,
			2 * scale,
			heights.map((one) => 2 * one),
		),
		width: wide * scale,
		height: heights.reduce((sum, one) => sum + one, 0),
	};
}

/** What bwip-js returns: the widths of bars and spaces in turn, or squares row by row. */
interface RawSymbol {
	readonly sbs?: readonly number[];
	readonly pixs?: readonly number[];
	readonly pixx?: number;
	readonly pixy?: number;
}

interface EncodedSymbol {
	readonly rows: boolean[][];
	/** In modules. */
	readonly rowHeight: number;
}

function encode(type: SymbolType, text: string): EncodedSymbol | string {
	// Scanners do not agree on what other characters in bars are.
	if (!/^[\x20-\x7e]+$/.test(text) && SYMBOLS[type].bars) {
		return 'Bars hold unaccented letters, digits and ASCII signs only.';
	}
	const otherNumber = readAsAnother(type, text);
	if (otherNumber !== undefined) return otherNumber;
	let symbol: RawSymbol;
	try {
		[symbol] = bwipJs().raw({ bcid: SYMBOLS[type].encoder, text }) as RawSymbol[];
	} catch (cause) {
		// `bwipp.ean13badLength#6878: EAN-13 must be 12 or 13 digits`
		const said = cause instanceof Error ? cause.message : String(cause);
		return `${said.replace(/^bwipp\.\S+:\s*/, '')}.`;
	}
	const { sbs, pixs, pixx = 0, pixy = 0 } = symbol;
	if (sbs) {
		const bars = sbs.flatMap((width, index) => Array<boolean>(width).fill(index % 2 === 0));
		return { rows: [bars], rowHeight: 1 };
	}
	const squares = pixs ?? [];
	const count = squares.length / pixx;
	const rows = Array.from({ length: count }, (_, row) =>
		squares.slice(row * pixx, (row + 1) * pixx).map((square) => square === 1),
	);
	return { rows, rowHeight: pixy / count };
}

/** The digits of a retail number, the last of which is the check digit. */
const DIGITS: Partial<Record<SymbolType, number>> = { ean13: 13, ean8: 8, upca: 12 };

/**
 * Why a scanner would read another number than the code: bwip-js puts a 0 before an odd number of digits where they are
 * drawn in pairs, and adds the check digit to retail numbers, so that the shop would be asked for a code that it does
 * not know.
 */
function readAsAnother(type: SymbolType, text: string): string | undefined {
	const isDigits = /^\d+$/.test(text);
	if (type === 'itf' && isDigits && text.length % 2 === 1) {
		return `It would be read as 0${text}, since its digits are drawn in pairs.`;
	}
	const digits = DIGITS[type];
	if (digits === undefined || (isDigits && text.length === digits)) return undefined;
	return isDigits && text.length === digits - 1
		? `It would be read as ${text}${checkDigit(text)}, with a check digit.`
		: `It has to be ${digits} digits, the last of them the check digit.`;
}

/**
 * https://www.gs1.org/services/how-calculate-check-digit-manually: from the right, digits count three times and once in
 * turn.
 */
function checkDigit(digits: string): number {
	const sum = [...digits]
		.reverse()
		.reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
	return (10 - (sum % 10)) % 10;
}

const load = createRequire(__filename);

/** Loaded when first needed: it takes 80 milliseconds and 8 MB, and most messages have no picture. */
function bwipJs(): typeof BwipJs {
	return load('bwip-js') as typeof BwipJs;
}
