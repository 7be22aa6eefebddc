import { isOutsideCutoff, isPresent, validUntil } from '../pools/present-shared-code';
import { hourOf } from '../stock/tally';
import { freeCodes, MAY_BE_GIVEN, PICKED } from './free-codes';
import { markGiven } from './mark-given';
import { assignmentsOf } from './of-recipient';

/**
 * The statement that gives codes.
 *
 * `standing` says what each recipient has and what the rule makes of it; `taking` says who takes a new code, and which
 * number it is among those of its recipient (`nth`), counting on from what this statement's snapshot saw. `picked`
 * locks as many free codes, passing over those that another client has locked, so nobody waits for anybody. `given`
 * then writes the assignments. If another client has given the recipient a code meanwhile, that number is taken: the
 * insert does nothing, no code is used up, and the request comes back as `lost`, to be asked again by a statement that
 * sees the other client's code.
 *
 * The planner cannot know how many rows these steps have, least of all on tables without statistics. So rows are paired
 * by full joins, which are always hashed or merged (left joins became nested loops: 21 s for 5,000 requests), and
 * looked up by laterals with a limit, which use the index of all their conditions (a join read all assignments of the
 * pool).
 */
function statements(form: Form) {
	return {
		unique: {
			passing: taking(form) + pickedUnique(form, 'skip locked') + given(form),
			waiting: taking(form) + pickedUnique(form, '') + given(form),
		},
		shared: {
			passing: taking(form) + pickedShared(form, 'skip locked') + given(form),
			waiting: taking(form) + pickedShared(form, '') + given(form),
		},
	};
}

interface Form {
	/**
	 * The requests, and how many codes are needed at most, both in a form that the planner understands without the
	 * values.
	 */
	readonly asked: string;
	readonly limit: string;
	/** Whether no recipient comes twice. Then nothing has to be sorted by recipient, which saves a tenth of the time. */
	readonly distinct: boolean;
}

/** The most requests of a statement that is planned once, whatever their number. */
export const FEW = 100;

/**
 * Behind sub-selects, so that the planner assumes ten rows, however many there are. Otherwise it would plan anew each
 * time for a few rows, and for thousands think it worth compiling the statement (JIT), which took 0.6 s of 1.3 on
 * PostgreSQL 15.
 */
export const ASKED =
	'unnest((select $2::text[]), (select $3::text[]), (select $4::text[])) with ordinality';

/**
 * One new code per recipient and statement, unless each request gets one anyway: what the second request of a recipient
 * gets depends on what the first got.
 */
const FIRST_OF_RECIPIENT = `and row_number() over (
			partition by outcome = 'needs',
				case $5 when 'alwaysNew' then coalesce('request ' || request_id, 'item ' || item) else recipient end
			order by item
		) = 1`;

/** Whether the rule lets a recipient of `pool` keep the code that it has by the assignment `held`. */
export const LETS_KEEP = `case $5
				when 'sameWithin' then held.assigned_at > now() - $6::float8 * interval '1 hour'
					and least(held.expires_at, pool.expires_at) > now()
				when 'sameUntilExpires' then least(held.expires_at, pool.expires_at) > now()
				when 'sameUntilRedeemed' then held.redeemed_at is null and least(held.expires_at, pool.expires_at) > now()
				when 'alwaysNew' then false
				else true
			end`;

/** How many codes will be taken. */
const NEEDED = 'least((select count(*) from taking where takes), $8)';

function upTo(count: number, distinct: boolean) {
	const asked = `(select * from ${ASKED} limit ${count})`;
	return statements({ asked, limit: String(count), distinct });
}

function anyNumber(distinct: boolean) {
	return statements({ asked: ASKED, limit: '$8', distinct });
}

/** For one request. */
export const one = upTo(1, true);
/** For up to `FEW`. */
export const few = { distinct: upTo(FEW, true), repeated: upTo(FEW, false) };
/** For any number of requests. */
export const many = { distinct: anyNumber(true), repeated: anyNumber(false) };

/** A hold that has run out is no longer an assignment, even before its code is back in the stock. */
export function stillHeld(assignment: string): string {
	return `(${assignment}.held_until is null or ${assignment}.held_until > now())`;
}

function taking({ asked, distinct }: Form): string {
	return `
with pool as (
	select *, case
		when not active then 'pool_inactive'
		when begins_at > now() then 'not_started'
		when expires_at <= now() then 'pool_expired'
	end as closed
	from :schema.pools where id = $1
), standing as (
	select asked.*, coalesce(counted.nth, 0) as nth_before,
		held.id as held_id, held.recipient as held_recipient, held.campaign as held_campaign,
		held.source as held_source, held.code as held_code, held.copy as held_copy,
		held.expires_at as held_expires_at, held.assigned_at as held_assigned_at, held.held_until as held_held_until,
		held.redeemed_at, held.answered_as,
		case
			when held.answered_as is not null then
				case when held.released_at is null and ${stillHeld('held')} then 'answered' else 'released' end
			when pool.closed is not null then pool.closed
			when held.id is not null and ${LETS_KEEP}
			then case when least(held.expires_at, pool.expires_at) > now() then 'repeat' else 'code_expired' end
			when $5 = 'onlyRepeat' then 'never_assigned'
			else 'needs'
		end as outcome
	from ${asked} as asked (recipient, campaign, request_id, item)
	cross join pool
	left join lateral (
		select max(nth) as nth from :schema.assignments where pool_id = $1 and recipient = asked.recipient
	) as counted on true
	left join lateral (
		-- What the same request was answered with; else the recipient's latest code in the campaign or pool.
		select * from (
			select answer.*, events.kind as answered_as
			from :schema.events
			cross join lateral (
				select * from :schema.assignments where pool_id = $1 and id = events.assignment_id limit 1
			) as answer
			where events.pool_id = $1 and events.request_id = asked.request_id
			union all
			(
				select *, null from ${assignmentsOf('asked.recipient')} as theirs
				where counted.nth is not null and released_at is null and ${stillHeld('theirs')}
					and ($7 or campaign = asked.campaign)
				order by nth desc limit 1
			)
		) as either
		order by answered_as nulls last limit 1
	) as held on true
), taking as materialized (
	select *,
		case when takes then nth_before + ${distinct ? '1' : '(count(*) filter (where takes) over (partition by recipient order by item))::int'} end as nth,
		case when takes then count(*) filter (where takes) over (order by item) end as turn
	from (
		select *, outcome = 'needs' ${distinct ? '' : FIRST_OF_RECIPIENT} as takes
		from standing
	) as ranked
)`;
}

