import type { CouponPoolsError } from '../errors';
import type { AttachedPictures } from './attached-pictures';
import type { MacroValues } from './message';
import { LONGEST_PART } from './parse-template';
import { templateError, type Place } from './template-error';

/** How a message is rendered: the options, with their defaults filled in. */
export interface Settings {
	readonly blankMissing: boolean;
	readonly timezone: string;
	readonly locale: string;
	readonly dateFormat?: string;
	readonly noExpiry: string;
	readonly now?: Date;
	readonly attachPictures: boolean;
	readonly macros?: MacroValues;
}

/** The rendering of one part of one message: what it reads, and what it has used up. */
export interface Run {
	readonly root: object;
	readonly settings: Settings;
	/** Attaches a picture, and returns its content id; undefined if pictures are put into the HTML. */
	readonly attach?: AttachedPictures['attach'];
	written: number;
	steps: number;
}

/** What a placeholder sees. A block that changes `this` opens a scope within its parent's, to which `../` goes back. */
export interface Scope {
	readonly run: Run;
	readonly context: unknown;
	readonly outer?: Scope;
	/** `@index`, `@key`, `@first` and `@last` of the innermost `#each`. */
	readonly loop?: Loop;
	/** The values of the innermost `as |names|`. */
	readonly named?: Named;
}

export interface Loop {
	readonly index: number;
	readonly key: string | number;
	readonly first: boolean;
	readonly last: boolean;
	readonly outer?: Loop;
}

export interface Named {
	readonly values: readonly unknown[];
	readonly outer?: Named;
}

/**
 * How many steps (pieces of template, more for helpers) a part may take: some 0.1 seconds. A table of 1,000 rows with
 * 20 fields each takes 40,000.
 */
const MOST_STEPS = 2_000_000;

/** Counts work done, so that loops within loops end. */
export function spend(run: Run, steps: number, place: Place): void {
	run.steps += steps;
	if (run.steps > MOST_STEPS) throw tooMuch(place, 'takes too long to render');
}

/** Counts characters put out, so that a message can't fill the memory. */
export function write(run: Run, length: number, place: Place): void {
	run.written += length;
	if (run.written > LONGEST_PART) throw tooMuch(place, `is longer than ${LONGEST_PART} characters`);
}

function tooMuch(place: Place, what: string): CouponPoolsError {
	return templateError(
		place,
		`the ${place.part} ${what}; it was at ${place.source}.`,
		'Put loops within loops, and long lists or texts, out of the message.',
	);
}

/**
 * Thrown by whatever answers macros, for one whose code is not known yet. Then the tag or whole block that depends on
 * this code is left out, and all the rest is rendered.
 */
export const UNANSWERED = new Error('The code of a macro is not known yet');

/** Renders nothing where a code is not known yet. */
export function ifAnswered(program: (scope: Scope) => string): (scope: Scope) => string {
	return (scope) => {
		try {
			return program(scope);
		} catch (cause) {
			if (cause === UNANSWERED) return '';
			throw cause;
		}
	};
}

/** Functions are not values for a template: it runs no code. */
export function valueOf(value: unknown): unknown {
	return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
}

/** A value's own field; what it inherits, above all methods, does not exist for a template. */
export function ownField(value: unknown, field: string): unknown {
	if (value === null || value === undefined || !Object.hasOwn(Object(value), field)) {
		return undefined;
	}
	return valueOf((value as Record<string, unknown>)[field]);
}

const FORBIDDEN = new Set([
	'__proto__',
	'constructor',
	'prototype',
	'__defineGetter__',
	'__defineSetter__',
	'__lookupGetter__',
	'__lookupSetter__',
]);

/** Refuses the names by which templates have reached from data to code. */
export function mustNotReach(field: string, place: Pick<Place, 'part' | 'line'>): void {
	if (!FORBIDDEN.has(field)) return;
	throw templateError(
		place,
		`a template may not reach for "${field}".`,
		'Name only fields of the data. If a field is really called so, give it another name before.',
	);
}

/** What stands for a field that is not there. */
export function missing({ settings, root }: Run, place: Place): string {
	if (settings.blankMissing) return '';
	const fields = Object.keys(root).slice(0, 10).join(', ');
	throw templateError(
		place,
		`${place.source} has no value.`,
		`Check how the field is spelled (there ${fields ? `are: ${fields}` : 'are none'}), or let missing fields be blank.`,
	);
}
