import type { AssignOptions, AssignRequest } from '../../lib';

/** What the pools should hold, in plain objects: no SQL, no clever order, nothing shared with the library. */
export interface ModelCode {
	code: string;
	state: 'available' | 'assigned' | 'removed';
	/** Hours of the model's clock; Infinity for never. */
	expires: number;
	batch: number;
}

export interface ModelAssignment {
	key: number;
	recipient: string;
	campaign: string;
	/** Null for the default code. */
	stock: ModelCode | null;
	code: string;
	expires: number;
	at: number;
	/** Its place among all that was done. */
	turn: number;
	redeemed: boolean;
	released: boolean;
	erased: boolean;
}

export interface Expected {
	kind: 'initial' | 'repeat' | 'none';
	code: string | null;
	reason?: string;
	key?: number;
}

/** One unique pool. Its clock counts hours. */
export class PoolModel {
	now = 0;
	active = true;
	archived = false;
	activeBeforeArchive = true;
	low = false;
	codes: ModelCode[] = [];
	assignments: ModelAssignment[] = [];
	undone = new Set<number>();
	/** Who was answered what: by request id. */
	readonly requests = new Map<string, { key: number; initial: boolean }>();
	private keys = 0;
	private turns = 0;
	/** When somebody was told last that the stock is low. */
	private told = 0;
	private readonly batches: Array<{ added: number; turn: number }> = [];

	constructor(
		readonly defaultCode: string | null,
		readonly threshold: number,
	) {}

	upload(batch: number, codes: readonly string[], expires: number) {
		const seen = new Set<string>();
		const counts = { added: 0, duplicatesInFile: 0, alreadyInPool: 0 };
		for (const code of codes) {
			if (seen.has(code)) {
				counts.duplicatesInFile++;
			} else if (this.present(code) !== undefined) {
				counts.alreadyInPool++;
			} else {
				counts.added++;
				this.codes.push({ code, state: 'available', expires, batch });
			}
			seen.add(code);
		}
		if (counts.added > 0) {
			this.batches.push({ added: counts.added, turn: ++this.turns });
		}
		return counts;
	}

	/** Answers request after request: doing them one by one is what doing them at once must look like. */
	assign(requests: readonly AssignRequest[], options: AssignOptions): Expected[] {
		return requests.map((request) => this.assignOne(request, options));
	}

	release(key: number): boolean {
		const held = this.find(key);
		if (held === undefined || held.released || held.redeemed) {
			return false;
		}
		held.released = true;
		if (held.stock !== null) {
			held.stock.state = 'available';
		}
		return true;
	}

	/** @returns whether it is the first time; undefined if it cannot be redeemed */
	redeem(key: number): boolean | undefined {
		const held = this.find(key);
		if (held === undefined || held.released) {
			return undefined;
		}
		const first = !held.redeemed;
		held.redeemed = true;
		return first;
	}

	remove(codes: readonly string[]): Array<string | true> {
		return codes.map((text) => {
			const code = this.present(text);
			if (code === undefined) {
				return this.codes.some((one) => one.code === text) ? 'already_removed' : 'unknown_code';
			}
			if (code.state === 'assigned') {
				return 'assigned';
			}
			code.state = 'removed';
			return true;
		});
	}

	undo(batch: number): number {
		const gone = this.codes.filter((code) => code.batch === batch && code.state === 'available');
		gone.forEach((code) => (code.state = 'removed'));
		return gone.length;
	}

	erase(recipient: string): number {
		const theirs = this.assignments.filter((one) => one.recipient === recipient && !one.erased);
		for (const one of theirs) {
			one.erased = true;
			one.recipient = '';
			for (const [id, { key }] of this.requests) {
				if (key === one.key) {
					this.requests.delete(id);
				}
			}
		}
		return theirs.length;
	}

	archive(): void {
		if (!this.archived) {
			this.activeBeforeArchive = this.active;
		}
		this.archived = true;
		this.active = false;
	}

	restore(): void {
		if (this.archived) {
			this.active = this.activeBeforeArchive;
		}
		this.archived = false;
	}

