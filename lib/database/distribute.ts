import type { Database, Session } from './database';

/**
 * Spreads the tables over the nodes of a Citus cluster by their pool, so that one pool's work is one shard's: each
 * table with a `pool_id`, on the same shards. The pools themselves are on all nodes. Tables that are already
 * distributed are left as they are, so that only a later version's new tables follow.
 *
 * Does nothing on a server without Citus.
 *
 * @throws CouponPoolsError `database_rights` if this role does not own the tables
 */
export async function distribute(database: Database): Promise<void> {
	const citus = await database.query(`select from pg_extension where extname = 'citus'`);
	if (citus.length === 0 || (await tablesToDistribute(database)).length === 0) {
		return;
	}
	await database.transaction(async (session) => {
		// Of two processes at once, the later one finds the work done.
		await session.query('lock table :schema.migrations in share row exclusive mode');
		await distributeTables(session, await tablesToDistribute(session));
	});
}

interface Table {
	/** With its schema, quoted. */
	readonly name: string;
	readonly kind: 'pools' | 'codes' | 'other';
	/** The table of the codes, whose shards the others share. */
	readonly codes: string;
}

/**
 * Distributes all of the tables, or none, and drops their references to the pools. With such a reference, a table would
 * at once be managed by the coordinator, as the pools are, and could no longer be distributed if it numbers its rows by
 * itself ("cannot complete operation on a table with identity column", Citus 13.2); later, each row that refers to a
 * pool would keep all pools from being changed until its transaction ends.
 */
async function distributeTables(session: Session, tables: readonly Table[]): Promise<void> {
	// One connection per node, since what is on all nodes changes together with what is not.
	await session.query("set local citus.multi_shard_modify_mode = 'sequential'");
	const names = tables.map(({ name }) => name);
	for (const { table, name } of await session.query<Reference>(REFERENCES, [names])) {
		await session.query(`alter table :schema.${table} drop constraint ${name}`);
	}
	for (const table of tables) {
		await distributeTable(session, table);
	}
}

/** The pools first. */
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

/** A foreign key. Its names are quoted, and without the schema, which may be called `:schema` itself. */
interface Reference {
	readonly table: string;
	readonly name: string;
}

const REFERENCES = `
	select quote_ident(relname) as table, quote_ident(conname) as name
	from pg_constraint
	join pg_class on pg_class.oid = conrelid
	where contype = 'f' and conrelid = any ($1::regclass[])
	order by 1, 2`;
