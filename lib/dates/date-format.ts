import { invalidInput } from '../errors';

/** Whether dates are shown by a format, or read; Luxon knows other tokens for each. */
export type FormatUse = 'show' | 'read';

/**
 * Checks a date format, in Luxon's tokens, before a date is shown or read by it.
 *
 * Luxon accepts any text: what is not a token stands for itself, and `mm` is minutes wherever it stands. With Excel's
 * `dd.mm.yyyy`, it reads 31.12.2027 as 31 January, 0:12, and shows it as 31.59.2027.
 *
 * @throws {CouponPoolsError} `invalid_input` naming what is wrong and, for the usual mix-ups, the right form
 */
export function checkDateFormat(format: string, use: FormatUse): void {
	const key = `${use} ${format}`;
	if (right.has(key)) return;
	const fault = typeof format === 'string' ? faultOf(format, use) : 'it is not a text';
	if (fault !== undefined) {
		const shown = String(format).length > 40 ? `${String(format).slice(0, 40)}…` : String(format);
		throw invalidInput(
			`The date format "${shown}" is not right: ${fault}.`,
			typeof format === 'string' ? hintFor(format, use) : TOKENS_HINT,
		);
	}
	if (right.size < 1000) right.add(key);
}

/** Formats that were found to be right; a process sees a handful of them. */
const right = new Set<string>();

const TOKENS_HINT =
	'dd is the day, MM the month, yyyy the year, HH:mm hours and minutes. Put words between single quotes.';

/** Tokens that stand for a whole date or time in the language's own form. */
const MACROS = ['D', 'f', 'F', 't', 'T'];

/**
 * Luxon's tokens, https://moment.github.io/luxon/#/formatting?id=table-of-tokens and
 * https://moment.github.io/luxon/#/parsing?id=table-of-tokens. Not accepted for reading: `q`, which would overrule the
 * month, and the macros that name a timezone, which Luxon writes but cannot read.
 */
const TOKENS: Readonly<Record<FormatUse, ReadonlySet<string>>> = {
	show: new Set(
		(
			'S SSS u uu uuu s ss m mm h hh H HH Z ZZ ZZZ ZZZZ ZZZZZ z a d dd c ccc cccc ccccc E EEE EEEE EEEEE ' +
			'L LL LLL LLLL LLLLL M MM MMM MMMM MMMMM y yy yyyy yyyyyy G GG GGGGG kk kkkk W WW n nn ii iiii ' +
			'o ooo q qq X x D DD DDD DDDD t tt ttt tttt T TT TTT TTTT f ff fff ffff F FF FFF FFFF'
		).split(' '),
	),
	read: new Set(
		(
			'S SSS u uu uuu s ss m mm h hh H HH Z ZZ ZZZ z a d dd c ccc cccc E EEE EEEE L LL LLL LLLL ' +
			'M MM MMM MMMM y yy yyyy yyyyy yyyyyy G GG kk kkkk W WW o ooo D DD DDD DDDD t tt T TT f ff F FF'
		).split(' '),
	),
};

const DATE = ['day', 'month', 'year'];
const TIME = ['hour', 'minute'];

/** What a token stands for, by its letter. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
	d: ['day'],
	M: ['month'],
	L: ['month'],
	y: ['year'],
	o: ['day of the year'],
	k: ['year of the week'],
	W: ['week'],
	E: ['weekday'],
	c: ['weekday'],
	H: ['hour'],
	h: ['hour'],
	m: ['minute'],
	D: DATE,
	t: TIME,
	T: TIME,
	f: [...DATE, ...TIME],
	F: [...DATE, ...TIME],
};

/** A quoted piece, or one repeated letter of an alphabet with capitals. 年 and the like stand for themselves. */
const PIECES = /'[^']*'|([\p{Lu}\p{Ll}])\1*/gu;

function tokensOf(format: string): string[] {
	return [...format.matchAll(PIECES)].filter(({ 1: letter }) => letter).map(([token]) => token);
}

