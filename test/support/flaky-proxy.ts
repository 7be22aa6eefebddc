import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to the test database that breaks when it is told to. */
export interface FlakyProxy {
	/** The database's URL by this way. */
	readonly url: string;
	/** Cuts the connection once the server has answered a statement that holds `text`, before the answer is seen. */
	loseAnswerTo(text: string): void;
	/** How many answers were lost so far. */
	readonly lost: number;
	/** Cuts all connections now; new ones are let through. */
	cut(): void;
	close(): Promise<void>;
}

export async function openFlakyProxy(databaseUrl: string): Promise<FlakyProxy> {
	const target = new URL(databaseUrl);
	const sockets = new Set<Socket>();
	let loseAnswerTo: string | undefined;
	let lost = 0;

	const server = createServer((client) => {
		const upstream = connect(Number(target.port || 5432), target.hostname);
		let losing = false;
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => undefined);
			socket.on('close', () => {
				sockets.delete(socket);
				client.destroy();
				upstream.destroy();
			});
		}
		client.on('data', (data) => {
			if (loseAnswerTo !== undefined && data.includes(loseAnswerTo)) {
				loseAnswerTo = undefined;
				losing = true;
			}
			upstream.write(data);
		});
		upstream.on('data', (data) => {
			// The first byte of an answer comes after the statement's end, and so after its commit.
			if (losing) {
				losing = false;
				lost++;
				client.destroy();
			} else {
				client.write(data);
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = new URL(databaseUrl);
	url.hostname = '127.0.0.1';
	url.port = String((server.address() as AddressInfo).port);
	return {
		url: url.toString(),
		get lost() {
			return lost;
		},
		loseAnswerTo: (text) => {
			loseAnswerTo = text;
		},
		cut: () => sockets.forEach((socket) => socket.destroy()),
		close: async () => {
			sockets.forEach((socket) => socket.destroy());
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
