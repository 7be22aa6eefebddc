import type { DatabaseSettings } from '../../lib';
import { Client } from './client';
import { oneOf, seeded } from './form';
import { isOpen, type Call, type Entry } from './history';
import { type LoadedPool, Workload } from './workload';

interface LoadOptions {
	/** For the seed. */
	readonly name: string;
	readonly settings: DatabaseSettings;
	readonly pools: readonly LoadedPool[];
	/** How many processes. */
	readonly clients: number;
	/** How many calls each has under way. */
	readonly atOnce: number;
}

/** Processes that call the library over and over; one that is killed is followed by another. */
export class Load {
	/** What was called and answered so far. */
	readonly history: Entry[] = [];
	/** How processes ended on their own, which they should not. */
	readonly strangeEnds: unknown[] = [];
	kills = 0;
	private readonly workload: Workload;
	private readonly random;
	private readonly slots: Client[];
	private readonly killed = new Set<Client>();
	private going = true;
	private readonly callers: Array<Promise<void>>;

	constructor(private readonly options: LoadOptions) {
		this.random = seeded(options.name);
		this.workload = new Workload(options.pools, this.random);
		this.slots = Array.from({ length: options.clients }, () => new Client(options.settings));
		this.callers = this.slots.flatMap((_, slot) =>
			Array.from({ length: options.atOnce }, async () => await this.callOverAndOver(slot)),
		);
	}

	get name(): string {
		return this.options.name;
	}

	get pools(): readonly LoadedPool[] {
		return this.options.pools;
	}

	/** How many calls ended with a database error. */
	get errors(): number {
		return this.history.filter(({ outcome }) => outcome.kind === 'error' && isOpen(outcome)).length;
	}

	async ready(): Promise<void> {
		await Promise.all(this.slots.map(async ({ ready }) => await ready));
	}

	/** Kills a process, and starts another in its place. */
	async killOne(): Promise<void> {
		const slot = Math.floor(this.random() * this.slots.length);
		const client = this.slots[slot];
		await client.ready;
		this.killed.add(client);
		this.slots[slot] = new Client(this.options.settings);
		await client.kill();
		this.kills++;
	}

	/** Goes on for a while, now that the faults are over, and lets all calls come to an end. */
	async end(): Promise<void> {
		const last = this.history.length + CALLS_AFTERWARDS;
		while (this.history.length < last) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		this.going = false;
		await Promise.all(this.callers);
		for (const client of this.slots) {
			this.note(await client.end());
		}
	}

	private async callOverAndOver(slot: number): Promise<void> {
		while (this.going) {
			const call = this.workload.next();
			// Callers who got no answer ask again, as a workflow does with Retry on Fail; but some give up.
			const tries = oneOf(this.random, [1, 5, 20]);
			for (let open = true, turn = 0; open && turn < tries && this.going; turn++) {
				open = await this.make(call, slot);
				if (open) {
					await new Promise((resolve) => setTimeout(resolve, this.random() * LONGEST_PAUSE_MS));
				}
			}
		}
	}

	/** @returns whether nobody knows if it took effect */
	private async make(call: Call, slot: number): Promise<boolean> {
		const client = this.slots[slot];
		await client.ready;
		const outcome = await client.call(call);
		this.history.push({ call, outcome });
		this.workload.learn(call, outcome);
		if (!client.running && !this.killed.has(client) && this.slots[slot] === client) {
			this.note(await client.ended);
			this.slots[slot] = new Client(this.options.settings);
		}
		return isOpen(outcome);
	}

	private note(end: unknown): void {
		if (end !== 0) {
			this.strangeEnds.push(end);
		}
	}
}

/** So that enough is answered, however slow the machine is and however soon the faults are over. */
const CALLS_AFTERWARDS = 100;

/** Before the same request is made again. */
const LONGEST_PAUSE_MS = 50;
