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
 * Rebuilds the state of every code of a pool from its batches and the ledger alone, checking each step, and compares it
 * with what is stored.
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

/** The state of each code after the last event. A removed code steps aside for a later one of the same text. */
function replay(codes: readonly StoredCode[], events: readonly LedgerEvent[]): Map<string, string> {
	const states = new Map<string, string>();
	const holders = new Map<string, string>();
	const lives = new Map<string, number>();
	for (const { code, copy } of codes) {
		// All codes were available once, the present one or an earlier one in its place.
		states.set(keyOf({ code, copy: Math.max(copy, 1) }), 'available');
		if (copy <= 1) {
			lives.set(code, (lives.get(code) ?? 0) + 1);
		}
	}
	for (const event of events) {
		const present = keyOf({ ...event, copy: Math.max(event.copy, 1) });
		const step = {
			...event,
			from: states.get(present),
			holder: holders.get(present) ?? null,
		};
		switch (event.kind) {
			case 'assigned':
			case 'reserved':
				expect(step).toMatchObject({ from: 'available', holder: null });
				states.set(present, event.kind);
				holders.set(present, event.assignment ?? '');
				break;
			case 'confirmed':
				expect(step).toMatchObject({ from: 'reserved', holder: event.assignment });
				states.set(present, 'assigned');
				break;
			case 'hold_ended':
				expect(step).toMatchObject({ from: 'reserved', holder: event.assignment });
				states.set(present, 'available');
				holders.delete(present);
				break;
			case 'released':
				expect(['assigned', 'reserved']).toContain(step.from);
				expect(step.holder).toBe(event.assignment);
				states.set(present, 'available');
				holders.delete(present);
				break;
			case 'redeemed':
				expect(step).toMatchObject({ from: 'assigned', holder: event.assignment });
				break;
			case 'removed':
				expect(step).toMatchObject({ from: 'available', holder: null });
				states.set(keyOf(event), 'removed');
				lives.set(event.code, (lives.get(event.code) ?? 0) - 1);
				if (lives.get(event.code) === 0) {
					states.delete(present);
				}
				break;
			default:
				expect(event.kind).toBe('repeated');
		}
	}
	return states;
}
