import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { openCouponPools } from '../../lib';
import type { CouponPools, DatabaseSettings } from '../../lib';

/** As stored by the credential Coupon Pools Database API. */
interface DatabaseCredential {
	database: 'postgres' | 'embedded';
	folder?: string;
	host?: string;
	port?: number;
	databaseName?: string;
	user?: string;
	password?: string;
	ssl?: boolean;
	ignoreSslIssues?: boolean;
	ca?: string;
	schema?: string;
	poolSize?: number;
	distributeWithCitus?: boolean;
}

interface Connection {
	/** Settles once, for all that ask at the same time. */
	coupons: Promise<CouponPools>;
	users: number;
	idleTimer?: NodeJS.Timeout;
}

/** As long as n8n's own connection pools live without use. */
const IDLE_MILLISECONDS = 5 * 60 * 1000;

// At module scope, since connections outlive the execution that opened them.
const connections = new Map<string, Connection>();

/** Connections that are closing: an embedded folder is opened again only when its last engine has let go. */
const closing = new Map<string, Promise<void>>();

/**
 * Runs `work` with the coupon pools of this credential.
 *
 * Executions share one connection pool per database. It closes after five minutes without use and never keeps n8n from
 * ending. A failed attempt to open is not remembered: the next call tries again.
 */
export async function withCouponPools<Result>(
	credential: ICredentialDataDecryptedObject,
	work: (coupons: CouponPools) => Promise<Result>,
): Promise<Result> {
	const { coupons, release } = holdCouponPools(credential);
	try {
		return await work(await coupons);
	} finally {
		release();
	}
}

/** The same for as long as a workflow is active; `release` has to be called in any case, and may be called again. */
export function holdCouponPools(credential: ICredentialDataDecryptedObject): {
	coupons: Promise<CouponPools>;
	release: () => void;
} {
	const options = openOptions(credential as unknown as DatabaseCredential);
	const key = connectionKey(options);
	const connection = take(key, options);
	let held = true;
	const release = () => {
		if (held) giveBack(key, connection);
		held = false;
	};
	return { coupons: connection.coupons, release };
}

/** Closes what is idle now, for tests and for a process that ends. */
export async function closeIdleConnections(): Promise<void> {
	const idle = [...connections].filter(([, connection]) => connection.users === 0);
	await Promise.all(idle.map(async ([key, connection]) => await close(key, connection)));
}

function take(key: string, options: DatabaseSettings): Connection {
	let connection = connections.get(key);
	if (!connection) {
		connection = { coupons: open(key, options), users: 0 };
		connections.set(key, connection);
		const opened = connection;
		opened.coupons.catch(() => forget(key, opened));
	}
	clearTimeout(connection.idleTimer);
	connection.users += 1;
	return connection;
}

function giveBack(key: string, connection: Connection): void {
	connection.users -= 1;
	if (connection.users > 0 || connections.get(key) !== connection) return;
	connection.idleTimer = setTimeout(() => void close(key, connection), IDLE_MILLISECONDS);
	connection.idleTimer.unref();
}

async function open(key: string, options: DatabaseSettings): Promise<CouponPools> {
	await closing.get(key);
	return await openCouponPools(options);
}

async function close(key: string, connection: Connection): Promise<void> {
	clearTimeout(connection.idleTimer);
	forget(key, connection);
	const closed = letGo(connection);
	closing.set(key, closed);
	await closed;
	if (closing.get(key) === closed) closing.delete(key);
}

async function letGo(connection: Connection): Promise<void> {
	const coupons = await connection.coupons.catch(() => undefined);
	// The database may be gone already: nobody waits for an idle connection's answer.
	await coupons?.close().catch(() => undefined);
}

function forget(key: string, connection: Connection): void {
	if (connections.get(key) === connection) connections.delete(key);
}

/** A hash, so that no password stays in memory as a key. */
function connectionKey(options: DatabaseSettings): string {
	return createHash('sha256').update(JSON.stringify(options)).digest('base64');
}

function openOptions(credential: DatabaseCredential): DatabaseSettings {
	if (credential.database === 'embedded') {
		return { dataDirectory: embeddedFolder(credential.folder ?? '') };
	}
	return {
		host: credential.host ?? 'localhost',
		port: Number(credential.port ?? 5432),
		database: credential.databaseName ?? 'postgres',
		user: credential.user ?? 'postgres',
		password: credential.password ?? '',
		ssl: sslOptions(credential),
		...(credential.schema && { schema: credential.schema }),
		...(credential.poolSize && { poolSize: Number(credential.poolSize) }),
		...(credential.distributeWithCitus && { distributeWithCitus: true }),
	};
}

function sslOptions({ ssl, ignoreSslIssues, ca }: DatabaseCredential) {
	if (ssl === false) return false;
	if (ignoreSslIssues) return { rejectUnauthorized: false };
	return ca?.trim() ? { rejectUnauthorized: true, ca } : { rejectUnauthorized: true };
}

function embeddedFolder(setting: string): string {
	// n8n keeps its .n8n folder here (N8N_USER_FOLDER), which in Docker is what the volume holds.
	const home = process.env.N8N_USER_FOLDER ?? homedir();
	const folder = setting.trim() || '~/.n8n/coupon-pools';
	if (folder === '~' || folder.startsWith('~/')) return join(home, folder.slice(1));
	return isAbsolute(folder) ? resolve(folder) : resolve(home, '.n8n', folder);
}
