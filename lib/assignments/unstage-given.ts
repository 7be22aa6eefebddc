import { lostZerosReason } from '../codes/lost-zeros';
import { lockOutOtherChecks } from '../codes/unstage-elsewhere';
import type { InvalidRow } from '../codes/upload-report';
import type { Session } from '../database/database';
import { endHoldsOfStaged } from './end-holds';

/** What was taken out of the staged rows again. */
export interface Unstaged {
	/** Rows that say what is known already. */
	readonly known: number;
	/** Rows that contradict it. */
	readonly refused: number;
	/** The first of those. */
	readonly rows: readonly InvalidRow[];
}

/** Takes out the shorter of the numeric codes, where a spreadsheet has dropped leading zeros. */
export async function unstageShortNumbers(
	session: Session,
	length: number,
	most: number,
): Promise<Unstaged> {
	const [unstaged] = await session.query<Unstaged>(SHORT_NUMBERS, [
		most,
		length,
		lostZerosReason(length),
	]);
	return unstaged;
}

/** Of several rows with one code the first counts; one that names another recipient is refused. */
export async function unstageDuplicates(session: Session, most: number): Promise<Unstaged> {
	const [unstaged] = await session.query<Unstaged>(DUPLICATES, [most]);
	return unstaged;
}

/** Takes out codes that stand in another pool, and not in this one. */
export async function unstageElsewhere(
	session: Session,
	poolId: string,
	most: number,
): Promise<Unstaged> {
	await lockOutOtherChecks(session);
	const [unstaged] = await session.query<Unstaged>(ELSEWHERE, [most, poolId]);
	return unstaged;
}

/** Takes out codes of the pool that are not free; available ones are locked, so that nobody else is given them. */
export async function unstageHeld(
	session: Session,
	poolId: string,
	most: number,
): Promise<Unstaged> {
	await endHoldsOfStaged(session, poolId);
	await session.query(LOCK_AVAILABLE, [poolId]);
	const [unstaged] = await session.query<Unstaged>(HELD, [most, poolId]);
	return unstaged;
}

/** In the order of the codes, so that two imports wait for each other and never in a circle. */
const LOCK_AVAILABLE = `
	select from :schema.codes
	where pool_id = $1 and copy = 1 and state = 'available' and code in (select code from pg_temp.staged_given)
	order by code
	for update`;

/** @param judged SQL of the rows to take out, each with the reason why it contradicts, or null */
const unstageText = (judged: string) => `
	with judged as materialized (${judged}), gone as (
		delete from pg_temp.staged_given as staged using judged where staged.line = judged.line
	)
	select
		count(*) filter (where reason is null)::int as known,
		count(*) filter (where reason is not null)::int as refused,
		(
			select coalesce(json_agg(first order by line), '[]')
			from (
				select line, code as value, reason from judged where reason is not null order by line limit $1::int
			) as first
		) as rows
	from judged`;

const SHORT_NUMBERS = unstageText(`
	select line, code, $3::text as reason
	from pg_temp.staged_given
	where length(code) < $2::int and code ~ '^[0-9]+$'`);

const DUPLICATES = unstageText(`
	select line, code, case
		when recipient <> first_recipient then 'stands in line ' || first_line || ' already, given to another recipient'
	end as reason
	from (
		select line, code, recipient,
			first_value(recipient) over lines as first_recipient, first_value(line) over lines as first_line
		from pg_temp.staged_given
		window lines as (partition by code order by line)
	) as lines
	where line <> first_line`);

/** By way of the pools, since the pool leads the index. */
const ELSEWHERE = unstageText(`
	select line, code, 'stands in the pool ' || to_json(min(name)) as reason
	from (
		select staged.line, staged.code, other.name
		from :schema.pools as other
		join :schema.codes as theirs on theirs.pool_id = other.id and theirs.state <> 'removed'
		join pg_temp.staged_given as staged on staged.code = theirs.code
		where other.id <> $2
		union all
		select staged.line, staged.code, other.name
		from :schema.pools as other
		join :schema.shared_codes as theirs on theirs.pool_id = other.id
		join pg_temp.staged_given as staged on staged.code = theirs.code
		where other.id <> $2
	) as found
	where not exists (
		select from :schema.codes as known
		where known.pool_id = $2 and known.code = found.code and known.copy = 1
	)
	group by line, code`);

const HELD = unstageText(`
	select staged.line, staged.code, case
		when stock.state = 'reserved' then 'is on hold for somebody in this pool'
		when stock.recipient is distinct from staged.recipient then 'belongs to another recipient in this pool'
	end as reason
	from pg_temp.staged_given as staged
	join (
		select codes.code, codes.state, held.recipient
		from :schema.codes
		left join :schema.assignments as held
			on held.pool_id = $2 and held.code = codes.code and held.copy = 1 and held.released_at is null
		where codes.pool_id = $2 and codes.copy = 1 and codes.state <> 'available'
			and codes.code in (select code from pg_temp.staged_given)
	) as stock on stock.code = staged.code`);
