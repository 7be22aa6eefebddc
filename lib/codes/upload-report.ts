/** How to read what is uploaded. Everything but the source has a default that fits most files. */
export interface UploadOptions {
	/** Default `auto`: told by the content. */
	format?: 'auto' | 'csv' | 'txt' | 'xlsx';
	/** For the report, the errors and the check that the content is what the name says. */
	fileName?: string;
	/** One character, or `auto` (default): comma, semicolon, tab or pipe, whichever the first line has. */
	delimiter?: string;
	/** Whether the first row names the columns. Default `auto`: it does if a cell is a usual heading. */
	header?: 'auto' | 'yes' | 'no';
	/** The heading or number (from 1) of the column with the codes. Default: a usual heading, else the first. */
	codeColumn?: string | number;
	/** none (default), in the file's second column, or one date for all. */
	expiry?: 'none' | 'column' | 'date';
	/**
	 * The heading or number of the column with the expiry. Default: a usual heading; else the second, which below
	 * headings must be the only other one.
	 */
	expiryColumn?: string | number;
	/** Luxon tokens of the dates in the file, such as `dd.MM.yyyy`. Default: any ISO 8601 date. */
	expiryFormat?: string;
	/** For `expiry: 'date'`. */
	expiresAt?: Date | string;
	/** Where a date without a time ends. Default UTC. */
	timezone?: string;
	/** Skip rows that break the rules and report them (default), or refuse the whole file. */
	invalidRows?: 'skip' | 'refuse';
	/** Refuse codes that stand in any other pool. Default false. */
	uniqueAcrossPools?: boolean;
	/** Called now and then with the number of rows read so far. */
	onProgress?: (rowsRead: number) => void;
}

/** What became of an upload. `received = added + duplicatesInFile + alreadyInPool + inOtherPools + invalid`. */
export interface UploadReport {
	/** Null if nothing was added. */
	readonly batchId: string | null;
	/** Rows with something in them, the heading not counted. */
	readonly received: number;
	readonly added: number;
	readonly duplicatesInFile: number;
	readonly alreadyInPool: number;
	readonly inOtherPools: number;
	readonly invalid: number;
	/** The first 20 of the invalid rows. */
	readonly invalidRows: readonly InvalidRow[];
	/** The earlier batch of this pool that came from the very same content. */
	readonly sameFileAs: { readonly batchId: string; readonly uploadedAt: Date } | null;
	/** All codes that were ever added to the pool, and those that can be given now. */
	readonly poolTotal: number;
	readonly poolAvailable: number;
}

export interface InvalidRow {
	/** Line of the file, from 1; row of the sheet; or position among the items. */
	readonly line: number;
	/** What stood there, shortened to 80 characters. */
	readonly value: string;
	readonly reason: string;
}
