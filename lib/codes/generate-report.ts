import type { CodeForm } from './code-form';
import type { UploadReport } from './upload-report';

export interface GenerateOptions extends CodeForm {
	/** How many codes to add: 1 to 5,000,000. */
	count: number;
	/** The instant, or the last day, on which they are valid. Default: they never expire. */
	expiresAt?: Date | string;
	/** Where a date without a time ends. Default UTC. */
	timezone?: string;
	/** Draw codes again that stand in any other pool. Default false. */
	uniqueAcrossPools?: boolean;
	/**
	 * The same id adds codes to the pool once; asked again, the report of that batch is the answer, with `sameFileAs`.
	 * Up to 512 characters. Default: each call adds codes.
	 */
	requestId?: string;
	/** Called now and then with the number of codes made so far. */
	onProgress?: (codesMade: number) => void;
}

/** The report of an upload in which nothing was refused, and how safe the codes are. */
export interface GenerateReport extends UploadReport {
	readonly batchId: string;
	/** How many guesses of this form it takes, on average, to hit one of the pool's codes. */
	readonly guessesPerCode: number;
}
