import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Received {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: unknown;
}

export interface HttpRecorder {
	readonly url: string;
	readonly received: Received[];
	close(): Promise<void>;
}

/** A server on this machine in the place of one that messages are sent to; answers with JSON. */
export async function openHttpRecorder(
	answer: (request: Received) => object = () => ({}),
): Promise<HttpRecorder> {
	const received: Received[] = [];
	const server = createServer(async (request, response) => {
		const pieces: Buffer[] = [];
		for await (const piece of request) pieces.push(piece as Buffer);
		const text = Buffer.concat(pieces).toString();
		const arrived = {
			method: request.method ?? '',
			path: request.url ?? '',
			headers: request.headers,
			body: text ? (JSON.parse(text) as unknown) : undefined,
		};
		received.push(arrived);
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(answer(arrived)));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
