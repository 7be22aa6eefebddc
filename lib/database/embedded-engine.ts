import { join } from 'node:path';

import type { PGlite } from '@electric-sql/pglite';

/** PGlite on a folder that this process holds; after a panic, a new one. */
export class EmbeddedEngine {
	private starting: Promise<PGlite> | undefined;

	/** Why the one that is running, or was to be started, cannot be used. */
	private panic: Error | undefined;

	constructor(private readonly folder: string) {}

	/**
	 * The engine, started where none is running. What was committed before a panic, as when the disk is full, is
	 * there again.
	 *
	 * @throws the panic, as long as its cause keeps the next one from starting
	 */
	async running(): Promise<PGlite> {
		if (this.panic !== undefined) {
			this.starting = this.startAnew(this.panic, this.starting);
			this.panic = undefined;
		}
		this.starting ??= this.start();
		return await this.starting;
	}

	async close(): Promise<void> {
		const engine = await this.starting?.catch(() => undefined);
		await engine?.close();
	}

	private async start(): Promise<PGlite> {
		const { PGlite: Engine } = await import('@electric-sql/pglite');
		const engine = await Engine.create(join(this.folder, 'postgres'), {
			// A start that fails would leave this timer behind, and it keeps the process from ending.
			startParams: [...Engine.defaultStartParams, '-c', 'log_startup_progress_interval=0'],
		});
		let panic: Error | undefined;
		const answer = engine.execProtocolStream.bind(engine);
		engine.execProtocolStream = async (message, options) => {
			try {
				return await answer(message, options);
			} catch (error) {
				if (panic === undefined && (error as { severity?: string }).severity === 'PANIC') {
					panic = error as Error;
					this.panic = panic;
				}
				throw error;
			}
		};
		// A server's process ends with a panic. Here, whatever waits for its turn is run by what is left of it, which goes
		// round for ever, and this process with it (PGlite 0.5.16).
		const run = engine.execProtocolRawSync.bind(engine);
		engine.execProtocolRawSync = (message) => {
			if (panic !== undefined) {
				throw panic;
			}
			return run(message);
		};
		return engine;
	}

	private async startAnew(panic: Error, previous: Promise<PGlite> | undefined): Promise<PGlite> {
		try {
			// Closes its files, and cannot say so to what is left of it.
			await previous?.then(async (engine) => await engine.close()).catch(() => undefined);
			return await this.start();
		} catch {
			this.panic = panic;
			throw panic;
		}
	}
}