function faultOf(format: string, use: FormatUse): string | undefined {
	if (format.split("'").length % 2 === 0) return 'a quote in it is not closed';
	const tokens = tokensOf(format);
	const unknown = tokens.find((token) => !TOKENS[use].has(token));
	if (unknown !== undefined) {
		return use === 'read' && TOKENS.show.has(unknown)
			? `no date can be read by ${unknown}`
			: `${unknown.slice(0, 20)} means nothing`;
	}
	const told = tellersOf(tokens);
	const macro = [...told.values()]
		.filter((tellers) => tellers.length > 1)
		.flatMap((tellers) => tellers.filter(([letter]) => MACROS.includes(letter)))[0];
	if (macro) return `${macro} stands for a whole ${/^[tT]/.test(macro) ? 'time' : 'date'}`;

	const times = (field: string) => told.get(field)?.length ?? 0;
	if (times('minute') > times('hour')) {
		const stray = tokens.find((token, at) => token.startsWith('m') && !isHour(tokens[at - 1]));
		return `${stray ?? 'm'} is minutes, and no hour stands before it`;
	}
	if (told.has('hour') && !told.has('minute') && times('month') > 1) {
		return 'MM is the month, and minutes are mm';
	}
	return use === 'show' ? faultInShowing(tokens, told) : faultInReading(tokens, told);
}

type Tellers = ReadonlyMap<string, readonly string[]>;

/** What the format states, and by which tokens. */
function tellersOf(tokens: readonly string[]): Tellers {
	const told = new Map<string, string[]>();
	for (const token of tokens) {
		for (const field of TOLD[token[0]] ?? []) told.set(field, [...(told.get(field) ?? []), token]);
	}
	return told;
}

function faultInShowing(tokens: readonly string[], told: Tellers): string | undefined {
	if (told.has('month') && told.has('hour') && !told.has('day')) {
		return 'it has a month and an hour, and no day';
	}
	const halfDay = tokens.find((token) => token.startsWith('h'));
	return halfDay && !tokens.includes('a')
		? `${halfDay} is the same in the morning and in the evening`
		: undefined;
}

/**
 * Luxon takes the last of two tokens for the same thing, assumes today for what is left out, and throws for mixed ways
 * of dating.
 */
function faultInReading(tokens: readonly string[], told: Tellers): string | undefined {
	const twice = [...told].find(([, tellers]) => tellers.length > 1);
	if (twice) return `it has the ${twice[0]} twice, as ${twice[1].join(' and ')}`;
	if (tokens.includes('a') && tokens.some((token) => token.startsWith('H'))) {
		return 'the hour before am or pm is hh';
	}
	const ways = [DATE, ['year', 'day of the year'], ['weekday', 'week', 'year of the week']];
	const used = [...new Set(ways.flat())].filter((field) => field !== 'weekday' && told.has(field));
	const isWhole = ways.some(
		(way) => way.every((field) => told.has(field)) && used.every((field) => way.includes(field)),
	);
	if (isWhole) return undefined;
	const lacking = DATE.filter((field) => !told.has(field));
	return lacking.length > 0
		? `it has no ${lacking.join(' and no ')}`
		: 'it tells the day in more than one way';
}

function isHour(token: string | undefined): boolean {
	return token !== undefined && /^[hH]/.test(token);
}

function hintFor(format: string, use: FormatUse): string {
	const mended = mend(format);
	const isClear =
		mended !== format &&
		!format.includes('%') &&
		faultOf(mended, use) === undefined &&
		[...tellersOf(tokensOf(mended)).values()].every((tellers) => tellers.length === 1);
	return isClear ? `Write ${mended}.` : TOKENS_HINT;
}

/**
 * What was meant by the codes of Excel in its various languages (TT.MM.JJJJ, JJ/MM/AAAA), or of other libraries (YYYY).
 */
function mend(format: string): string {
	const letters = new Set(tokensOf(format).map(([letter]) => letter));
	// Where the year is aaaa, a day is jj (French) or gg (Italian).
	const isLatin = /a{2}/i.test(format);
	const saysHalf = tokensOf(format).some((token) => /^a$/i.test(token));
	const hasDate = /[dyjat]/i.test([...letters].join(''));
	let before: string | undefined;
	return format.replace(PIECES, (token, letter?: string) => {
		if (letter === undefined) return token;
		const made = meant(token);
		before = made;
		return made;
	});

	function meant(token: string): string {
		const { length } = token;
		const as = (letter: string) => letter.repeat(length);
		if (/^(?:Y+|[aA]{2,})$/.test(token)) return as('y');
		if (token === 'A') return 'a';
		if (/^[jJ]+$/.test(token)) return as(isLatin ? 'd' : 'y');
		if (/^[DTt]+$/.test(token) || (isLatin && /^[gG]+$/.test(token))) {
			return letters.has('d') ? token : as('d');
		}
		if (/^d{3,4}$/.test(token)) return as('E');
		if (/^m+$/.test(token) && !isHour(before) && hasDate) return as('M');
		if (token === 'MM' && isHour(before)) return 'mm';
		if (/^S+$/.test(token) && before?.startsWith('m')) return as('s');
		return /^h+$/.test(token) && !saysHalf ? as('H') : token;
	}
}
