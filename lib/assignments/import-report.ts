import type { Readable } from 'node:stream';

import type { InvalidRow, UploadOptions, UploadReport } from '../codes/upload-report';

/** One code that was given elsewhere, as an item. */
export interface ImportItem {
	readonly code: string | number;
	readonly recipient: string | number;
	readonly campaign?: string | null;
	/** Default: now. */
	readonly assignedAt?: Date | string | null;
	/** Default: never, or as it stands in the stock. */
	readonly expiresAt?: Date | string | null;
	/** Default: it was not redeemed. */
	readonly redeemedAt?: Date | string | null;
	/** `default` for a pool's default code, as in an export of assignments: such a row is passed over. */
	readonly source?: string | null;
	/** When the code was taken back, as in an export of assignments: such a row is passed over. Default: it was not. */
	readonly releasedAt?: Date | string | null;
}

/** What can be imported: the bytes of a file, pasted text, or items. */
export type ImportSource =
	| string
	| Uint8Array
	| Readable
	| AsyncIterable<Uint8Array>
	| Iterable<ImportItem>
	| AsyncIterable<ImportItem>;

/** What a column, or a field of an item, holds. */
export type ImportField = keyof ImportItem;

/** How to read codes that were given elsewhere. */
export interface ImportOptions
	extends Pick<
		UploadOptions,
		'format' | 'fileName' | 'delimiter' | 'header' | 'timezone' | 'invalidRows' | 'onProgress'
	> {
	/**
	 * Heading or number (from 1) of columns. Default: a usual heading; without a heading, the columns are code,
	 * recipient, campaign, date given, expiry and date redeemed, as many as there are.
	 */
	columns?: Partial<Record<ImportField, string | number>>;
	/** For rows that name none. */
	campaign?: string;
	/** Luxon tokens of the dates in the file, such as `MM/dd/yyyy`. Default: any ISO 8601 date. */
	dateFormat?: string;
	/** Refuse, as invalid rows, codes that stand in any other pool. Default false. */
	uniqueAcrossPools?: boolean;
	/** Trim recipients, and lower-case those that are e-mail addresses, as `assign` does. Default true. */
	normalizeRecipient?: boolean;
}

/** What became of an import. `received = added + fromStock + alreadyAssigned + duplicatesInFile + invalid`. */
export interface ImportReport {
	/** Null if no code was new to the pool. */
	readonly batchId: string | null;
	/** Rows with something in them, the heading not counted. */
	readonly received: number;
	/** Codes that were new to the pool. */
	readonly added: number;
	/** Codes that the pool had as available, and that are now their recipient's. */
	readonly fromStock: number;
	/** Codes that the same recipient held already. */
	readonly alreadyAssigned: number;
	/** The same code for the same recipient, again. */
	readonly duplicatesInFile: number;
	/** Of those that were imported now. */
	readonly redeemed: number;
	readonly invalid: number;
	/** The first 20 of the invalid rows. */
	readonly invalidRows: readonly InvalidRow[];
	readonly sameFileAs: UploadReport['sameFileAs'];
	readonly poolTotal: number;
	readonly poolAvailable: number;
}
