import { randomUUID } from 'node:crypto';
import { drawCodes, type CodeForm } from '../codes/code-form';
import type { Database, Session } from '../database/database';
import { retried } from '../database/retry';
import { CouponPoolsError } from '../errors';
import { checkRoom } from './check-room';
import { poolNotFound } from '../pools/find-pool';
import { mayGive } from '../pools/is-giving';
import type { Refill, RefillPlan } from './refill';
import { takeRefillTurns } from './refill-turns';

/** Each round makes up for codes that were known before; with a form that is nearly used up, that would not end. */
const MOST_ROUNDS = 10;

/**
 * The next refill to work on: one that its process has left, or a new one with codes reserved for it.
 *
 * @returns `enough` if there is nothing to do; `busy` if another process is at it; `paused` if the shop has just
 *   failed, and `closed` if the pool will give no code, where nobody asked for a refill
 * @throws CouponPoolsError `invalid_input` if the form can make no more codes; `pool_not_found` if the pool was deleted
 */
export async function takeRefill(
	database: Database,
	plan: RefillPlan,
): Promise<Refill | 'enough' | 'busy' | 'paused' | 'closed'> {
	const { pool, dynamic, provider, purpose } = plan;
	return await retried(
		async () =>
			await database.transaction(async (session) => {
				// Whoever asks at the same moment sees what this transaction has begun.
				await takeRefillTurns(session, dynamic);
				const [state] = await session.query<State>(LOOK, [pool.id, dynamic.provider, dynamic.shop]);
				if (state === undefined) {
					throw poolNotFound(pool.id);
				}
				if (purpose === 'byItself' && !state.mayGive) {
					return 'closed';
				}
				if (purpose !== 'ahead' && state.paused) {
					return 'paused';
				}
				// Nobody waits for another pool's codes, nor for codes that only come along.
				if (purpose === 'onTheSpot' && state.available >= plan.needed) {
					return 'enough';
				}
				if (provider.oneAtATime && state.busy) {
					return 'busy';
				}
				const facts = { poolId: pool.id, ruleId: state.ruleId, worker: randomUUID() };
				const left = await takeOver(session, plan, facts);
				if (left !== null) {
					return left;
				}
				// Codes on their way to others who wait do not help those who wait here.
				const coming = purpose === 'onTheSpot' ? 0 : state.pending;
				const count = Math.min(plan.target - state.available - coming, provider.mostCodes);
				if (count <= 0) {
					return 'enough';
				}
				checkRoom(dynamic.form, state.added + count);
				return await reserve(session, plan, facts, count);
			}),
	);
}

interface State {
	mayGive: boolean;
	paused: boolean;
	busy: boolean;
	available: number;
	pending: number;
	added: number;
	ruleId: string;
}

type Facts = Pick<Refill, 'poolId' | 'ruleId' | 'worker'>;

async function takeOver(
	session: Session,
	{ leaseSeconds }: RefillPlan,
	facts: Facts,
): Promise<Refill | null> {
	const { poolId, worker } = facts;
	const [left] = await session.query<{ id: string; shop_job_id: string | null; pushes: number }>(
		TAKE_OVER,
		[poolId, worker, leaseSeconds],
	);
	if (left === undefined) {
		return null;
	}
	const codes = await session.query<{ code: string }>(CODES, [poolId, left.id]);
	return {
		...facts,
		id: left.id,
		codes: codes.map(({ code }) => code),
		jobId: left.shop_job_id,
		pushes: left.pushes,
		isNew: false,
	};
}

async function reserve(
	session: Session,
	{ dynamic, leaseSeconds }: RefillPlan,
	facts: Facts,
	count: number,
): Promise<Refill> {
	const { poolId, worker } = facts;
	const [{ id }] = await session.query<{ id: string }>(BEGIN, [poolId, worker, leaseSeconds]);
	const codes: string[] = [];
	for (let round = 0; codes.length < count; round++) {
		if (round === MOST_ROUNDS) {
			throw usedUp(dynamic.form);
		}
		const rows = await session.query<{ code: string }>(RESERVE, [
			poolId,
			id,
			drawCodes(dynamic.form, count - codes.length),
			codes.length,
			dynamic.provider,
			dynamic.shop,
		]);
		codes.push(...rows.map(({ code }) => code));
	}
	return { ...facts, id, codes, jobId: null, pushes: 1, isNew: true };
}

function usedUp(form: Required<CodeForm>): CouponPoolsError {
	return new CouponPoolsError(
		'invalid_input',
		`Nearly all codes of ${form.length} characters with the prefix ${JSON.stringify(form.prefix)} exist already`,
		{
			hint: "Make the codes longer, or change their prefix: run Create Pool again with 'If the Pool Exists' → 'Update It'.",
		},
	);
}

const LOOK = `
	select
		${mayGive} as "mayGive",
		exists (
			select 1 from :schema.dynamic_pools where pool_id = $1 and paused_until > statement_timestamp()
		) as paused,
		exists (
			select 1 from :schema.refills
			join :schema.dynamic_pools as theirs on theirs.pool_id = refills.pool_id
			where theirs.provider = $2 and theirs.shop = $3 and refills.worker_until > statement_timestamp()
		) as busy,
		(
			select count(*)::int from :schema.codes
			where pool_id = $1 and state = 'available' and expires_at > now() + pools.expiration_cutoff
		) as available,
		(select count(*)::int from :schema.refill_codes where pool_id = $1) as pending,
		(select rule_id from :schema.dynamic_pools where pool_id = $1) as "ruleId",
		(select coalesce(sum(added), 0)::float8 from :schema.batches where pool_id = $1) as added
	from :schema.pools
	where id = $1`;

const TAKE_OVER = `
	update :schema.refills
	set worker = $2, worker_until = statement_timestamp() + $3::float8 * interval '1 second'
	where pool_id = $1 and id = (
		select id from :schema.refills
		where pool_id = $1 and worker_until <= statement_timestamp()
		order by id limit 1
	)
	returning id, shop_job_id, pushes`;

const CODES = `
	select code from :schema.refill_codes where pool_id = $1 and refill_id = $2 order by line`;

const BEGIN = `
	insert into :schema.refills (pool_id, worker, worker_until)
	values ($1, $2, statement_timestamp() + $3::float8 * interval '1 second')
	returning id`;

/** A code that any pool of the shop has, or has reserved, is left out. */
const RESERVE = `
	with known as materialized (
		select codes.code from :schema.dynamic_pools as ours
		join :schema.codes on codes.pool_id = ours.pool_id and codes.code = any ($3::text[])
		where ours.provider = $5 and ours.shop = $6
		union all
		select reserved.code from :schema.dynamic_pools as ours
		join :schema.refill_codes as reserved on reserved.pool_id = ours.pool_id and reserved.code = any ($3::text[])
		where ours.provider = $5 and ours.shop = $6
	)
	insert into :schema.refill_codes (pool_id, refill_id, code, line)
	select $1::bigint, $2::bigint, made.code, $4::int + row_number() over ()
	from (select distinct unnest($3::text[]) as code) as made
	where not exists (select from known where known.code = made.code)
	on conflict (pool_id, code) do nothing
	returning code`;
