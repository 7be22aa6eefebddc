import { EmbeddedPools } from '../../nodes/embedded-pools';
import { openHttpRecorder, type HttpRecorder } from '../support/http-recorder';
import { openMailbox, type Mailbox } from '../support/mailbox';
import type { Credentials } from '../support/run-example';

/** What the examples of a file work with: pools, a mail server, and a server in the place of all others. */
export class Desk {
	readonly pools = new EmbeddedPools();

	private constructor(
		readonly mailbox: Mailbox,
		readonly recorder: HttpRecorder,
	) {}

	static async open(): Promise<Desk> {
		const recorder = await openHttpRecorder(() => ({ id: 'workflow-7', name: 'A campaign' }));
		return new Desk(await openMailbox(), recorder);
	}

	get credentials(): Credentials {
		return {
			couponPoolsDatabaseApi: this.pools.credential,
			smtp: this.mailbox.credential,
			n8nApi: { apiKey: 'key-of-the-test', baseUrl: `${this.recorder.url}/api/v1` },
		};
	}

	/** A pool of the name that the example gives. */
	async pool(name: string, codes: readonly string[], expiresAt?: string): Promise<string> {
		return await this.pools.use(async (coupons) => {
			const { id } = await coupons.createPool({ name });
			if (codes.length === 0) return id;
			await coupons.uploadCodes(id, codes.join('\n'), {
				header: 'no',
				...(expiresAt && { expiry: 'date', expiresAt }),
			});
			return id;
		});
	}

	/** Makes room for pools of the same names. */
	async clear(): Promise<void> {
		await this.mailbox.take();
		this.recorder.received.splice(0);
		await this.pools.use(async (coupons) => {
			const { pools } = await coupons.listPools();
			for (const { id } of pools) {
				await coupons.updatePool(id, { name: `Of an earlier test ${id}` });
				await coupons.archivePool(id);
			}
		});
	}

	async close(): Promise<void> {
		await this.mailbox.close();
		await this.recorder.close();
		await this.pools.drop();
	}
}

/** A date so many days from now, without a time. */
export function dayFromNow(days: number): string {
	return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Where the link of an HTML message leads, as a mail program reads it. */
export function linkIn(html: string): string | undefined {
	return /href="([^"]+)"/.exec(html)?.[1].replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
}
