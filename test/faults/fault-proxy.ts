import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { Random } from './form';

/** When a connection is cut: before the server sees a statement, while it runs, or once it is committed. */
export type Cut = 'before' | 'during' | 'after';

interface Way {
	readonly client: Socket;
	readonly server: Socket;
	/** Whether the login is through. */
	ready: boolean;
	/** Whether a statement is under way. */
	busy: boolean;
	armed?: Cut;
}

/** A proxy to a database server on this machine that can be slow, frozen or cut. */
export class FaultProxy {
	readonly cuts: Record<Cut, number> = { before: 0, during: 0, after: 0 };
	/** Milliseconds that each piece is held back, in both directions. */
	latency = 0;
	/** What share of the statements is to be cut off, in which ways, and the numbers that choose them. */
	cutting?: { share: number; kinds: readonly Cut[]; random: Random };
	private readonly ways = new Set<Way>();
	private held: Array<() => void> | undefined;

	private constructor(
		private readonly listener: Server,
		/** The server's port; it changes when the server starts again. */
		public serverPort: number,
	) {
		listener.on('connection', (client) => this.open(client));
	}

	static async open(serverPort: number): Promise<FaultProxy> {
		const listener = createServer();
		await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
		return new FaultProxy(listener, serverPort);
	}

	/** The database's URL through this proxy. */
	url(databaseUrl: string): string {
		const url = new URL(databaseUrl);
		url.port = String((this.listener.address() as AddressInfo).port);
		return url.toString();
	}

	/** Lets nothing through in either direction; connections stay open, and new ones hang. */
	freeze(): void {
		this.held ??= [];
	}

	/** Lets everything through that was held. */
	thaw(): void {
		const held = this.held ?? [];
		this.held = undefined;
		held.forEach((pass) => pass());
	}

	async close(): Promise<void> {
		this.ways.forEach((way) => this.cut(way));
		await new Promise<void>((resolve) => this.listener.close(() => resolve()));
	}

	private open(client: Socket): void {
		const server = connect(this.serverPort, '127.0.0.1');
		const way: Way = { client, server, ready: false, busy: false };
		this.ways.add(way);
		for (const socket of [client, server]) {
			socket.setNoDelay(true);
			socket.on('error', () => undefined);
			socket.on('close', () => this.cut(way));
		}
		client.on('data', (data) => this.pass(() => this.toServer(way, data)));
		server.on('data', (data) => this.pass(() => this.toClient(way, data)));
	}

	private pass(forward: () => void): void {
		if (this.held !== undefined) {
			this.held.push(forward);
		} else if (this.latency > 0) {
			setTimeout(forward, this.latency);
		} else {
			forward();
		}
	}

	private toServer(way: Way, data: Buffer): void {
		const begins = way.ready && !way.busy && data[0] !== TERMINATE;
		if (begins) {
			way.busy = true;
			way.armed ??= this.choose();
			if (way.armed === 'before') {
				this.count(way);
				return;
			}
		}
		way.server.write(data);
		if (begins && way.armed === 'during') {
			setTimeout(
				() => {
					if (way.busy && way.armed === 'during') {
						this.count(way);
					}
				},
				(this.cutting?.random() ?? 0) * LONGEST_WAIT_MS,
			);
		}
	}

	private toClient(way: Way, data: Buffer): void {
		const state = data.length >= 6 && data.subarray(-6, -1).equals(READY) ? data.at(-1) : undefined;
		if (state !== undefined) {
			way.busy = false;
			if (way.armed === 'during') {
				way.armed = undefined; // It was quicker.
			} else if (way.ready && way.armed === 'after' && state === IDLE && data[0] !== ERROR) {
				this.count(way);
				return;
			}
			way.ready = true;
		}
		way.client.write(data);
	}

	private choose(): Cut | undefined {
		const { share, kinds, random } = this.cutting ?? NOTHING;
		return random() < share ? kinds[Math.floor(random() * kinds.length)] : undefined;
	}

	private count(way: Way): void {
		if (way.armed !== undefined && this.ways.has(way)) {
			this.cuts[way.armed]++;
			this.cut(way);
		}
	}

	/** Half of the connections end in order, and half by a reset, as sent by a router that forgets connections. */
	private cut(way: Way): void {
		this.ways.delete(way);
		if ((this.cutting?.random() ?? 0) < 0.5) {
			way.client.destroy();
		} else {
			way.client.resetAndDestroy();
		}
		way.server.destroy();
	}
}

const LONGEST_WAIT_MS = 4;

const NOTHING = { share: 0, kinds: [] as readonly Cut[], random: () => 1 };

/**
 * From PostgreSQL's protocol: what a client says last, an error, and what ends every answer, with the transaction's
 * state.
 */
const TERMINATE = 'X'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
const READY = Buffer.from('Z\0\0\0\x05', 'latin1');
const IDLE = 'I'.charCodeAt(0);
