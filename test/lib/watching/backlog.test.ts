import type { PoolEvent } from '../../../lib';
import type { Database, Session, SqlValue } from '../../../lib/database/database';
import { begin, look, WatchMemory, type WatchPlan } from '../../../lib/watching/look';
import { raiseMarks } from '../../../lib/watching/raise-marks';
import { EVENTS_A_LOOK, LedgerPlace } from '../../../lib/watching/tell-ledger';
import { onBothDatabases, onOneServer, type Fixture } from '../../support/databases';
import { numbered, poolWith } from '../../support/stock';
import { until } from '../../support/until';

const plan: WatchPlan = {
	watcher: 'test',
	pools: 'all',
	events: new Set(['assigned'] as const),
	timezone: 'UTC',
};

/** A pool whose watcher has begun, and of which so many codes were assigned since. */
async function backlogOf({ database, coupons }: Fixture, count: number): Promise<string> {
	const { id } = await poolWith({ coupons }, count + 1);
	await begin(database, plan, 'lastLook');
	await assign({ coupons }, id, count);
	return id;
}

async function assign({ coupons }: Pick<Fixture, 'coupons'>, id: string, count: number) {
	await coupons.assign(
		id,
		numbered(count).map((recipient) => ({ recipient })),
	);
}

/** A process that watches. */
class Watcher {
	readonly told: PoolEvent[] = [];

	private readonly memory = new WatchMemory();

	constructor(private readonly database: Database) {}

	/** @returns whether it would look again at once */
	async look(): Promise<boolean> {
		return (await look(this.database, plan, this.memory, (events) => this.told.push(...events)))
			.more;
	}

	async lookAtAll(): Promise<void> {
		while (await this.look());
	}
}

function expectOnceEach(told: readonly PoolEvent[], count: number): void {
	expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(count);
	expect(told).toHaveLength(count);
}

onBothDatabases('many events that wait to be told', (fixture) => {
	const markOf = async (id: string) => {
		const [{ mark }] = await fixture.database.query<{ mark: string }>(
			"select told_to as mark from :schema.watches where pool_id = $1 and topic = 'assigned'",
			[id],
		);
		return BigInt(mark);
	};
	const eventsOf = async (id: string) =>
		(
			await fixture.database.query<{ id: string }>(
				"select id from :schema.events where pool_id = $1 and kind = 'assigned' order by id",
				[id],
			)
		).map((event) => BigInt(event.id));
	/** As when a minute has passed, and what other tests have open has ended. */
	const raiseAbove = async (id: string, before: bigint) =>
		await until(async () => {
			await fixture.database.query(
				"update :schema.watches set next_at = now() - interval '2 minutes' where next_at is not null",
			);
			await fixture.database.transaction(async (session) => await raiseMarks(session, 'test'));
			return (await markOf(id)) > before;
		});
	/** Assigns a code, and takes the ledger's row of it away, as if that were not committed yet. */
	const assignLate = async (id: string) => {
		await fixture.coupons.assign(id, [{ recipient: 'late' }]);
		const [late] = await fixture.owner.query<Record<string, SqlValue>>(
			`delete from :schema.events
			where pool_id = $1 and id = (select max(id) from :schema.events where pool_id = $1)
			returning id, assignment_id, code, copy`,
			[id],
		);
		return {
			eventId: BigInt(late.id as string),
			commit: async () =>
				await fixture.owner.query(
					`insert into :schema.events (pool_id, kind, id, assignment_id, code, copy)
					overriding system value values ($1, 'assigned', $2, $3, $4, $5)`,
					[id, late.id, late.assignment_id, late.code, late.copy],
				),
		};
	};

	it('are told once each by several processes in turn', async () => {
		await backlogOf(fixture, 2600);
		const [one, two] = [new Watcher(fixture.database), new Watcher(fixture.database)];
		for (let more = true; more; ) {
			const both = [await one.look(), await two.look()];
			more = both.includes(true);
		}
		expectOnceEach([...one.told, ...two.told], 2600);
		expect(one.told.length).toBeGreaterThan(500);
		expect(two.told.length).toBeGreaterThan(500);
	});

	it('are followed at once by one with a lower number that was committed meanwhile', async () => {
		const { id } = await poolWith(fixture, 1201);
		await begin(fixture.database, plan, 'lastLook');
		const late = await assignLate(id);
		await assign(fixture, id, 1200);
		const watcher = new Watcher(fixture.database);
		await watcher.look();
		await watcher.look();
		await late.commit();
		await watcher.lookAtAll();
		expectOnceEach(watcher.told, 1201);
		expect(watcher.told.at(-1)).toMatchObject({ recipient: 'late' });
	});

	it('let the mark follow them, so that a restart goes on where they are', async () => {
		const id = await backlogOf(fixture, 1200);
		const events = await eventsOf(id);
		const first = new Watcher(fixture.database);
		await first.look();
		await first.look();
		await raiseAbove(id, events[0]);
		expect(await markOf(id)).toBe(events[1000] - 1n);
		expect(await fixture.database.query('select from :schema.deliveries')).toEqual([]);
		const second = new Watcher(fixture.database);
		await second.lookAtAll();
		expectOnceEach([...first.told, ...second.told], 1200);
		await raiseAbove(id, events[1000]);
		expect(await markOf(id)).toBe(events[1199]);
	});

	it('let no mark pass over one that was committed later than they were told', async () => {
		const { id } = await poolWith(fixture, 1201);
		await begin(fixture.database, plan, 'lastLook');
		await fixture.coupons.assign(id, [{ recipient: 'early' }]);
		const before = await markOf(id);
		const first = new Watcher(fixture.database);
		await first.look();
		await raiseAbove(id, before);
		const raised = await markOf(id);
		const late = await assignLate(id);
		await assign(fixture, id, 1199);
		const watcher = new Watcher(fixture.database);
		await watcher.look();
		await watcher.look();
		await late.commit();
		for (let turn = 0; turn < 3; turn++) {
			await fixture.database.query(
				"update :schema.watches set next_at = now() - interval '2 minutes' where next_at is not null",
			);
			await fixture.database.transaction(async (session) => await raiseMarks(session, 'test'));
			expect(await markOf(id)).toBeLessThan(late.eventId);
		}
		expect(await markOf(id)).toBeGreaterThanOrEqual(raised);
		const last = new Watcher(fixture.database);
		await last.lookAtAll();
		expectOnceEach([...first.told, ...watcher.told, ...last.told], 1201);
	});
});

