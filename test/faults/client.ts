import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { DatabaseSettings } from '../../lib';
import type { Call, Outcome } from './history';

/** A process that uses the built library, and can be killed. */
export class Client {
	/** Resolves when it has opened the database, or has ended. */
	readonly ready: Promise<void>;
	/** How it ended: the signal, or the exit code. */
	readonly ended: Promise<NodeJS.Signals | number | null>;
	running = true;
	private readonly child: ChildProcess;
	private readonly waiting = new Map<number, (outcome: Outcome) => void>();
	private calls = 0;

	constructor(settings: DatabaseSettings) {
		this.child = spawn(process.execPath, [join(__dirname, 'caller.js')], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		let open: () => void = () => undefined;
		const opened = new Promise<void>((resolve) => (open = resolve));
		this.ended = new Promise((resolve) => {
			this.child.once('close', (code, signal) => {
				this.running = false;
				this.waiting.forEach((end) => end({ kind: 'unknown' }));
				this.waiting.clear();
				resolve(signal ?? code);
			});
		});
		this.ready = Promise.race([opened, this.ended.then(() => undefined)]);
		// Writing to a process that was just killed is not an error of the test.
		this.child.stdin?.on('error', () => undefined);
		createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
			const said = JSON.parse(line) as { ready?: true; id: number } & Answer;
			if (said.ready) {
				open();
				return;
			}
			this.waiting.get(said.id)?.(
				said.error === undefined
					? { kind: 'answer', answer: said.answer }
					: { kind: 'error', ...said.error },
			);
			this.waiting.delete(said.id);
		});
		this.child.stdin?.write(`${JSON.stringify(settings)}\n`);
	}

	/** The outcome of the call: `unknown` if the process ended before it answered. */
	async call({ method, args }: Call): Promise<Outcome> {
		if (!this.running) {
			return { kind: 'unknown' };
		}
		const id = ++this.calls;
		return await new Promise((resolve) => {
			this.waiting.set(id, resolve);
			this.child.stdin?.write(`${JSON.stringify({ id, method, args })}\n`);
		});
	}

	async kill(): Promise<void> {
		this.child.kill('SIGKILL');
		await this.ended;
	}

	/** Lets it end by itself. */
	async end(): Promise<NodeJS.Signals | number | null> {
		this.child.stdin?.end();
		return await this.ended;
	}
}

interface Answer {
	answer?: unknown;
	error?: { code: string; message: string; hint: string };
}
