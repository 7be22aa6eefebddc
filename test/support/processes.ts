import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type {
	AssignOptions,
	AssignRequest,
	AssignResult,
	DatabaseSettings,
	WatchOptions,
} from '../../lib';

interface Work {
	settings: DatabaseSettings;
	poolId: string;
	requests: readonly AssignRequest[];
	options?: AssignOptions;
	/** A call for each request, instead of one for all. */
	oneByOne?: boolean;
	/** Milliseconds by which the process's clock is ahead, or behind if negative. */
	clockShift?: number;
}

export interface Assigner {
	readonly process: ChildProcess;
	/** The answers, complete when the process has ended. */
	readonly answers: Promise<AssignResult[]>;
	/** Resolves when this many calls were answered. */
	answered(calls: number): Promise<void>;
}

/** Starts a process that assigns through the built package. */
export function assignInProcess(work: Work): Assigner {
	const clock = join(__dirname, 'shifted-clock.js');
	const child = spawn(
		process.execPath,
		[...(work.clockShift ? ['--require', clock] : []), join(__dirname, 'worker.js')],
		{
			stdio: ['pipe', 'pipe', 'inherit'],
			env: { ...process.env, CLOCK_SHIFT: String(work.clockShift ?? 0) },
		},
	);
	const results: AssignResult[] = [];
	let calls = 0;
	const waiting: Array<{ calls: number; resolve: () => void }> = [];
	createInterface({ input: child.stdout }).on('line', (line) => {
		results.push(...(JSON.parse(line) as AssignResult[]));
		calls++;
		waiting.filter((one) => one.calls <= calls).forEach(({ resolve }) => resolve());
	});
	const answers = new Promise<AssignResult[]>((resolve) =>
		child.once('close', () => resolve(results)),
	);
	child.stdin.end(JSON.stringify(work));
	return {
		process: child,
		answers,
		answered: async (wanted) => {
			await Promise.race([
				new Promise<void>((resolve) =>
					calls >= wanted ? resolve() : waiting.push({ calls: wanted, resolve }),
				),
				answers,
			]);
		},
	};
}

export interface Watcher {
	readonly process: ChildProcess;
	/** Resolves when it watches. */
	readonly ready: Promise<void>;
	/** The ids of the events that it was told so far. */
	readonly eventIds: string[];
}

/** Starts a process that watches through the built package. */
export function watchInProcess(work: {
	settings: DatabaseSettings;
	options: Omit<WatchOptions, 'onEvents' | 'onTrouble'>;
}): Watcher {
	const child = spawn(process.execPath, [join(__dirname, 'watcher.js')], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const eventIds: string[] = [];
	const ready = new Promise<void>((resolve) => {
		createInterface({ input: child.stdout }).on('line', (line) => {
			const { eventId } = JSON.parse(line) as { eventId?: string };
			if (eventId === undefined) resolve();
			else eventIds.push(eventId);
		});
	});
	child.stdin.end(JSON.stringify(work));
	return { process: child, ready, eventIds };
}