onOneServer('many events that wait to be told', (fixture) => {
	/** Events that each look read, told by the server. */
	const countingReads = (): { database: Database; reads: number[] } => {
		const reads: number[] = [];
		const explaining =
			(session: Session) =>
			async <Row>(text: string, values?: readonly SqlValue[]) => {
				if (text.includes('as untold')) {
					const [row] = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
						`explain (analyze, timing off, format json) ${text}`,
						values,
					);
					reads.push(readOfEvents(row['QUERY PLAN'][0].Plan));
				}
				return await session.query<Row>(text, values);
			};
		const database: Database = {
			...fixture.database,
			transaction: async (work) =>
				await fixture.database.transaction(
					async (session) => await work({ query: explaining(session) }),
				),
		};
		return { database, reads };
	};

	it('are read as they are told, and neither those before nor those behind with them', async () => {
		const { id } = await poolWith(fixture, []);
		await begin(fixture.database, plan, 'lastLook');
		// Of a few thousand, the planner may rather read and sort all, which takes some milliseconds.
		await fixture.owner.query(
			`with given as (
				insert into :schema.assignments (pool_id, recipient, nth, source, code, expires_at)
				select $1, 'customer ' || nth, 1, 'default', 'WELCOME', 'infinity'
				from generate_series(1, 30000) as nth
				returning id
			)
			insert into :schema.events (pool_id, kind, assignment_id, code)
			select $1, 'assigned', id, 'WELCOME' from given`,
			[id],
		);
		const { database, reads } = countingReads();
		const watcher = new Watcher(database);
		for (let nth = 1; nth <= 4; nth++) await watcher.look();
		expectOnceEach(watcher.told, 4 * EVENTS_A_LOOK);
		expect(reads).toHaveLength(4);
		for (const read of reads) expect(read).toBeLessThanOrEqual(EVENTS_A_LOOK + 1);
	});
});

interface PlanNode {
	'Relation Name'?: string;
	'Actual Rows': number;
	'Actual Loops': number;
	Plans?: PlanNode[];
}

function readOfEvents(node: PlanNode): number {
	const own = node['Relation Name'] === 'events' ? node['Actual Rows'] * node['Actual Loops'] : 0;
	return (node.Plans ?? []).reduce((sum, below) => sum + readOfEvents(below), own);
}

describe('the place behind which a look goes on', () => {
	const full = (last: string) => ({ read: EVENTS_A_LOOK, last });

	it('is given up after a look that is not full, and then it is looked once more', () => {
		const place = new LedgerPlace();
		expect(place.moveOn(full('500'))).toBe(true);
		expect(place.behind).toBe('500');
		expect(place.moveOn({ read: 3, last: '503' })).toBe(true);
		expect(place.behind).toBeNull();
		expect(place.moveOn({ read: 0, last: null })).toBe(false);
	});

	it('is given up after a hundred looks, so that late events do not wait for the end of a queue that has none', () => {
		const place = new LedgerPlace();
		const places: Array<string | null> = [];
		for (let nth = 1; nth <= 200; nth++) {
			expect(place.moveOn(full(String(nth)))).toBe(true);
			places.push(place.behind);
		}
		expect(places.flatMap((behind, index) => (behind === null ? [index + 1] : []))).toEqual([
			100, 200,
		]);
	});
});
