import type { Database } from '../database/database';
import type { CodeOutcome } from '../providers/provider';
import { lowersFront } from '../stock/front';
import { tally } from '../stock/tally';
import { TurnLost, type Refill, type RefillPlan } from './refill';

/**
 * Puts the codes that the shop has confirmed into the stock, as a batch, and forgets the others.
 *
 * @returns how many there are
 * @throws TurnLost if another process has settled it meanwhile
 */
export async function finishRefill(
	database: Database,
	{ poolId, id, worker }: Refill,
	outcomes: readonly CodeOutcome[],
	{ provider }: Pick<RefillPlan, 'provider'>,
): Promise<number> {
	const made = outcomes.filter(({ state }) => state === 'made');
	const taken = outcomes.filter(({ state }) => state === 'taken').length;
	return await database.transaction(async (session) => {
		const ended = await session.query(END, [poolId, id, worker]);
		if (ended.length === 0) {
			throw new TurnLost();
		}
		await session.query(FORGET_CODES, [poolId, id]);
		if (made.length > 0) {
			await session.query(STORE, [
				poolId,
				provider.label,
				outcomes.length,
				taken,
				outcomes.length - taken - made.length,
				made.map(({ code, spelling }) => spelling ?? code),
				made.map(({ expiresAt }) => expiresAt?.toISOString() ?? 'infinity'),
			]);
		}
		await session.query(UNPAUSE, [poolId]);
		return made.length;
	});
}

const END = `
	delete from :schema.refills where pool_id = $1 and id = $2 and worker = $3 returning id`;

const FORGET_CODES = 'delete from :schema.refill_codes where pool_id = $1 and refill_id = $2';

const STORE = `
	with batch as (
		insert into :schema.batches
			(pool_id, file_name, received, already_in_pool, invalid, added, first_code, last_code)
		select $1::bigint, $2, $3::int, $4::int, $5::int, count(code), min(code collate "C"), max(code collate "C")
		from unnest($6::text[]) as made (code)
		returning id
	), stored as (
		insert into :schema.codes (pool_id, code, batch_id, line, expires_at)
		select $1::bigint, made.code, batch.id, made.line, made.expires_at
		from batch, unnest($6::text[], $7::timestamptz[]) with ordinality as made (code, expires_at, line)
		returning expires_at, batch_id
	), tallied as (
		${tally('stored', { available: 'count(*)' })}
	)
	insert into :schema.fronts (pool_id, expires_at, batch_id, line)
	select $1::bigint, min(expires_at), min(batch_id), 0 from stored
	${lowersFront}`;

const UNPAUSE = `
	update :schema.dynamic_pools set paused_until = '-infinity'
	where pool_id = $1 and paused_until > '-infinity'`;
