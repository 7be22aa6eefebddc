import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { query, startPostgres, type Postgres } from '../../demo/postgres';
import type { Certificate } from './certificate';

/** A PostgreSQL of a test's own, for what would disturb other tests. */
export class OwnServer {
	private constructor(
		private readonly folder: string,
		private server: Postgres,
		/** Where it keeps its files. */
		readonly dataDirectory: string,
	) {}

	static async start(): Promise<OwnServer> {
		const folder = mkdtempSync(join(tmpdir(), 'coupon-pools-server-'));
		// If we are root, the server runs as another user, who has to reach it here.
		chmodSync(folder, 0o755);
		const server = await startIn(folder);
		const [{ path }] = (await query(
			server.url('postgres'),
			"select current_setting('data_directory') as path",
		)) as Array<{ path: string }>;
		return new OwnServer(folder, server, path);
	}

	/** The URL of its database `postgres`, as its administrator. The port changes with each start. */
	get url(): string {
		return this.server.url('postgres');
	}

	get port(): number {
		return this.server.port;
	}

	get user(): string {
		return this.server.user;
	}

	get password(): string {
		return this.server.password;
	}

	async query(text: string, values?: unknown[]): Promise<unknown[]> {
		return await query(this.url, text, values);
	}

	/** Offers TLS with this certificate from now on. */
	async offerTls({ certificate, key }: Certificate): Promise<void> {
		this.write('server.crt', certificate);
		this.write('server.key', key);
		await this.query('alter system set ssl = on');
		await this.query('select pg_reload_conf()');
	}

	/** Like `pg_ctl restart -m immediate`: every process ends at once, and the log is replayed at the start. */
	async crashAndStart(): Promise<void> {
		process.kill(this.server.pid, 'SIGQUIT');
		await this.server.stop();
		this.server = await startIn(this.folder);
	}

	async stop(): Promise<void> {
		await this.server.stop();
		rmSync(this.dataDirectory, { recursive: true, force: true });
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** Writes into its folder, readable for it alone: it refuses a key that others could read. */
	private write(name: string, content: string): void {
		const file = join(this.dataDirectory, name);
		writeFileSync(file, content, { mode: 0o600 });
		const { uid, gid } = statSync(this.dataDirectory);
		chownSync(file, uid, gid);
	}
}

async function startIn(folder: string): Promise<Postgres> {
	return await startPostgres({
		folder: join(folder, 'data'),
		password: 'own-server-secret',
		logFile: join(folder, 'postgres.log'),
		// What was answered must survive a crash, so a commit is written before it is answered.
		durable: true,
	});
}
