import { countBatch, openBatch } from '../batches/record-batch';
import type { Database, Session } from '../database/database';
import { instantText } from '../database/instant-text';
import type { CodeOutcome } from '../providers/provider';
import { lowersFront } from '../stock/front';
import { tally } from '../stock/tally';
import { isGivable } from './in-vain';
import { unpauseRefills } from './pause-refills';
import { TurnLost, type Refill, type RefillPlan } from './refill';

/**
 * Puts the codes that the shop has confirmed into the stock, as a batch of their own, or in that of the hour if they
 * were made on the spot, and forgets the others.
 *
 * @returns how many codes were confirmed
 * @throws TurnLost if another process has settled it meanwhile
 */
export async function finishRefill(
	database: Database,
	{ poolId, id, worker }: Refill,
	outcomes: readonly CodeOutcome[],
	plan: Pick<RefillPlan, 'pool' | 'provider' | 'purpose'>,
): Promise<number> {
	return await database.transaction(async (session) => {
		const ended = await session.query(END, [poolId, id, worker]);
		if (ended.length === 0) {
			throw new TurnLost();
		}
		await session.query(FORGET_CODES, [poolId, id]);
		const made = await storeMade(session, poolId, outcomes, plan);
		if (outcomes.some((code) => isGivable(code, plan))) {
			await unpauseRefills(session, poolId);
		}
		return made;
	});
}

/**
 * @returns how many codes there are; if none, there is no batch
 */
async function storeMade(
	session: Session,
	poolId: string,
	outcomes: readonly CodeOutcome[],
	{ provider, purpose }: Pick<RefillPlan, 'provider' | 'purpose'>,
): Promise<number> {
	const made = outcomes.filter(({ state }) => state === 'made');
	if (made.length === 0) {
		return 0;
	}
	const alreadyInPool = outcomes.filter(({ state }) => state === 'taken').length;
	const facts = {
		fileName: provider.label,
		contentHash: null,
		received: outcomes.length,
		invalid: outcomes.length - alreadyInPool - made.length,
	};
	const onTheSpot = purpose === 'onTheSpot';
	const batch = await openBatch(session, poolId, facts, { onTheSpot });
	const [ends] = await session.query<{ firstCode: string; lastCode: string }>(STORE, [
		poolId,
		batch.id,
		batch.before,
		made.map(({ code, spelling }) => spelling ?? code),
		made.map(({ expiresAt }) => (expiresAt ? instantText(expiresAt) : 'infinity')),
	]);
	const counts = { added: made.length, duplicatesInFile: 0, alreadyInPool, inOtherPools: 0 };
	await countBatch(session, poolId, batch.id, { ...counts, ...ends });
	return made.length;
}

const END = `
	delete from :schema.refills where pool_id = $1 and id = $2 and worker = $3 returning id`;

const FORGET_CODES = 'delete from :schema.refill_codes where pool_id = $1 and refill_id = $2';

const STORE = `
	with stored as (
		insert into :schema.codes (pool_id, code, batch_id, line, expires_at)
		select $1::bigint, made.code, $2::bigint, $3::int + made.line, made.expires_at
		from unnest($4::text[], $5::timestamptz[]) with ordinality as made (code, expires_at, line)
		returning code, expires_at, batch_id
	), tallied as (
		${tally('stored', { available: 'count(*)' })}
	), front as (
		insert into :schema.fronts (pool_id, expires_at, batch_id, line)
		select $1::bigint, min(expires_at), $2::bigint, 0 from stored
		${lowersFront}
	)
	select min(code) as "firstCode", max(code) as "lastCode" from stored`;
