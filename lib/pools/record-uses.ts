import type { Database } from '../database/database';

/** The fact that a step of a workflow works with a pool. */
export interface PoolUse {
	readonly poolId: string;
	readonly workflow: { readonly id: string; readonly name: string; readonly active: boolean };
	/** The step: its id, which stays when the step is renamed, and its name on the canvas. */
	readonly node: { readonly id: string; readonly name: string };
	/** What it does with the pool, in the words of the person who looks: `Assign Coupon`. */
	readonly operation: string;
	/** What codes are given for; empty where none are given. */
	readonly campaign?: string;
	/** Whether it is a run on the canvas rather than one of the workflow on its own. */
	readonly manual: boolean;
}

/** Milliseconds between writing down a use that goes on. */
const INTERVAL = 5 * 60_000;
/** A campaign may be an expression. Of one step, no more than these are kept: the list is for people. */
const MOST_CAMPAIGNS = 100;
/** Characters: what the key consists of must fit into an index. n8n's ids have up to 36. */
const MOST_OF_AN_ID = 100;
/** How many uses a process remembers; beyond these it begins anew, which costs statements and nothing else. */
const MOST_REMEMBERED = 10_000;

interface Remembered {
	use: PoolUse;
	writtenAt: number;
	/** Since the use was last written. */
	runs: number;
}

/**
 * Remembers which steps use which pools, and writes it down in the background: the first time at once, then at most
 * every five minutes, and nobody waits for it. What cannot be written is left out: a note is not worth a run.
 */
export class UseRecorder {
	private readonly uses = new Map<string, Remembered>();

	private timer: NodeJS.Timeout | undefined;

	private writing: Promise<void> = Promise.resolve();

	constructor(private readonly database: Database) {}

	/** Counts a run for each of the uses, and returns at once. */
	record(uses: readonly PoolUse[]): void {
		if (this.uses.size > MOST_REMEMBERED) {
			this.writeThose(({ runs }) => runs > 0);
			this.uses.clear();
		}
		for (const use of uses) {
			const key = keyOf(use);
			const known = this.uses.get(key);
			// That a workflow was turned on or renamed is news, whenever it was last written.
			const isNews = known === undefined || seenOf(known.use) !== seenOf(use);
			this.uses.set(key, {
				use,
				writtenAt: isNews ? 0 : known.writtenAt,
				runs: (known?.runs ?? 0) + 1,
			});
		}
		this.writeThose(({ runs, writtenAt }) => runs > 0 && Date.now() - writtenAt >= INTERVAL);
		this.timer ??= setTimeout(() => {
			this.timer = undefined;
			this.writeThose(({ runs }) => runs > 0);
		}, INTERVAL).unref();
	}

	/** Writes what is still to be written: before the uses are looked at, and at the end. */
	async flush(): Promise<void> {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.writeThose(({ runs }) => runs > 0);
		await this.writing;
	}

	private writeThose(which: (remembered: Remembered) => boolean): void {
		const due = [...this.uses.values()].filter(which);
		if (due.length === 0) {
			return;
		}
		const counted = due.map(({ use, runs }) => ({ use, runs }));
		for (const remembered of due) {
			remembered.writtenAt = Date.now();
			remembered.runs = 0;
		}
		this.writing = this.writing
			.then(async () => await writeUses(this.database, counted))
			.catch(() => undefined);
	}
}

function keyOf({ poolId, workflow, node, operation, campaign = '', manual }: PoolUse): string {
	return JSON.stringify([poolId, workflow.id, node.id, operation, campaign, manual]);
}

function seenOf({ workflow, node }: PoolUse): string {
	return JSON.stringify([workflow.name, workflow.active, node.name]);
}

async function writeUses(
	database: Database,
	counted: ReadonlyArray<{ use: PoolUse; runs: number }>,
): Promise<void> {
	const texts = (of: (use: PoolUse) => string, most = 255) =>
		counted.map(({ use }) => storable(of(use), most));
	await database.query(WRITE, [
		texts(({ poolId }) => poolId),
		texts(({ workflow }) => workflow.id, MOST_OF_AN_ID),
		texts(({ node }) => node.id, MOST_OF_AN_ID),
		texts(({ operation }) => operation, MOST_OF_AN_ID),
		texts(({ campaign }) => campaign ?? ''),
		counted.map(({ use }) => use.manual),
		texts(({ workflow }) => workflow.name),
		texts(({ node }) => node.name),
		counted.map(({ use }) => use.workflow.active),
		counted.map(({ runs }) => runs),
		MOST_CAMPAIGNS,
	]);
}

/** n8n's names may be of any length and content; these are for reading. */
function storable(text: string, most: number): string {
	return [...text.toWellFormed().replaceAll('\0', '')].slice(0, most).join('');
}

/** In the order of the key, so that two processes that write the same uses wait for each other and never in a circle. */
const WRITE = `
	with used as materialized (
		select distinct on (pool_id, workflow_id, node_id, operation, campaign, manual) *,
			row_number() over (partition by pool_id, workflow_id, node_id) as turn
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[],
			$9::boolean[], $10::int[]) as used (pool_id, workflow_id, node_id, operation, campaign, manual,
			workflow_name, node_name, workflow_active, runs)
		order by pool_id, workflow_id, node_id, operation, campaign, manual
	), known as materialized (
		select pool_id, workflow_id, node_id, operation, campaign, manual,
			count(*) over (partition by pool_id, workflow_id, node_id) as of_node
		from :schema.uses
		where pool_id = any ($1::bigint[]) and workflow_id = any ($2::text[])
	)
	insert into :schema.uses (pool_id, workflow_id, node_id, operation, campaign, manual,
		workflow_name, node_name, workflow_active, first_used_at, last_used_at, runs)
	select pool_id, workflow_id, node_id, operation, campaign, manual,
		workflow_name, node_name, workflow_active, now(), now(), runs
	from used
	join :schema.pools on pools.id = used.pool_id
	where exists (
		select from known
		where (known.pool_id, known.workflow_id, known.node_id, known.operation, known.campaign, known.manual)
			= (used.pool_id, used.workflow_id, used.node_id, used.operation, used.campaign, used.manual)
	) or turn + coalesce((
		select max(of_node) from known
		where known.pool_id = used.pool_id and known.workflow_id = used.workflow_id and known.node_id = used.node_id
	), 0) <= $11::int
	order by pool_id, workflow_id, node_id, operation, campaign, manual
	on conflict (pool_id, workflow_id, node_id, operation, campaign, manual) do update
	set workflow_name = excluded.workflow_name, node_name = excluded.node_name,
		workflow_active = excluded.workflow_active, last_used_at = excluded.last_used_at, runs = uses.runs + excluded.runs`;
