/**
 * Statements that change codes record it in `tallies`, in a step of their own: `tallied as (${tally(…)})`.
 *
 * Each column adds up to a sum of the pool. `taken` names the rows whose codes changed: they have the columns batch_id
 * and expires_at of the stock. What is counted of them is SQL, such as `-count(*)`. $1 is the pool.
 */
export function tally(taken: string, changes: Changes): string {
	return `${tallyEach(taken, changes)}
	group by batch_id, ${hourOf('expires_at')}`;
}

/** The same for a statement about one code, which needs no counting: a change is given as `-1`, say. */
export function tallyEach(taken: string, changes: Changes): string {
	const columns = Object.keys(changes) as TallyColumn[];
	const usedHour = columns.includes('used');
	return `
	insert into :schema.tallies (pool_id, batch_id, expires_hour, ${columns.join(', ')}${usedHour ? ', used_hour' : ''})
	select $1, batch_id, ${hourOf('expires_at')}, ${columns.map((column) => changes[column]).join(', ')}${usedHour ? `, ${hourOf('now()')}` : ''}
	from ${taken}`;
}

type Changes = Partial<Record<TallyColumn, string>>;

type TallyColumn = 'available' | 'reserved' | 'assigned' | 'removed' | 'redeemed' | 'used';

/** Hours of UTC, which are the same everywhere; they are few, however many codes there are. */
export function hourOf(instant: string): string {
	return `date_trunc('hour', ${instant}, 'UTC')`;
}
