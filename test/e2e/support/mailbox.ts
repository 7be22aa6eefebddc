import { createServer, type AddressInfo, type Socket } from 'node:net';

import { loadOfN8n } from './run-example';

/** An e-mail as it arrived. */
export interface Mail {
	readonly to: string;
	readonly subject: string;
	readonly html: string;
	readonly text: string;
	readonly attachments: ReadonlyArray<{ readonly name: string; readonly content: string }>;
}

export interface Mailbox {
	/** What arrived, in this order; the next look begins behind it. */
	take(): Promise<Mail[]>;
	/** For n8n's SMTP credential. */
	readonly credential: { host: string; port: number; secure: false; disableStartTls: true };
	close(): Promise<void>;
}

interface Parsed {
	to: { text: string };
	subject?: string;
	html: string | false;
	text?: string;
	attachments: Array<{ filename?: string; content: Buffer }>;
}

/** A mail server on this machine, which keeps what it is given. */
export async function openMailbox(): Promise<Mailbox> {
	const arrived: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		receive(socket, (raw) => arrived.push(raw));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		take: async () => await Promise.all(arrived.splice(0).map(parse)),
		credential: {
			host: '127.0.0.1',
			port: (server.address() as AddressInfo).port,
			secure: false,
			disableStartTls: true,
		},
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** As much of SMTP (RFC 5321) as a sender needs to hand over its mails. */
function receive(socket: Socket, keep: (raw: string) => void): void {
	let pending = '';
	let mail: string[] | undefined;
	socket.setEncoding('utf8');
	socket.write('220 mailbox\r\n');
	socket.on('data', (piece: string) => {
		const lines = (pending + piece).split('\r\n');
		pending = lines.pop() ?? '';
		for (const line of lines) {
			if (!mail) {
				const command = line.slice(0, 4).toUpperCase();
				if (command === 'DATA') mail = [];
				socket.write(ANSWERS[command] ?? '250 OK\r\n');
			} else if (line === '.') {
				keep(mail.join('\r\n'));
				mail = undefined;
				socket.write('250 kept\r\n');
			} else {
				mail.push(line.startsWith('.') ? line.slice(1) : line);
			}
		}
	});
}

const ANSWERS: Readonly<Record<string, string>> = {
	DATA: '354 go on\r\n',
	QUIT: '221 bye\r\n',
};

async function parse(raw: string): Promise<Mail> {
	const { simpleParser } = loadOfN8n('mailparser') as {
		simpleParser: (raw: string) => Promise<Parsed>;
	};
	const { to, subject = '', html, text = '', attachments } = await simpleParser(raw);
	return {
		to: to.text,
		subject,
		html: html || '',
		text,
		attachments: attachments.map(({ filename = '', content }) => ({
			name: filename,
			content: content.toString(),
		})),
	};
}
