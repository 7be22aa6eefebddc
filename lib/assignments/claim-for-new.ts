import type { Database } from '../database/database';
import { isWorthRetrying } from '../database/explain-error';
import type { Claim, ClaimRow } from './claim';
import { ASKED, FEW } from './claim-statement';
import { freeCodes, MAY_BE_GIVEN, PICKED } from './free-codes';
import { markGiven } from './mark-given';
import { answerWith, type NewCode } from './new-code';

/**
 * Most requests of a mailing are their recipient's first: this is a statement for them, without the other cases that
 * `claim` covers, and takes three quarters of its time. It has no answer for recipients who were ever given a code of
 * this pool or find none now, nor for anybody if the pool is closed or a request id was answered before. `claim`
 * answers these.
 *
 * Two of these at once for one recipient both number its assignment 1, which must be unique: the later statement is
 * undone as a whole.
 *
 * @returns the answers, each at the index of its request
 */
export async function claimForNew(
	database: Database,
	request: Claim,
): Promise<Array<ClaimRow | undefined>> {
	const { poolId, asked, rule } = request;
	const answers = new Array<ClaimRow | undefined>(asked.length).fill(undefined);
	if (!isFor(request)) {
		return answers;
	}
	let rows: Array<NewCode & { item: number }>;
	try {
		rows = await database.query(CLAIM_FOR_NEW, [
			poolId,
			asked.map(({ recipient }) => recipient),
			asked.map(({ campaign }) => campaign),
			asked.map(({ requestId }) => requestId),
			asked.length,
			rule.holdMinutes,
		]);
	} catch (error) {
		if (!isWorthRetrying(error)) {
			throw error;
		}
		// Nothing was given: a recipient or a request id is not new after all, or another client was in the way.
		return answers;
	}
	for (const row of rows) {
		answers[row.item - 1] = answerWith(row);
	}
	return answers;
}

/** For many requests, each of another recipient, who may get a code from a pool that has one for each. */
function isFor({ mostlyNew, poolType, asked, rule }: Claim): boolean {
	return (
		mostlyNew &&
		asked.length > FEW &&
		poolType !== 'shared' &&
		rule.ifAlreadyAssigned !== 'onlyRepeat' &&
		new Set(asked.map(({ recipient }) => recipient)).size === asked.length
	);
}

/** As in the statement of `claim`, and for the same reasons, rows are paired by full joins and looked up one by one. */
const CLAIM_FOR_NEW = `
with pool as (
	select * from :schema.pools where id = $1 and active and begins_at <= now() and expires_at > now()
), fresh as materialized (
	select asked.*, row_number() over (order by item) as turn
	from ${ASKED} as asked (recipient, campaign, request_id, item)
	where (select max(nth) from :schema.assignments where pool_id = $1 and recipient = asked.recipient) is null
), ${freeCodes({ condition: MAY_BE_GIVEN, limit: '$5', needed: '(select count(*) from fresh)', lock: 'skip locked' })}, ${PICKED}, paired as materialized (
	select recipient, campaign, picked.* from fresh full join picked on picked.turn = fresh.turn
), given as (
	insert into :schema.assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at, held_until)
	select $1, recipient, 1, campaign, 'pool', code, copy, expires_at, now() + $6::float8 * interval '1 minute' from paired
	where code is not null
	order by recipient
	returning id, recipient, code, copy, expires_at, assigned_at, held_until
), ${markGiven('$6')}, done as materialized (
	select given.*, request_id, item from given full join fresh on fresh.recipient = given.recipient
), logged as (
	insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
	select $1, case when held_until is null then 'assigned' else 'reserved' end, id, code, copy, request_id from done
	where id is not null
	order by request_id
)
select item::int, pool.name as pool, done.id as assignment_id, code, assigned_at, held_until,
	least(done.expires_at, pool.expires_at) as expires_at
from done
cross join pool
where done.id is not null`;
