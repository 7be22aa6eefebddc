import type { Pool, PoolSettings } from '../../lib/pools/pool';
import type { Fixture } from './databases';

let made = 0;

/** A unique pool with these codes, or with this many: `C001`, `C002`… in this order. */
export async function poolWith(
	{ coupons }: Pick<Fixture, 'coupons'>,
	codes: number | readonly string[],
	settings: Partial<PoolSettings> = {},
): Promise<Pool> {
	const pool = await coupons.createPool({ name: `Pool ${++made}`, ...settings });
	const list = typeof codes === 'number' ? numbered(codes) : codes;
	if (list.length > 0) {
		await coupons.uploadCodes(pool.id, list.join('\n'), { header: 'no' });
	}
	return pool;
}

export function numbered(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `C${String(index + 1).padStart(3, '0')}`);
}
