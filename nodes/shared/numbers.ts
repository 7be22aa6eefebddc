import { invalidParameter } from './errors';

/**
 * A number that was entered. An expression may yield anything, and JavaScript makes numbers even of what is none: of
 * nothing at all a 0, with which any stock would cover a mailing.
 *
 * @param parameter its name on the panel
 */
export function numberFrom(value: unknown, parameter: string): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isFinite(number)) return number;
	const shown = String(JSON.stringify(value)).slice(0, 80);
	throw invalidParameter(
		`'${parameter}' is ${shown}, not a number`,
		'Give a number, or check the field that its expression reads.',
	);
}
