import { drawCodes } from '../codes/code-form';
import type { CodeBlock } from '../codes/read-codes';
import { stageCodes } from '../codes/stage-codes';
import { storeBatch } from '../codes/store-batch';
import type { Database, Session } from '../database/database';
import { CouponPoolsError } from '../errors';
import type { Dynamic } from '../pools/dynamic-settings';
import type { Pool } from '../pools/pool';
import { checkRoom } from './check-room';

/** As an upload reads them. */
const CODES_A_BLOCK = 10_000;
/** Each round makes up for codes that were known before. */
const MOST_ROUNDS = 10;

/**
 * Makes codes here, without a shop, until so many are available: as a batch, all of them or none.
 *
 * @returns how many were made
 * @throws CouponPoolsError `invalid_input` if the form can make no more codes
 */
export async function refillLocally(
	database: Database,
	pool: Pool,
	dynamic: Dynamic,
	target: number,
): Promise<number> {
	return await database.transaction(async (session) => {
		// One at a time, or two would each make what the other makes as well.
		await session.query('select from :schema.dynamic_pools where pool_id = $1 for update', [
			pool.id,
		]);
		const [{ available, added }] = await session.query<{ available: number; added: number }>(LOOK, [
			pool.id,
		]);
		const wanted = target - available;
		if (wanted <= 0) {
			return 0;
		}
		checkRoom(dynamic.form, added + wanted);
		for (let made = 0, round = 0; ; round++) {
			if (round === MOST_ROUNDS) {
				throw new CouponPoolsError(
					'invalid_input',
					`Nearly all codes of ${dynamic.form.length} characters exist already`,
					{ hint: 'Give the pool a longer code, or another prefix.' },
				);
			}
			made += await storeRound(session, pool.id, dynamic, wanted - made);
			if (made === wanted) {
				return made;
			}
		}
	});
}

async function storeRound(
	session: Session,
	poolId: string,
	dynamic: Dynamic,
	count: number,
): Promise<number> {
	await session.query('drop table if exists pg_temp.staged_codes');
	const staged = await stageCodes(session, blocksOf(dynamic, count), () => undefined);
	const { added } = await storeBatch(
		session,
		poolId,
		{ fileName: 'Made here', contentHash: '', received: count, invalid: 0, staged },
		{ uniqueAcrossPools: false },
	);
	return added;
}

async function* blocksOf(
	{ form, expiresAfterDays: days }: Dynamic,
	count: number,
): AsyncGenerator<CodeBlock, void, undefined> {
	const expiry = days === null ? null : Date.now() / 1000 + days * 86_400;
	for (let from = 0; from < count; from += CODES_A_BLOCK) {
		const codes = drawCodes(form, Math.min(CODES_A_BLOCK, count - from));
		const expiries = expiry === null ? null : codes.map(() => String(expiry));
		yield { firstLine: from + 1, codes, expiries };
	}
}

const LOOK = `
	select
		(
			select count(*)::int from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at > now() + pools.expiration_cutoff
		) as available,
		(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = $1) as added
	from :schema.pools
	where id = $1`;
