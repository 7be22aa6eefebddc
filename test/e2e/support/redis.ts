import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';

import { freePort } from '../../../demo/ports.js';
import { startServer, wait } from '../../../demo/processes.js';

/** A Redis for n8n's queue. */
export interface Redis {
	/** How n8n is told of it. */
	readonly settings: Record<string, string>;
	stop(): Promise<void>;
}

/** The one of `REDIS_URL`, or the system's `redis-server`, started on loopback with its data in `folder`. */
export async function openRedis(folder: string, logFile: string): Promise<Redis> {
	if (process.env.REDIS_URL) {
		return { settings: settingsOf(new URL(process.env.REDIS_URL)), stop: async () => undefined };
	}
	mkdirSync(folder, { recursive: true });
	const port = await freePort(0);
	const server = startServer(
		'redis-server',
		[
			'--port',
			String(port),
			'--bind',
			'127.0.0.1',
			'--dir',
			folder,
			'--save',
			'',
			'--appendonly',
			'no',
		],
		{ cwd: folder, logFile },
	);
	for (let tries = 0; server.running && !(await answers(port)); tries++) {
		if (tries === 100) break;
		await wait(100);
	}
	if (!server.running) {
		throw new Error(
			`redis-server ${await server.ended}: install it, or name a Redis in REDIS_URL. See ${logFile}`,
		);
	}
	return {
		settings: settingsOf(new URL(`redis://127.0.0.1:${port}/0`)),
		stop: async () => await server.stop('SIGTERM', 10),
	};
}

function settingsOf(url: URL): Record<string, string> {
	return {
		QUEUE_BULL_REDIS_HOST: url.hostname,
		QUEUE_BULL_REDIS_PORT: url.port || '6379',
		QUEUE_BULL_REDIS_DB: url.pathname.slice(1) || '0',
		QUEUE_BULL_REDIS_USERNAME: decodeURIComponent(url.username),
		QUEUE_BULL_REDIS_PASSWORD: decodeURIComponent(url.password),
		QUEUE_BULL_REDIS_TLS: String(url.protocol === 'rediss:'),
		// A Redis that others use too has no jobs of ours left from the last time.
		QUEUE_BULL_PREFIX: `coupon-pools-${process.pid}-${Date.now()}`,
	};
}

async function answers(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = createConnection({ host: '127.0.0.1', port });
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}
