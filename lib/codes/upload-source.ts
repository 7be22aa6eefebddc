import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { CouponPoolsError, invalidInput } from '../errors';

/** What can be uploaded: the bytes of a file, pasted text, or items. */
export type UploadSource =
	| string
	| Uint8Array
	| Readable
	| AsyncIterable<Uint8Array>
	| Iterable<UploadItem>
	| AsyncIterable<UploadItem>;

/** One code that comes by itself. A number is taken only where it can hold every digit. */
export interface UploadItem {
	readonly code: string | number;
	/** Default: never. A date without a time, or with 00:00:00, means the end of that day in the upload's timezone. */
	readonly expiresAt?: Date | string | null;
}

/** The same with items of any fields. */
export type AnySource = UploadSource | Iterable<object> | AsyncIterable<object>;

/** A source that is ready to be read once; its hash is known when it has been read to its end. */
export type OpenedSource = { hash(): string; close: Close } & (
	| { kind: 'file'; head: Buffer; bytes: AsyncIterable<Buffer> }
	| { kind: 'items'; items: AsyncIterable<object>; fields: readonly string[] }
);

/**
 * Ends a source wherever it stands, since one that was not read to its end would stay open. Nobody waits for it: one that
 * has stalled may take for ever.
 */
type Close = () => void;

/** Bytes of the head: enough to tell what a file is, and its delimiter. */
const HEAD = 64 * 1024;

/**
 * Past the head, bytes are handed on in pieces of at most this size, so that one large buffer is not turned
 * into rows all at once: what is alive when the garbage collector looks is kept for long.
 */
const PIECE = 16 * 1024;

/**
 * Reads the beginning of a source to tell bytes from items.
 *
 * @param name what errors call the source
 * @param fields of the items, in the order of the cells of a row; an item that is no object is the first of them
 * @throws CouponPoolsError `invalid_file` if it cannot be read
 */
export async function openSource(
	source: AnySource,
	name: string,
	fields: readonly string[] = ['code', 'expiresAt'],
): Promise<OpenedSource> {
	if (typeof source === 'string' || source instanceof Uint8Array) {
		return await openBytes([source], name, () => undefined);
	}
	if (!isIterable(source)) {
		throw invalidInput(
			'The codes to upload are neither a file, nor text, nor a list of items',
			'Give a stream, a buffer, a string, or objects with a `code`.',
		);
	}
	const parts = explainBreak(source, name);
	const close = () => void parts.return().catch(() => undefined);
	const first = await parts.next();
	const all = startingWith(first, parts);
	// A list holds items, even if these are mere strings; what an asynchronous source holds is told by what comes first.
	const isItems = Symbol.iterator in source || (!first.done && !isBytes(first.value));
	return isItems ? openItems(all, fields, close) : await openBytes(all, name, close);
}

/** Closes a stream of which nothing was read, as after an error; files would stay open otherwise. */
export function closeSource(source: AnySource): void {
	if (source instanceof Readable && !source.destroyed) {
		source.on('error', () => undefined).destroy();
	}
}

async function openBytes(
	parts: Iterable<unknown> | AsyncIterable<unknown>,
	name: string,
	close: Close,
): Promise<OpenedSource> {
	const hash = createHash('sha256');
	const pieces = cutIntoPieces(parts, hash, name);
	const beginning: Buffer[] = [];
	let length = 0;
	while (length < HEAD) {
		const piece = await pieces.next();
		if (piece.done) {
			break;
		}
		beginning.push(piece.value);
		length += piece.value.length;
	}
	const head = Buffer.concat(beginning);
	const bytes = (async function* () {
		yield head;
		yield* pieces;
	})();
	return { kind: 'file', head, bytes, hash: () => hash.digest('hex'), close };
}

async function* cutIntoPieces(
	parts: Iterable<unknown> | AsyncIterable<unknown>,
	hash: { update(piece: Buffer): unknown },
	name: string,
): AsyncGenerator<Buffer, void> {
	for await (const part of parts) {
		if (!isBytes(part)) {
			throw invalidInput(`${name} mixes bytes with something else (${typeof part})`);
		}
		const buffer = typeof part === 'string' ? Buffer.from(part) : asBuffer(part);
		for (let start = 0; start < buffer.length; start += PIECE) {
			const piece = buffer.subarray(start, start + PIECE);
			hash.update(piece);
			yield piece;
		}
	}
}

function openItems(
	parts: AsyncIterable<unknown>,
	fields: readonly string[],
	close: Close,
): OpenedSource {
	const hash = createHash('sha256');
	const items = (async function* () {
		for await (const part of parts) {
			const item = typeof part === 'object' && part !== null ? part : { [fields[0]]: part ?? '' };
			const values = fields.map((field) => (item as Record<string, unknown>)[field] ?? null);
			hash.update(`${JSON.stringify(values)}\n`);
			yield item;
		}
	})();
	return { kind: 'items', items, fields, hash: () => hash.digest('hex'), close };
}

/** A source that breaks in the middle is the file's fault, not the database's, in whose transaction it is read. */
async function* explainBreak(
	source: Iterable<unknown> | AsyncIterable<unknown>,
	name: string,
): AsyncGenerator<unknown, void> {
	try {
		yield* source;
	} catch (error) {
		if (error instanceof CouponPoolsError) {
			throw error;
		}
		throw new CouponPoolsError(
			'invalid_file',
			`${name} could not be read to its end: ${error instanceof Error ? error.message : String(error)}`,
			{ hint: 'Nothing was stored. Send it again.', cause: error },
		);
	}
}

async function* startingWith(
	first: IteratorResult<unknown, void>,
	rest: AsyncIterator<unknown, void>,
): AsyncGenerator<unknown, void> {
	try {
		for (let part = first; !part.done; part = await rest.next()) {
			yield part.value;
		}
	} finally {
		await rest.return?.();
	}
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
	return (
		typeof value === 'object' &&
		value !== null &&
		(Symbol.iterator in value || Symbol.asyncIterator in value)
	);
}

/** A stream with an encoding set gives strings. */
function isBytes(part: unknown): part is Uint8Array | string {
	return part instanceof Uint8Array || typeof part === 'string';
}

function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
