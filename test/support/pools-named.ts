import type { Database, Session, SqlValue } from '../../lib/database/database';

/**
 * Statements that may read several pools at once, and so several shards of a cluster, told by a part of their
 * text. All others are one pool's and must name it.
 */
const ACROSS_POOLS: ReadonlyArray<{ what: string; text: string }> = [
	{ what: 'how pools stand, several or all', text: 'as unlimited from :schema.pools' },
	{
		what: 'Get Many of Assignment without a pool',
		text: 'held.pool_id as "poolId", pools.merchant, pools.name as pool, recipient, campaign',
	},
	{
		what: 'recipients by what they hold, without a pool',
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
	{ what: 'Unique Across Pools', text: 'delete from pg_temp.staged_codes as staged where exists' },
];

/**
 * Passes statements on, and remembers those that do not name their pool: in a cluster that is distributed by
 * `pool_id`, such a one goes to every shard, or is refused.
 *
 * Told by the server's own plan: each scan of a table that is distributed has a condition that its pool is equal
 * to a value of the statement. A condition on a joined row will not do.
 */
export class PoolsNamed {
	private readonly seen = new Set<string>();
	private canLook: boolean | undefined;

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
			close: async () => await database.close(),
		};
	}

	private async look(session: Session, text: string): Promise<void> {
		if (this.seen.has(text) || !/^\s*(with|select|insert|update|delete)\b/.test(text)) {
			return;
		}
		this.seen.add(text);
		this.canLook ??= await knowsGenericPlans(session);
		if (!this.canLook) {
			return;
		}
		const [row] = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
			`explain (generic_plan, verbose, format json) ${text}`,
		);
		const scans = scansOf(row['QUERY PLAN'][0].Plan);
		const open = scans.filter((scan) => isDistributed(scan) && !namesPool(scan));
		const words = text.replaceAll(/\s+/g, ' ').trim();
		if (open.length > 0 && !ACROSS_POOLS.some((known) => words.includes(known.text))) {
			const tables = [...new Set(open.map((scan) => scan['Relation Name']))].join(', ');
			this.faults.push(`${tables} without a pool: ${words}`);
		}
	}
}

/** Plans of statements whose values are not known: from PostgreSQL 16 on. */
async function knowsGenericPlans(session: Session): Promise<boolean> {
	const [server] = await session.query<{ number: number }>(
		"select current_setting('server_version_num')::int as number",
	);
	return server.number >= 160_000;
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

function isDistributed(scan: PlanNode): boolean {
	return (
		!['pools', 'migrations', 'staged_codes'].includes(scan['Relation Name'] ?? '') &&
		!(scan['Relation Name'] ?? '').startsWith('pg_')
	);
}

/** `pool_id = $1`, `pool_id = any ($1)`, or a value that was reckoned before, as `(InitPlan 1).col1`. */
function namesPool(scan: PlanNode): boolean {
	const conditions = [scan['Index Cond'], scan['Recheck Cond'], scan.Filter].join(' ');
	return /\bpool_id = (ANY \()?(ARRAY\[)?[('{]*(\$\d|\d|InitPlan)/.test(conditions);
}
