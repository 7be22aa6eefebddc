import type { Database, Session } from './database';

/**
 * Spreads the tables over the nodes of a Citus cluster by their pool, so that one pool's work is one shard's:
 * each table with a `pool_id`, on the same shards; the pools themselves are on all nodes. Tables that are
 * distributed already are left as they are, so that a later version's new tables follow.
 *
 * Does nothing on a server without Citus. Each table is a statement of its own: Citus refuses to mix, in one
 * transaction, what it does on many connections with a change of a table that is on all nodes.
 *
 * @throws CouponPoolsError `database_rights` if this role does not own the tables
 */
export async function distribute(database: Database): Promise<void> {
	const citus = await database.query(`select from pg_extension where extname = 'citus'`);
	if (citus.length === 0) {
		return;
	}
	for (const table of await tablesToDistribute(database)) {
		try {
			await distributeTable(database, table);
		} catch (error) {
			const left = await tablesToDistribute(database);
			// Another process has done it at this moment.
			if (left.some(({ name }) => name === table.name)) {
				throw error;
			}
		}
	}
}

interface Table {
	/** With its schema, quoted. */
	readonly name: string;
	readonly kind: 'pools' | 'codes' | 'other';
	/** The table of the codes, whose shards the others share. */
	readonly codes: string;
}

/** The pools first, since others refer to them. */
async function tablesToDistribute(session: Session): Promise<Table[]> {
	return await session.query<Table>(
		`with ours as (
			select relation.oid, relation.relname, stock.oid::regclass::text as codes
			from pg_class as relation
			join pg_class as stock
				on stock.relnamespace = relation.relnamespace and stock.relname = 'codes'
			where relation.relkind = 'r' and relation.relnamespace = (
				select relnamespace from pg_class where oid = (select tableoid from :schema.migrations limit 1)
			)
		)
		select oid::regclass::text as name, case when relname in ('pools', 'codes') then relname else 'other' end as kind, codes
		from ours
		where (
				relname = 'pools'
				or exists (select from pg_attribute where attrelid = ours.oid and attname = 'pool_id' and not attisdropped)
			)
			and not exists (select from pg_dist_partition where logicalrelid = ours.oid)
		order by relname <> 'pools', relname <> 'codes', relname`,
	);
}

async function distributeTable(session: Session, { name, kind, codes }: Table): Promise<void> {
	if (kind === 'pools') {
		await session.query('select create_reference_table($1::regclass)', [name]);
	} else {
		await session.query(
			`select create_distributed_table($1::regclass, 'pool_id', colocate_with => $2)`,
			[name, kind === 'codes' ? 'default' : codes],
		);
	}
}
