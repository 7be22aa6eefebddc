/**
 * The codes that came in at once: of one upload, one refill, one shared code; or those made on the spot in an hour.
 * Counts are codes.
 */
export interface Batch {
	readonly id: string;
	readonly fileName: string;
	/** If codes were made on the spot, when the first was. */
	readonly addedAt: Date;
	/** In the file, and what became of it. */
	readonly received: number;
	readonly added: number;
	readonly duplicatesInFile: number;
	readonly alreadyInPool: number;
	readonly inOtherPools: number;
	readonly invalid: number;
	/** Of the added codes, those that nobody was given yet and that have not expired. */
	readonly available: number;
	readonly reserved: number;
	readonly assigned: number;
	readonly removed: number;
	readonly expiredUnassigned: number;
	/** When its codes were taken out again; null if they were not. */
	readonly undoneAt: Date | null;
}
