import type { Session } from '../database/database';
import { drawCodes } from '../codes/code-form';
import { readDynamic } from '../pools/dynamic-settings';
import { findPool } from '../pools/find-pool';
import type { Pool } from '../pools/pool';
import { validUntil } from '../pools/present-shared-code';
import { checkChoice } from '../texts/check-choice';
import { checkHold } from './check-rule';
import { checkRequests, type CheckedRequest } from './check-requests';
import type { AssignRequest, AssignResult } from './coupon';
import { noCoupon } from './no-coupon';

export interface PreviewOptions {
	/** An example code of the pool's form (default), the default code, or none as if the stock were empty. */
	as?: 'code' | 'defaultCode' | 'outOfStock';
	/** As if the code were on hold for so long. */
	holdMinutes?: number;
	normalizeRecipient?: boolean;
}

/**
 * What `assign` would answer, taking nothing: the code is made up, with the form of the pool's next one, and
 * marked by its source `preview`. Bad input gives the same errors as `assign`.
 */
export async function preview(
	session: Session,
	poolId: string,
	requests: readonly AssignRequest[],
	options: PreviewOptions = {},
): Promise<AssignResult[]> {
	const checked = checkRequests(requests, options);
	const holdMinutes = checkHold(options.holdMinutes);
	const as = checkChoice(options.as ?? 'code', 'Preview', ['code', 'defaultCode', 'outOfStock']);
	const pool = await findPool(session, { id: poolId });
	if (as === 'outOfStock' || (as === 'defaultCode' && pool.defaultCode === null)) {
		return checked.map((request) => noCoupon('out_of_stock', pool.name, request));
	}
	const example =
		as === 'defaultCode' && pool.defaultCode !== null
			? { code: pool.defaultCode, expires_at: pool.defaultCodeExpiresAt }
			: await exampleOf(session, pool);
	const assignedAt = new Date();
	const heldUntil =
		holdMinutes === null ? null : new Date(assignedAt.getTime() + holdMinutes * 60_000);
	return checked.map((request: CheckedRequest) => ({
		code: example.code,
		expiresAt: example.expires_at,
		pool: pool.name,
		campaign: request.campaign,
		recipient: request.recipient,
		source: 'preview',
		issue: 'initial',
		assignedAt,
		heldUntil,
		redeemedAt: null,
		assignmentId: null,
	}));
}

async function exampleOf(
	session: Session,
	pool: Pool,
): Promise<{ code: string; expires_at: Date | null }> {
	const [next] =
		pool.type !== 'shared'
			? await session.query<{ code: string; expires_at: Date | null }>(
					`select code, least(codes.expires_at, (select expires_at from :schema.pools where id = $1)) as expires_at
					from :schema.codes
					where pool_id = $1 and state = 'available' and expires_at > now()
					order by expires_at, batch_id, line limit 1`,
					[pool.id],
				)
			: await session.query<{ code: string; expires_at: Date | null }>(
					`select code, ${validUntil} as expires_at
					from :schema.shared_codes
					where pool_id = $1 and ends_at > now() order by begins_at limit 1`,
					[pool.id],
				);
	if (next === undefined) {
		return { code: await madeUpCode(session, pool), expires_at: pool.expiresAt };
	}
	// A shared code is no secret; a unique one is shown by its form alone, so that it cannot be used.
	return pool.type === 'shared' ? next : { ...next, code: formOf(next.code) };
}

/** For an empty stock. A dynamic pool's codes have a form even before there are any. */
async function madeUpCode(session: Session, pool: Pool): Promise<string> {
	const dynamic = pool.type === 'dynamic' ? await readDynamic(session, pool.id) : null;
	return dynamic === null ? 'PREVIEW-CODE' : formOf(drawCodes(dynamic.form, 1)[0]);
}

/** `SCA-8f3K-22` becomes `XXX-0x0X-00`. */
function formOf(code: string): string {
	return code
		.replaceAll(/\p{Nd}/gu, '0')
		.replaceAll(/\p{Lu}|\p{Lo}|\p{Lt}/gu, 'X')
		.replaceAll(/\p{Ll}/gu, 'x');
}