function pickedUnique({ limit }: Form, lock: string): string {
	return `, ${freeCodes({ condition: MAY_BE_GIVEN, limit, needed: NEEDED, lock })}, ${PICKED}`;
}

function pickedShared({ limit }: Form, lock: string): string {
	const condition = `batch_id = (select batch_id from current) and code = (select code from current)
			and expires_at = (select least(ends_at, expires_at) from current)
			and line >= (
				select case when batch_id = (select batch_id from current) then line else 0 end
				from :schema.fronts where pool_id = $1
			)`;
	return `, current as (
	select shared_codes.*, ${validUntil} as valid_until
	from :schema.shared_codes
	cross join pool
	where pool_id = $1 and ${isPresent} and ${isOutsideCutoff}
	order by shared_codes.begins_at limit 1
), ${freeCodes({ condition, limit, needed: NEEDED, lock })}, picked as (
	select current.code, free.copy, current.valid_until as expires_at,
		row_number() over (order by free.line) as turn
	from current join free on true
	where current.max_assignments is not null
	union all
	select code, null, valid_until, turn
	from current, generate_series(1, (select count(*) from taking where takes)) as turn
	where max_assignments is null
)`;
}

function given({ distinct }: Form): string {
	return `, paired as materialized (
	select *, ${distinct ? 'gets' : 'bool_or(gets) over (partition by recipient)'} as recipient_gets
	from (
		select taking.*, picked.copy,
			taking.takes and (
				picked.code is not null or $9 and pool.default_code is not null and pool.default_code_expires_at > now()
			) as gets,
			case when picked.code is null then 'default' else 'pool' end as source,
			coalesce(picked.code, pool.default_code) as code,
			case when picked.code is null then pool.default_code_expires_at else picked.expires_at end as expires_at
		from taking
		full join picked on picked.turn = taking.turn
		cross join pool
	) as matched
), given as (
	insert into :schema.assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at, held_until)
	select $1, recipient, nth, campaign, source, code, copy, expires_at, now() + $10::float8 * interval '1 minute' from paired
	where gets
	order by recipient, nth
	on conflict (pool_id, recipient, nth) do nothing
	returning id, recipient, nth, source, code, copy, assigned_at, held_until
), ${markGiven('$10')}, tallied_uncounted as (
	insert into :schema.tallies (pool_id, used, used_hour)
	select $1, count(*), ${hourOf('now()')} from given
	where source = 'pool' and copy is null
	having count(*) > 0
), done as materialized (
	select paired.*, given.id as given_id, given.assigned_at, given.held_until
	from paired
	full join given on given.recipient = paired.recipient and given.nth = paired.nth
), logged as (
	insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
	select $1, case when held_until is null then 'assigned' else 'reserved' end, given_id, code, copy, request_id from done
	where given_id is not null
	order by request_id
), logged_repeats as (
	insert into :schema.events (pool_id, kind, assignment_id, code, copy, request_id)
	select $1, 'repeated', held_id, held_code, held_copy, request_id from done
	where outcome = 'repeat' and (held_held_until is null or $10::float8 is not null)
	order by request_id
	on conflict (pool_id, request_id) where request_id is not null do nothing
)
select pool.name as pool, answer.*, least(answer.valid_until, pool.expires_at) as expires_at
from done
cross join pool
cross join lateral (
	-- A new assignment, whose recipient and campaign were asked for; or the one that is held; or the reason.
	select 'assigned' as outcome, true as initial, given_id as assignment_id, null as recipient, null as campaign, source, code,
		done.expires_at as valid_until, assigned_at, done.held_until, null::timestamptz as redeemed_at
	where given_id is not null
	union all
	select outcome, coalesce(answered_as in ('assigned', 'reserved'), false), held_id, held_recipient, held_campaign, held_source,
		held_code, held_expires_at, held_assigned_at, held_held_until, done.redeemed_at
	where outcome in ('answered', 'repeat')
	union all
	select case
		when outcome <> 'needs' then outcome
		when takes and not gets or $9 and not recipient_gets then 'short'
		else 'lost'
	end, false, null, null, null, null, null, null, null, null, null
	where given_id is null and outcome not in ('answered', 'repeat')
) as answer
order by item`;
}
