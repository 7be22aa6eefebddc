import { CouponPoolsError } from '../errors';

/**
 * The text of a file: UTF-8, or UTF-16 where a byte order mark or the pattern of zero bytes says so. The byte order
 * mark is left out.
 *
 * @param head the first bytes, which `bytes` yields as well
 * @param name what errors call the file
 * @throws CouponPoolsError `invalid_file` if the bytes are not text in these encodings
 */
export async function* decodeText(
	bytes: AsyncIterable<Buffer>,
	head: Buffer,
	name: string,
): AsyncGenerator<string, void> {
	const encoding = detectEncoding(head, name);
	const decoder = new TextDecoder(encoding, { fatal: true });
	let linesBefore = 0;
	let lastPiece: Buffer = Buffer.alloc(0);
	try {
		for await (const piece of bytes) {
			lastPiece = piece;
			const text = decoder.decode(piece, { stream: true });
			yield text;
			linesBefore += countLineBreaks(text);
		}
		lastPiece = Buffer.alloc(0);
		yield decoder.decode();
	} catch (error) {
		if ((error as { code?: string }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') {
			throw error;
		}
		const readable = new TextDecoder(encoding).decode(lastPiece);
		const line = linesBefore + 1 + countLineBreaks(readable.slice(0, readable.indexOf('\ufffd')));
		throw new CouponPoolsError(
			'invalid_file',
			`${name} holds bytes that are not ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'} text, at about line ${line}`,
			{ hint: 'Save it anew as UTF-8; in Excel: Save As, “CSV UTF-8 (Comma delimited)”.' },
		);
	}
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function detectEncoding(head: Buffer, name: string): Encoding {
	if (head[0] === 0xff && head[1] === 0xfe) {
		return 'utf-16le';
	}
	if (head[0] === 0xfe && head[1] === 0xff) {
		return 'utf-16be';
	}
	const zeros = [0, 0];
	const looked = Math.min(head.length, 4096);
	for (let at = 0; at < looked; at++) {
		if (head[at] === 0) {
			zeros[at % 2]++;
		}
	}
	// Without a mark, the characters that codes are made of have a zero byte each in UTF-16, on one side only.
	const [even, odd] = zeros;
	if (odd > looked / 4 && even === 0) {
		return 'utf-16le';
	}
	if (even > looked / 4 && odd === 0) {
		return 'utf-16be';
	}
	if (even + odd > 0) {
		throw new CouponPoolsError('invalid_file', `${name} is a binary file, not a list of codes`, {
			hint: 'Save the codes as CSV, TXT or XLSX and upload that.',
		});
	}
	return 'utf-8';
}

function countLineBreaks(text: string): number {
	let count = 0;
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
		count++;
	}
	return count;
}
