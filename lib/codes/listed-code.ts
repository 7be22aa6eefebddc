import type { PageRequest } from '../database/page';

/** `expired`: never given, and past its expiry or the pool's. */
export type CodeState = 'available' | 'reserved' | 'assigned' | 'removed' | 'expired';

/** A code of a unique pool. */
export interface ListedCode {
	readonly code: string;
	readonly state: CodeState;
	readonly expiresAt: Date | null;
	readonly batchId: string;
	/** Who holds it; null if nobody does. */
	readonly recipient: string | null;
	readonly assignmentId: string | null;
	readonly assignedAt: Date | null;
	readonly redeemedAt: Date | null;
}

export interface ListCodesFilter extends PageRequest {
	state?: CodeState;
	batchId?: string;
	/** How the code begins. */
	search?: string;
}
