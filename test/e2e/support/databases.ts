import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Postgres } from '../../../demo/postgres.js';
import { openDatabase } from '../../../lib/database/open';
import type { Database } from '../../../lib/database/database';

/** Where the coupon pools are kept; n8n's own data is in PostgreSQL either way. */
export type DatabaseKind = 'embedded' | 'postgres';

/** A database of coupon pools, as the credential names it and as the library opens it. */
export interface CouponDatabase {
	credentialData: Record<string, unknown>;
	/** The embedded one only while n8n does not have it open. */
	open(): Promise<Database>;
}

/** A fresh database of this kind; the embedded one under `folder`. */
export async function freshDatabase(
	kind: DatabaseKind,
	folder: string,
	postgres: Postgres,
): Promise<CouponDatabase> {
	if (kind === 'embedded') {
		const dataDirectory = join(folder, 'coupon-pools');
		rmSync(dataDirectory, { recursive: true, force: true });
		return {
			credentialData: { database: 'embedded', folder: dataDirectory },
			open: async () => await openDatabase({ dataDirectory }),
		};
	}
	await postgres.createDatabase('coupons');
	const { port, user, password } = postgres;
	const schema = 'coupon_pools';
	return {
		credentialData: {
			database: 'postgres',
			host: '127.0.0.1',
			port,
			databaseName: 'coupons',
			user,
			password,
			schema,
			poolSize: 10,
			ssl: false,
		},
		open: async () => await openDatabase({ connectionString: postgres.url('coupons'), schema }),
	};
}
