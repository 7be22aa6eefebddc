import { closeSync, openSync, writeSync } from 'node:fs';

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/**
 * Writes a CSV file of distinct codes in no order: 10 bytes per line, so that 1,000,000 are 10 MB. It is the same file
 * each time.
 */
export function writeCodeFile(path, count) {
	const file = openSync(path, 'w');
	let text = 'coupon_code\n';
	for (let n = 0; n < count; n++) {
		// An odd factor shuffles the numbers below 2^32 without repeating one (a permutation).
		let number = Math.imul(n, 2654435761) >>> 0;
		let code = 'XX';
		for (let digit = 0; digit < 7; digit++) {
			code += ALPHABET[number % 32];
			number = Math.floor(number / 32);
		}
		text += `${code}\n`;
		if (text.length > 1_000_000) {
			writeSync(file, text);
			text = '';
		}
	}
	writeSync(file, text);
	closeSync(file);
}
