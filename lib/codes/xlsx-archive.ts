import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { open, type Entry, type ZipFile } from 'yauzl';

import { CouponPoolsError } from '../errors';

/** A part of the archive may unpack to this much: ten times the sheet of a million codes, yet no bomb. */
const LARGEST_PART = 512 * 1024 * 1024;

/** A workbook has some ten parts and a few for each sheet. */
export const MOST_PARTS = 10_000;

/** An archive on disk, of which single parts can be read. */
export interface Archive {
	readonly names: readonly string[];
	/**
	 * The part as text, in pieces; empty if there is none of that name.
	 * @throws CouponPoolsError `invalid_file` if it is damaged, or unpacks to more than 512 MB
	 */
	read(part: string): AsyncIterable<string>;
	close(): void;
}

/**
 * Opens a ZIP archive. It is written to a temporary file, since its table of contents stands at the end;
 * the file is removed as soon as it is open (where the system cannot do that: when it is closed).
 *
 * @throws CouponPoolsError `invalid_file` if it is damaged, or the file cannot be written
 */
export async function openArchive(bytes: AsyncIterable<Buffer>, name: string): Promise<Archive> {
	const folder = await mkdtemp(join(tmpdir(), 'coupon-pools-upload-')).catch((error: unknown) => {
		throw noRoom(name, error);
	});
	const removeFolder = async () =>
		await rm(folder, { recursive: true, force: true }).catch(() => undefined);
	let zip: ZipFile | undefined;
	try {
		const path = join(folder, 'upload');
		const file = createWriteStream(path, { mode: 0o600 }) as Writable;
		await pipeline(Readable.from(bytes), file).catch((error: unknown) => {
			throw error instanceof CouponPoolsError ? error : noRoom(name, error);
		});
		zip = await openZip(path, name);
		const entries = await listEntries(zip, name);
		return openedArchive(zip, entries, name, removeFolder);
	} catch (error) {
		zip?.close();
		throw error;
	} finally {
		await removeFolder();
	}
}

function openedArchive(
	zip: ZipFile,
	entries: ReadonlyMap<string, Entry>,
	name: string,
	removeFolder: () => Promise<void>,
): Archive {
	return {
		names: [...entries.keys()],
		read: async function* (part) {
			const entry = entries.get(part.replace(/^\//, ''));
			if (entry === undefined) {
				return;
			}
			if (entry.uncompressedSize > LARGEST_PART) {
				throw tooLarge(name, part);
			}
			const decoder = new TextDecoder();
			let length = 0;
			try {
				for await (const piece of (await openEntry(zip, entry)) as AsyncIterable<Buffer>) {
					length += piece.length;
					if (length > LARGEST_PART) {
						throw tooLarge(name, part);
					}
					yield decoder.decode(piece, { stream: true });
				}
			} catch (error) {
				throw error instanceof CouponPoolsError ? error : damaged(name, error);
			}
		},
		close: () => {
			zip.close();
			void removeFolder();
		},
	};
}

async function openZip(path: string, name: string): Promise<ZipFile> {
	return await new Promise((resolve, reject) => {
		open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
			error ? reject(damaged(name, error)) : resolve(zip),
		);
	});
}

async function listEntries(zip: ZipFile, name: string): Promise<Map<string, Entry>> {
	if (zip.entryCount > MOST_PARTS) {
		throw new CouponPoolsError(
			'invalid_file',
			`${name} is a ZIP archive of ${zip.entryCount} files, not a workbook`,
			{
				hint: 'Upload a single CSV, TXT or XLSX file.',
			},
		);
	}
	return await new Promise((resolve, reject) => {
		const entries = new Map<string, Entry>();
		zip.on('error', (error: Error) => reject(damaged(name, error)));
		zip.on('end', () => resolve(entries));
		zip.on('entry', (entry: Entry) => {
			entries.set(entry.fileName, entry);
			zip.readEntry();
		});
		zip.readEntry();
	});
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
	return await new Promise((resolve, reject) => {
		zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
	});
}

/** The error for a temporary file that cannot be written: the disk is full, or may not be written to. */
function noRoom(name: string, cause: unknown): CouponPoolsError {
	const said = cause instanceof Error ? cause.message : String(cause);
	return new CouponPoolsError(
		'invalid_file',
		`${name} cannot be unpacked in ${tmpdir()}: ${said}`,
		{
			hint: 'Let n8n write there, and free space; or save the column with the codes as CSV, which needs no unpacking.',
			cause,
		},
	);
}

/** The error for an archive, or a part of it, that does not unpack or parse. */
export function damaged(name: string, cause: unknown): CouponPoolsError {
	const said = cause instanceof Error ? cause.message : String(cause);
	return new CouponPoolsError('invalid_file', `${name} is a damaged workbook or archive: ${said}`, {
		hint: 'Open it in a spreadsheet program, save it anew as XLSX or CSV, and send it again.',
		cause,
	});
}

/** What no program writes is there to fill the memory: of a few hundred KB, packed, it takes gigabytes. */
export function refuseMore(count: number, most: number, what: string, name: string): void {
	if (count > most) {
		throw damaged(name, new Error(`it has more than ${most.toLocaleString('en')} ${what}`));
	}
}

function tooLarge(name: string, part: string): CouponPoolsError {
	return new CouponPoolsError(
		'invalid_file',
		`${name} unpacks to more than ${LARGEST_PART / 1024 / 1024} MB (${part})`,
		{ hint: 'Save the column with the codes as CSV and upload that.' },
	);
}
