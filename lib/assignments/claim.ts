import type { Session } from '../database/database';
import type { PoolType } from '../pools/pool';
import type { IfAlreadyAssigned } from './coupon';

/** Who asks, and under which rule; recipients and texts are checked already. */
export interface Claim {
	poolId: string;
	poolType: PoolType;
	asked: ReadonlyArray<{ recipient: string; campaign: string; requestId: string | null }>;
	ifAlreadyAssigned: IfAlreadyAssigned;
	withinHours: number;
	wholePool: boolean;
	/** Wait for codes that others are just taking, instead of passing over them. */
	waitForLocked: boolean;
	/** The stock is known to be empty: give the default code where there is one. */
	giveDefault: boolean;
}

/** What the statement says of one request; `item` counts from 1. */
export interface ClaimRow {
	item: number;
	outcome:
		/** A code was taken for it now. */
		| 'assigned'
		/** The recipient's present code again. */
		| 'repeat'
		/** This request id was answered before: the same assignment. */
		| 'answered'
		/** Somebody else was quicker with this recipient, or it waits for an earlier item of the same one: ask again. */
		| 'lost'
		/** No code to be had. */
		| 'short'
		| 'pool_inactive'
		| 'not_started'
		| 'pool_expired'
		| 'never_assigned'
		| 'code_expired';
	/** Whether the request is the one that took the code. */
	initial: boolean;
	pool: string;
	assignment_id: string | null;
	recipient: string | null;
	campaign: string | null;
	source: 'pool' | 'default' | null;
	code: string | null;
	expires_at: Date | null;
	assigned_at: Date | null;
	redeemed_at: Date | null;
}

/**
 * Answers all requests in one statement.
 *
 * Each line of `standing` says what its recipient has and what the rule makes of it. `picked` locks as many
 * free codes as are needed; a code that another client has locked is passed over, so nobody waits for anybody.
 * `given` then writes the recipient's next assignment, counted from what this statement's snapshot saw. If
 * another client gave this recipient a code meanwhile, that number is taken: the insert does nothing, no code
 * is used up, and the request comes back as `lost`, to be asked again by a statement that sees the other's code.
 */
export async function claim(session: Session, request: Claim): Promise<ClaimRow[]> {
	const { asked } = request;
	return await session.query<ClaimRow>(statements[request.poolType][request.waitForLocked ? 'waiting' : 'passing'], [
		request.poolId,
		asked.map(({ recipient }) => recipient),
		asked.map(({ campaign }) => campaign),
		asked.map(({ requestId }) => requestId),
		request.ifAlreadyAssigned,
		request.withinHours,
		request.wholePool,
		asked.length,
		request.giveDefault,
	]);
}

const standing = `
with pool as (
	select *, case
		when not active then 'pool_inactive'
		when begins_at > now() then 'not_started'
		when expires_at <= now() then 'pool_expired'
	end as closed
	from :schema.pools where id = $1
), asked as (
	select recipient, campaign, request_id, item::int
	from unnest($2::text[], $3::text[], $4::text[]) with ordinality as asked (recipient, campaign, request_id, item)
), standing as materialized (
	select asked.*, coalesce(counted.nth, 0) as nth, coalesce(answered.assignment_id, latest.id) as held_id,
		answered.kind is not distinct from 'assigned' as answered_initially,
		case
			when answered.assignment_id is not null then 'answered'
			when pool.closed is not null then pool.closed
			when case $5
				when 'sameWithin' then latest.assigned_at > now() - $6::float8 * interval '1 hour'
					and least(latest.expires_at, pool.expires_at) > now()
				when 'sameUntilExpires' then least(latest.expires_at, pool.expires_at) > now()
				when 'sameUntilRedeemed' then latest.redeemed_at is null and least(latest.expires_at, pool.expires_at) > now()
				when 'alwaysNew' then false
				else true
			end and latest.id is not null then
				case when least(latest.expires_at, pool.expires_at) > now() then 'repeat' else 'code_expired' end
			when $5 = 'onlyRepeat' then 'never_assigned'
			else 'needs'
		end as outcome
	from asked
	cross join pool
	left join :schema.events as answered on answered.pool_id = $1 and answered.request_id = asked.request_id
	left join lateral (
		select max(nth) as nth from :schema.assignments where pool_id = $1 and recipient = asked.recipient
	) as counted on true
	left join lateral (
		select id, assigned_at, expires_at, redeemed_at from :schema.assignments
		where pool_id = $1 and recipient = asked.recipient and released_at is null and ($7 or campaign = asked.campaign)
		order by nth desc limit 1
	) as latest on true
), need as materialized (
	-- One new code a recipient and statement, unless each request gets one anyway: what the second request
	-- of a recipient gets depends on what the first got.
	select *, row_number() over (order by recipient, item) as turn
	from (
		select *, row_number() over (
			partition by case $5 when 'alwaysNew' then coalesce('request ' || request_id, 'item ' || item) else recipient end
			order by item
		) as rank
		from standing where outcome = 'needs'
	) as needing
	where rank = 1
)`;

