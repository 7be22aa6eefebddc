import { inflateSync } from 'node:zlib';

/** Whether the pixel at (x, y) of a black and white PNG is black. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	isBlack(x: number, y: number): boolean;
}

/** Reads a PNG with one bit per pixel and without filters. */
export function readPng(png: Buffer): Pixels {
	if (png.toString('latin1', 1, 4) !== 'PNG') throw new Error('This is no PNG');
	const chunks = new Map<string, Buffer>();
	for (let at = 8; at < png.length; ) {
		const length = png.readUInt32BE(at);
		chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
		at += 12 + length;
	}
	const header = chunks.get('IHDR') ?? Buffer.alloc(13);
	const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
	const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
	const bytesPerLine = 1 + Math.ceil(width / 8);
	if (lines.length !== bytesPerLine * height) throw new Error('Lines are missing');
	return {
		width,
		height,
		isBlack: (x, y) => (lines[y * bytesPerLine + 1 + (x >> 3)] & (0x80 >> (x & 7))) === 0,
	};
}
