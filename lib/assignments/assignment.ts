/** The fact that a recipient holds, or held, a code. */
export interface Assignment {
	readonly id: string;
	readonly poolId: string;
	readonly merchant: string;
	readonly pool: string;
	readonly recipient: string;
	readonly campaign: string;
	readonly code: string;
	readonly source: 'pool' | 'default';
	readonly assignedAt: Date;
	/** The code's or the pool's, whichever comes first; null for never. */
	readonly expiresAt: Date | null;
	readonly redeemedAt: Date | null;
	readonly orderId: string | null;
	/** When the code was taken back; null while it is held. */
	readonly releasedAt: Date | null;
}
