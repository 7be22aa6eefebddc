import type { Database } from '../../lib/database/database';

interface StoredCode {
	code: string;
	copy: number;
	state: string;
	batch: string;
}

interface LedgerEvent {
	id: string;
	kind: string;
	code: string;
	copy: number;
	assignment: string | null;
}

/**
 * Rebuilds the state of every code of a pool from its batches and the ledger alone, checking each step, and
 * compares it with what is stored.
 */
export async function expectLedgerToReplay(database: Database, poolId: string): Promise<void> {
	const codes = await database.query<StoredCode>(
		'select code, copy, state, batch_id as batch from :schema.codes where pool_id = $1',
		[poolId],
	);
	const batches = await database.query<{ id: string; added: number }>(
		'select id, added from :schema.batches where pool_id = $1',
		[poolId],
	);
	const events = await database.query<LedgerEvent>(
		`select id, kind, code, copy, assignment_id as assignment from :schema.events
		where pool_id = $1 and copy is not null order by id`,
		[poolId],
	);

	const added = new Map<string, number>();
	codes.forEach(({ batch }) => added.set(batch, (added.get(batch) ?? 0) + 1));
	for (const batch of batches) {
		expect({ ...batch, stored: added.get(batch.id) ?? 0 }).toEqual({
			...batch,
			stored: batch.added,
		});
	}

	expect(Object.fromEntries(replay(codes, events))).toEqual(
		Object.fromEntries(codes.map((code) => [keyOf(code), code.state])),
	);
}

function keyOf({ code, copy }: { code: string; copy: number }): string {
	return `${code} ${copy}`;
}

/** The state of each code after the last event. */
function replay(codes: readonly StoredCode[], events: readonly LedgerEvent[]): Map<string, string> {
	// All were available once. A code that was removed has stepped aside for a later one of the same text.
	const states = new Map<string, string>();
	const holders = new Map<string, string>();
	codes.forEach((code) => states.set(keyOf(code), code.copy > 0 ? 'available' : 'removed later'));
	for (const event of events) {
		const key = keyOf(event);
		const state = states.get(key);
		const step = { ...event, from: state, holder: holders.get(key) ?? null };
		switch (event.kind) {
			case 'assigned':
				expect(step).toMatchObject({ from: 'available', holder: null });
				states.set(key, 'assigned');
				holders.set(key, event.assignment ?? '');
				break;
			case 'released':
				expect(step).toMatchObject({ from: 'assigned', holder: event.assignment });
				states.set(key, 'available');
				holders.delete(key);
				break;
			case 'redeemed':
				expect(step).toMatchObject({ from: 'assigned', holder: event.assignment });
				break;
			case 'removed':
				expect(step).toMatchObject({ from: 'removed later' });
				// It was removed as copy 1, and nobody held it.
				expect(holders.has(keyOf({ code: event.code, copy: 1 }))).toBe(false);
				states.set(key, 'removed');
				break;
			default:
				expect(event.kind).toBe('repeated');
		}
	}
	return states;
}
