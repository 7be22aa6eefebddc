import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { CouponPools, PoolSettings } from '../../lib';
import { closeIdleConnections, withCouponPools } from '../../nodes/shared/connections';

/** An embedded database for the tests of a file, as a credential of n8n. */
export class EmbeddedPools {
	readonly folder = mkdtempSync(join(tmpdir(), 'coupon-pools-nodes-'));

	readonly credential: ICredentialDataDecryptedObject = {
		database: 'embedded',
		folder: this.folder,
	};

	private made = 0;

	async use<Result>(work: (coupons: CouponPools) => Promise<Result>): Promise<Result> {
		return await withCouponPools(this.credential, work);
	}

	/** A pool of a name of its own, with these codes. */
	async pool(codes: readonly string[] = [], settings: Partial<PoolSettings> = {}) {
		return await this.use(async (coupons) => {
			const pool = await coupons.createPool({ name: `Pool ${++this.made}`, ...settings });
			if (codes.length > 0) await coupons.uploadCodes(pool.id, codes.join('\n'));
			return pool;
		});
	}

	async available(poolId: string): Promise<number | null> {
		return await this.use(async (coupons) => (await coupons.checkThreshold(poolId)).available);
	}

	async drop(): Promise<void> {
		await closeIdleConnections();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** What a locator holds that was set to By ID, By Name, or From List. */
export function locator(value: string, mode: 'id' | 'name' | 'list' = 'id') {
	return { __rl: true, mode, value };
}

/** Codes `A-1` to `A-n`. */
export function someCodes(count: number, prefix = 'A'): string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