	stock() {
		const count = (test: (code: ModelCode) => boolean) => this.codes.filter(test).length;
		const available = count((code) => code.state === 'available' && code.expires > this.now);
		const wasTold = this.low && !this.wasRefilled(available);
		this.low = available <= this.threshold;
		const alert = this.low && !wasTold;
		if (alert) {
			this.told = ++this.turns;
		}
		return {
			available,
			assigned: count(({ state }) => state === 'assigned'),
			removed: count(({ state }) => state === 'removed'),
			expiredUnassigned: count((code) => code.state === 'available' && code.expires <= this.now),
			total: this.codes.length,
			redeemed: this.assignments.filter(
				(one) => one.stock !== null && one.redeemed && !one.released,
			).length,
			low: this.low,
			alert,
		};
	}

	/** Whether a batch since the last alert brought the stock above the threshold, as far as what is held tells. */
	private wasRefilled(available: number): boolean {
		const since = this.batches.filter(({ turn }) => turn > this.told).slice(-10);
		return since.some(({ turn }) => {
			const given = this.assignments.filter(
				(one) => one.stock !== null && !one.released && one.turn > turn,
			).length;
			const later = since.filter((other) => other.turn > turn);
			return available + given - later.reduce((sum, { added }) => sum + added, 0) > this.threshold;
		});
	}

	history(recipient: string): string[] {
		return this.assignments.filter((one) => one.recipient === recipient).map(({ code }) => code);
	}

	isEmpty(): boolean {
		return this.assignments.length === 0 && this.codes.every(({ state }) => state === 'removed');
	}

	private assignOne(request: AssignRequest, options: AssignOptions): Expected {
		const { recipient, campaign = '', requestId } = request;
		const before = requestId === undefined ? undefined : this.requests.get(requestId);
		if (requestId !== undefined && before !== undefined) {
			const { code, released } = this.find(before.key) as ModelAssignment;
			if (released) {
				return { kind: 'none', code: null, reason: 'released' };
			}
			return { kind: before.initial ? 'initial' : 'repeat', code, key: before.key };
		}
		if (!this.active) {
			return { kind: 'none', code: null, reason: 'pool_inactive' };
		}
		const held = this.assignments.findLast(
			(one) =>
				one.recipient === recipient &&
				!one.released &&
				(options.scope === 'pool' || one.campaign === campaign),
		);
		if (held !== undefined && this.keeps(held, options)) {
			if (held.expires <= this.now) {
				return { kind: 'none', code: null, reason: 'code_expired' };
			}
			this.remember(requestId, held.key, false);
			return { kind: 'repeat', code: held.code, key: held.key };
		}
		if (options.ifAlreadyAssigned === 'onlyRepeat') {
			return { kind: 'none', code: null, reason: 'never_assigned' };
		}
		return this.giveNew(request);
	}

	private keeps(
		held: ModelAssignment,
		{ ifAlreadyAssigned, withinHours = 24 }: AssignOptions,
	): boolean {
		const valid = held.expires > this.now;
		switch (ifAlreadyAssigned) {
			case 'sameWithin':
				return held.at > this.now - withinHours && valid;
			case 'sameUntilExpires':
				return valid;
			case 'sameUntilRedeemed':
				return !held.redeemed && valid;
			case 'alwaysNew':
				return false;
			default:
				return true;
		}
	}

	private giveNew({ recipient, campaign = '', requestId }: AssignRequest): Expected {
		// Soonest-expiring first, then as uploaded.
		const [stock = null] = this.codes
			.filter((code) => code.state === 'available' && code.expires > this.now)
			.sort((one, other) => (one.expires === other.expires ? 0 : one.expires - other.expires));
		const code = stock?.code ?? this.defaultCode;
		if (code === null) {
			return { kind: 'none', code: null, reason: 'out_of_stock' };
		}
		if (stock !== null) {
			stock.state = 'assigned';
		}
		const key = ++this.keys;
		this.assignments.push({
			key,
			recipient,
			campaign,
			stock,
			code,
			expires: stock?.expires ?? Infinity,
			at: this.now,
			turn: ++this.turns,
			redeemed: false,
			released: false,
			erased: false,
		});
		this.remember(requestId, key, true);
		return { kind: 'initial', code, key };
	}

	private remember(requestId: string | undefined, key: number, initial: boolean): void {
		if (requestId !== undefined) {
			this.requests.set(requestId, { key, initial });
		}
	}

	private find(key: number): ModelAssignment | undefined {
		return this.assignments.find((one) => one.key === key);
	}

	/** The code as it stands in the pool now; one that was removed does not. */
	private present(text: string): ModelCode | undefined {
		return this.codes.find(({ code, state }) => code === text && state !== 'removed');
	}
}
