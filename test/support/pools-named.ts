import type { Database, Session, SqlValue } from '../../lib/database/database';

/**
 * Statements that may read several pools at once, and so several shards of a cluster, recognized by a part of their
 * text. All others belong to one pool and must name it. `docs/scaling.md` has the same list.
 */
export const ACROSS_POOLS: ReadonlyArray<{ what: string; text: string }> = [
	{
		what: 'how pools stand, of which a watcher is to hear too',
		text: 'select fronts.pool_id, pools.* from :schema.fronts',
	},
	{
		what: 'assignments, of all pools',
		text: 'held.pool_id as "poolId", pools.merchant, pools.name as pool, recipient, campaign',
	},
	{
		what: 'recipients by what they hold, in all pools',
		text: 'select recipient, codes, redeemed, usable',
	},
	{
		what: 'a recipient’s history',
		text: 'with held as materialized ( select pools.merchant, pools.name',
	},
	{
		what: 'erasing a person',
		text: 'with named as materialized ( select pools.id as pool_id, held.id',
	},
	{
		what: 'what an order’s codes may mean',
		text: 'as spelt (used, code, exact, customer, otherwise)',
	},
	{ what: 'holds that have ended', text: 'select distinct pool_id from :schema.assignments' },
	{
		what: 'whether a shop is busy with another pool',
		text: 'join :schema.dynamic_pools as theirs',
	},
	{ what: 'codes of a shop’s other pools', text: 'from :schema.dynamic_pools as ours' },
	{ what: 'what a watcher was told, and how far', text: ':schema.watches' },
	{
		what: 'forgetting what a watcher was told',
		text: 'from :schema.deliveries where watcher = $1',
	},
	{ what: 'codes of other pools, for Unique Across Pools', text: 'with elsewhere as materialized' },
	{ what: 'the same of codes already given', text: "'stands in the pool ' || to_json" },
];

/**
 * Passes statements on, and remembers those that do not name their pool: in a cluster that is distributed by `pool_id`,
 * such a statement goes to every shard, or is refused.
 *
 * It sees this by the server's own plan: each scan of a distributed table must have a condition that its pool equals a
 * value of the statement. A condition on a joined row will not do.
 */
export class PoolsNamed {
	private readonly seen = new Set<string>();
	private distributed: ReadonlySet<string> | undefined;

	/** What is wrong, and with which statement. */
	readonly faults: string[] = [];

	watch(database: Database): Database {
		const queryOf =
			(session: Session) =>
			async <Row>(text: string, values?: readonly SqlValue[]) => {
				await this.look(session, text);
				return await session.query<Row>(text, values);
			};
		return {
			query: queryOf(database),
			queryPrepared: async <Row>(name: string, text: string, values: readonly SqlValue[]) => {
				await this.look(database, text);
				return await database.queryPrepared<Row>(name, text, values);
			},
			transaction: async (work) =>
				await database.transaction(
					async (session) => await work({ ...session, query: queryOf(session) }),
				),
			listen: database.listen,
			close: async () => await database.close(),
		};
	}

	private async look(session: Session, text: string): Promise<void> {
		if (this.seen.has(text) || !/^\s*(with|select|insert|update|delete)\b/.test(text)) {
			return;
		}
		this.seen.add(text);
		this.distributed ??= await distributedTables(session);
		const { distributed } = this;
		if (distributed.size === 0) {
			return;
		}
		const [row] = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
			`explain (generic_plan, verbose, format json) ${text}`,
		);
		const scans = scansOf(row['QUERY PLAN'][0].Plan);
		const open = scans.filter(
			(scan) => distributed.has(scan['Relation Name'] ?? '') && !namesPool(scan),
		);
		const words = text.replaceAll(/\s+/g, ' ').trim();
		if (open.length > 0 && !ACROSS_POOLS.some((known) => words.includes(known.text))) {
			const tables = [...new Set(open.map((scan) => scan['Relation Name']))].join(', ');
			this.faults.push(`${tables} without a pool: ${words}`);
		}
	}
}

/**
 * The tables with a pool. None before PostgreSQL 16, which cannot plan statements whose values are not known: then
 * there is nothing to look at.
 */
async function distributedTables(session: Session): Promise<ReadonlySet<string>> {
	const tables = await session.query<{ name: string }>(
		`select distinct relname as name from pg_attribute join pg_class on pg_class.oid = attrelid
		where attname = 'pool_id' and relkind = 'r' and current_setting('server_version_num')::int >= 160000`,
	);
	return new Set(tables.map(({ name }) => name));
}

interface PlanNode {
	'Node Type': string;
	'Relation Name'?: string;
	'Index Cond'?: string;
	'Recheck Cond'?: string;
	Filter?: string;
	Output?: string[];
	Plans?: PlanNode[];
}

function scansOf(node: PlanNode): PlanNode[] {
	const below = (node.Plans ?? []).flatMap(scansOf);
	return node['Relation Name'] !== undefined && / Scan$/.test(node['Node Type'])
		? [node, ...below]
		: below;
}

/** `pool_id = $1`, `pool_id = any ($1)`, or a value that was computed before, such as `(InitPlan 1).col1`. */
function namesPool(scan: PlanNode): boolean {
	const conditions = [scan['Index Cond'], scan['Recheck Cond'], scan.Filter].join(' ');
	return /\bpool_id = (ANY \()?(ARRAY\[)?[('{]*(\$\d|\d|InitPlan)/.test(conditions);
}
