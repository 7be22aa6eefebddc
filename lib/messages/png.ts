import { crc32, deflateSync } from 'node:zlib';

/** Rows of modules: true is black. All are of one length. */
export type Modules = ReadonlyArray<readonly boolean[]>;

/**
 * A black and white PNG, one bit per pixel, https://www.w3.org/TR/png-3/: a QR code of 290 pixels takes some 400 bytes.
 * SVG would be smaller still, but mail programs show none.
 *
 * @param zoom width of a module in pixels
 * @param heights height of each row in pixels
 */
export function blackAndWhitePng(
	modules: Modules,
	zoom: number,
	heights: readonly number[],
): Buffer {
	const width = modules[0].length * zoom;
	const height = heights.reduce((sum, one) => sum + one, 0);
	const bytesPerLine = 1 + Math.ceil(width / 8);
	const lines = Buffer.alloc(bytesPerLine * height);
	let at = 0;
	modules.forEach((row, index) => {
		const line = lineOf(row, zoom, bytesPerLine);
		for (let copy = 0; copy < heights[index]; copy += 1) at += line.copy(lines, at);
	});

	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// One bit of grey per pixel; compression, filter and interlacing are the only or the usual ones.
	header.set([1, 0, 0, 0, 0], 8);
	return Buffer.concat([
		Buffer.from('89504e470d0a1a0a', 'hex'),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(lines)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/** A line of pixels, after the byte that names its filter: none. White is 1. */
function lineOf(row: readonly boolean[], zoom: number, bytes: number): Buffer {
	const line = Buffer.alloc(bytes);
	for (let pixel = 0; pixel < row.length * zoom; pixel += 1) {
		if (!row[Math.floor(pixel / zoom)]) line[1 + (pixel >> 3)] |= 0x80 >> (pixel & 7);
	}
	return line;
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([length, body, sum]);
}
