import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { CouponPoolsError } from '../errors';

/** A folder that this process alone may write to. */
export interface FolderHold {
	release(): Promise<void>;
}

/** Who holds the folder, as written into it. */
interface Holder {
	id: string;
	pid: number;
	host: string;
	/**
	 * When the process began, in the kernel's words, so that another process that was given its pid is not taken for it.
	 */
	processStart: string;
}

const SIGN_OF_LIFE_MS = 10_000;
/** A process on another machine cannot be asked; it counts as dead when it gave no sign of life for this long. */
const DEAD_AFTER_MS = 60_000;

/**
 * Takes the folder for this process. What a killed process left is taken over at once if it ran on this
 * machine, and after a minute without a sign of life if it did not.
 *
 * @throws CouponPoolsError `database_in_use`
 */
export async function holdFolder(folder: string): Promise<FolderHold> {
	const file = join(folder, 'in-use.json');
	const self: Holder = {
		id: randomUUID(),
		pid: process.pid,
		host: hostname(),
		processStart: processStart(process.pid),
	};
	for (;;) {
		try {
			await writeFile(file, JSON.stringify(self), { flag: 'wx' });
			break;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw error;
			}
			await takeFromTheDead(file, folder);
		}
	}
	const signOfLife = setInterval(() => {
		utimes(file, new Date(), new Date()).catch(() => undefined);
	}, SIGN_OF_LIFE_MS).unref();
	return {
		release: async () => {
			clearInterval(signOfLife);
			if ((await readHolder(file))?.id === self.id) {
				await rm(file, { force: true });
			}
		},
	};
}

async function takeFromTheDead(file: string, folder: string): Promise<void> {
	const holder = await readHolder(file);
	const age = await secondsSinceSign(file);
	if (age === undefined) {
		return; // gone meanwhile
	}
	if (isAlive(holder, age)) {
		const who =
			holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
		throw new CouponPoolsError(
			'database_in_use',
			`The embedded database in ${folder} is in use by ${who}`,
			{
				hint:
					'The embedded database is for one n8n process. For several (queue mode, workers, a script beside n8n), ' +
					'choose PostgreSQL in the credential; or stop the other process first.',
			},
		);
	}
	// Rename, look, remove: if another process was quicker and the file is already its own, give it back.
	const aside = `${file}.${randomUUID()}`;
	try {
		await rename(file, aside);
	} catch {
		return;
	}
	if ((await readHolder(aside))?.id !== holder?.id) {
		await link(aside, file).catch(() => undefined);
	}
	await rm(aside, { force: true });
}

function isAlive(holder: Holder | undefined, secondsSinceSign: number): boolean {
	if (holder === undefined) {
		// It is being written at this moment, or was cut off halfway.
		return secondsSinceSign < 5;
	}
	if (holder.host !== hostname()) {
		return secondsSinceSign * 1000 < DEAD_AFTER_MS;
	}
	try {
		process.kill(holder.pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
			return false;
		}
	}
	return processStart(holder.pid) === holder.processStart;
}

/** Field 22 of Linux's /proc/<pid>/stat, counted after the name, which may contain spaces; empty on other systems. */
function processStart(pid: number): string {
	try {
		const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
	} catch {
		return '';
	}
}

async function readHolder(file: string): Promise<Holder | undefined> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as Holder;
	} catch {
		return undefined;
	}
}

async function secondsSinceSign(file: string): Promise<number | undefined> {
	try {
		return (Date.now() - (await stat(file)).mtimeMs) / 1000;
	} catch {
		return undefined;
	}
}
