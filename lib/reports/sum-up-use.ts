import type { Session } from '../database/database';
import { useChanges } from './use-changes';

/** Events per statement: 0.1 s, during which an embedded database answers nobody else. */
const PIECE = 20_000;

/**
 * Sums up what the ledger has gained since the last time, so that a report reads little besides the sums. Each report
 * calls it; the sums may be behind, since what they lack is read from the ledger.
 *
 * Events get their numbers before they are committed, so that a lower number can appear after a higher one. The newest
 * event is therefore noted first, and summed up at a later call: when every transaction that was open when it was noted
 * has ended (all below its xmax). The minute is for clusters, where the coordinator does not see the workers'
 * transactions. A transaction id that is still in the future was noted on another server, before a restore.
 */
export async function sumUpUse(session: Session, poolId: string): Promise<void> {
	for (let more = true; more; ) {
		const [summed] = await session.query<{ more: boolean }>(SUM_UP, [poolId, PIECE]);
		more = summed?.more ?? false;
	}
	await session.query(NOTE_NEXT, [poolId]);
}

/** Forgets the sums of a pool, whose ledger is then summed up from the beginning. */
export async function forgetSums(session: Session, poolId: string): Promise<void> {
	// `report_sums` first: whoever sums up holds its row.
	for (const table of ['report_sums', 'campaign_sums', 'quarter_sums']) {
		await session.query(`delete from :schema.${table} where pool_id = $1`, [poolId]);
	}
}

/** Only one client at a time: another finds the row locked, and leaves it to the first. */
const SUM_UP = `
	with mark as materialized (
		select read_to, next_to from :schema.report_sums
		where pool_id = $1 and next_to is not null and next_at < now() - interval '1 minute'
			and next_xmax <= pg_snapshot_xmin(pg_current_snapshot())
		for update skip locked
	), piece as materialized (
		select max(id) as last, count(*) as events from (
			select id from :schema.events
			where pool_id = $1 and id > (select read_to from mark) and id <= (select next_to from mark)
			order by id limit $2
		) as ids
	), changes as materialized (
		${useChanges('events.id > (select read_to from mark) and events.id <= (select last from piece)')}
	), by_campaign as (
		insert into :schema.campaign_sums as kept
			(pool_id, campaign, assigned, redeemed, first_assigned_at, last_assigned_at)
		select $1, campaign, sum(assigned), sum(redeemed),
			coalesce(min(at) filter (where assigned > 0), 'infinity'),
			coalesce(max(at) filter (where assigned > 0), '-infinity')
		from changes
		group by campaign
		on conflict (pool_id, campaign) do update
		set assigned = kept.assigned + excluded.assigned, redeemed = kept.redeemed + excluded.redeemed,
			first_assigned_at = least(kept.first_assigned_at, excluded.first_assigned_at),
			last_assigned_at = greatest(kept.last_assigned_at, excluded.last_assigned_at)
		returning xmax = 0 as is_new
	), by_quarter as (
		insert into :schema.quarter_sums as kept (pool_id, quarter, assigned, redeemed)
		select $1, date_bin('15 minutes', at, '2000-01-01T00:00Z'), sum(assigned), sum(redeemed)
		from changes
		group by date_bin('15 minutes', at, '2000-01-01T00:00Z')
		on conflict (pool_id, quarter) do update
		set assigned = kept.assigned + excluded.assigned, redeemed = kept.redeemed + excluded.redeemed
	), in_all as (
		select coalesce(sum(assigned), 0) as assigned, coalesce(sum(redeemed), 0) as redeemed,
			coalesce(sum(assigned) filter (where source = 'default'), 0) as by_default
		from changes
	)
	update :schema.report_sums as kept
	set read_to = case when piece.events < $2 then mark.next_to else piece.last end,
		next_to = case when piece.events < $2 then null else mark.next_to end,
		assigned = kept.assigned + in_all.assigned, redeemed = kept.redeemed + in_all.redeemed,
		by_default = kept.by_default + in_all.by_default,
		campaigns = kept.campaigns + (select count(*) from by_campaign where is_new)
	from mark, piece, in_all
	where kept.pool_id = $1
	returning kept.next_to is not null as more`;

const NOTE_NEXT = `
	insert into :schema.report_sums as kept (pool_id, next_to, next_xmax, next_at)
	select $1, max(id), pg_snapshot_xmax(pg_current_snapshot()), now()
	from :schema.events
	where pool_id = $1
	having max(id) is not null
	on conflict (pool_id) do update
	set next_to = excluded.next_to, next_xmax = excluded.next_xmax, next_at = excluded.next_at
	where excluded.next_to > kept.read_to and (kept.next_to is null or kept.next_xmax > excluded.next_xmax)`;