/** The inner limit lets the planner see how few rows are wanted; the outer one stops at those really needed. */
const freeCodes = (lock: string) => `
	select * from (
		select code, copy, expires_at, batch_id, line
		from :schema.codes
		where pool_id = $1 and state = 'available' and __condition__
		order by expires_at, batch_id, line
		limit $8
		for update ${lock}
	) as free
	limit (select count(*) from need)`;

const pickedUnique = (lock: string) => `, free as materialized (${freeCodes(lock).replace(
	'__condition__',
	`expires_at > now() + (select expiration_cutoff from pool)
			and (select expires_at - expiration_cutoff from pool) > now()`,
)}
), picked as (
	select code, copy, expires_at, row_number() over (order by expires_at, batch_id, line) as turn from free
)`;

const pickedShared = (lock: string) => `, current as (
	select * from :schema.shared_codes
	where pool_id = $1 and begins_at <= now() and now() < ends_at and expires_at > now()
	order by begins_at limit 1
), free as materialized (${freeCodes(lock).replace(
	'__condition__',
	`batch_id = (select batch_id from current)
			and expires_at = (select least(ends_at, expires_at) from current)`,
)}
), picked as (
	select current.code, free.copy, coalesce(now() + current.expires_after, current.expires_at) as expires_at,
		row_number() over (order by free.line) as turn
	from current join free on true
	where current.max_assignments is not null
	union all
	select code, null, coalesce(now() + expires_after, expires_at), turn
	from current, generate_series(1, (select count(*) from need)) as turn
	where max_assignments is null
)`;

const given = `, paired as materialized (
	select need.item, need.recipient, need.campaign, need.request_id,
		need.nth + (row_number() over (partition by need.recipient order by need.item))::int as nth,
		case when picked.code is null then 'default' else 'pool' end as source,
		coalesce(picked.code, pool.default_code) as code,
		picked.copy,
		case when picked.code is null then pool.default_code_expires_at else picked.expires_at end as expires_at
	from need cross join pool left join picked using (turn)
	where picked.code is not null or ($9 and pool.default_code is not null and pool.default_code_expires_at > now())
), given as (
	insert into :schema.assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at)
	select $1, recipient, nth, campaign, source, code, copy, expires_at from paired
	order by recipient, nth
	on conflict (pool_id, recipient, nth) do nothing
	returning id, recipient, nth, campaign, source, code, copy, expires_at, assigned_at
), taken as (
	update :schema.codes set state = 'assigned'
	from given
	where codes.pool_id = $1 and codes.code = given.code and codes.copy = given.copy
), logged as (
	insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
	select $1, 'assigned', given.id, given.code, given.copy, paired.request_id
	from given join paired using (recipient, nth)
	order by paired.request_id
), logged_repeats as (
	insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
	select $1, 'repeated', held.id, held.code, held.copy, standing.request_id
	from standing join :schema.assignments as held on held.pool_id = $1 and held.id = standing.held_id
	where standing.outcome = 'repeat'
	order by standing.request_id
	on conflict (pool_id, request_id) where request_id is not null do nothing
)
select standing.item, pool.name as pool,
	case
		when standing.outcome <> 'needs' then standing.outcome
		when given.id is not null then 'assigned'
		when paired.item is not null then 'lost'
		when need.item is null and not ($9 and not exists (select from paired as first where first.recipient = standing.recipient))
			then 'lost'
		else 'short'
	end as outcome,
	coalesce(given.id, held.id) as assignment_id,
	coalesce(given.recipient, held.recipient) as recipient,
	coalesce(given.campaign, held.campaign) as campaign,
	coalesce(given.source, held.source) as source,
	coalesce(given.code, held.code) as code,
	given.id is not null or standing.answered_initially as initial,
	least(coalesce(given.expires_at, held.expires_at), pool.expires_at) as expires_at,
	coalesce(given.assigned_at, held.assigned_at) as assigned_at,
	held.redeemed_at
from standing
cross join pool
left join need using (item)
left join paired using (item)
left join given on given.recipient = paired.recipient and given.nth = paired.nth
left join :schema.assignments as held on held.pool_id = $1 and held.id = standing.held_id
	and standing.outcome in ('answered', 'repeat', 'code_expired')
order by standing.item`;

const statements = {
	unique: {
		passing: standing + pickedUnique('skip locked') + given,
		waiting: standing + pickedUnique('') + given,
	},
	shared: {
		passing: standing + pickedShared('skip locked') + given,
		waiting: standing + pickedShared('') + given,
	},
} as const;
