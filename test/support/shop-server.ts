import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ShopAnswer {
	status: number;
	/** Sent as JSON, except that a text is sent as it is. */
	body: unknown;
	headers?: Record<string, string>;
}

export interface AskedOfShop {
	method: string;
	/** With its query. */
	path: string;
	headers: IncomingMessage['headers'];
	/** As it was sent. */
	text: string;
	/** Parsed, if it is JSON. */
	body: unknown;
}

/** The server of a stand-in for a shop, which breaks when a test says so. */
export interface ShopServer {
	readonly url: string;
	/** All requests that arrived, the oldest first. */
	readonly asked: readonly AskedOfShop[];
	/** Does what the next requests that contain `text` ask for, and cuts the connection instead of answering. */
	loseAnswersTo(text: string, times?: number): void;
	/**
	 * `down`: connections are cut at once. `hanging`: nothing is done and nothing answered. `dripping`: an answer begins,
	 * and goes on for ever.
	 */
	state: 'up' | 'down' | 'hanging' | 'dripping';
	/** Answers in place of the shop, if set. */
	instead?(asked: AskedOfShop): ShopAnswer;
	close(): Promise<void>;
}

export async function openShopServer(
	answer: (asked: AskedOfShop) => Promise<ShopAnswer> | ShopAnswer,
): Promise<ShopServer> {
	const asked: AskedOfShop[] = [];
	let losing = { text: '', times: 0 };
	const server = createServer((request, response) => {
		void serve(request, response);
	});
	const shop: Omit<ShopServer, 'url'> & { url: string } = {
		url: '',
		asked,
		state: 'up',
		loseAnswersTo: (text: string, times = 1) => {
			losing = { text, times };
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (shop.state === 'down') {
			request.socket.destroy();
			return;
		}
		const one = await read(request);
		asked.push(one);
		if (shop.state === 'hanging') {
			return;
		}
		if (shop.state === 'dripping') {
			drip(response);
			return;
		}
		const { status, body, headers } = await (shop.instead ?? answer)(one);
		if (losing.times > 0 && one.text.includes(losing.text)) {
			losing.times--;
			request.socket.destroy();
			return;
		}
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(typeof body === 'string' ? body : JSON.stringify(body));
	}

	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	shop.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return shop;
}

function drip(response: ServerResponse): void {
	response.writeHead(200, { 'content-type': 'application/json' });
	const timer = setInterval(() => response.write(' '), 20);
	response.once('close', () => clearInterval(timer));
}

async function read(request: IncomingMessage): Promise<AskedOfShop> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) {
		chunks.push(chunk as Buffer);
	}
	const text = Buffer.concat(chunks).toString();
	const { method = '', url = '', headers } = request;
	return { method, path: url, headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
