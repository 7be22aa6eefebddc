import { isId } from '../database/check-id';
import type { Session } from '../database/database';
import { CouponPoolsError } from '../errors';
import { poolColumns, readPool, type PoolRow } from './columns';
import type { Pool } from './pool';

/** A pool by its id, or by its name; the merchant is needed only where several have a pool of that name. */
export type PoolReference = { id: string } | { name: string; merchant?: string };

/** @throws CouponPoolsError `pool_not_found`; `pool_ambiguous` if several merchants have a pool of this name */
export async function findPool(session: Session, reference: PoolReference): Promise<Pool> {
	const pools =
		'id' in reference ? await byId(session, reference.id) : await byName(session, reference);
	if (pools.length === 0) {
		if (!('id' in reference)) throw poolNotFound(reference.name, reference.merchant);
		throw /\D/.test(String(reference.id).trim()) ? noId(reference.id) : idNotFound(reference.id);
	}
	if (pools.length > 1) {
		const merchants = pools.map(({ merchant }) => merchant || '(none)').join(', ');
		throw new CouponPoolsError(
			'pool_ambiguous',
			`${pools.length} merchants have a pool named ${JSON.stringify(pools[0].name)}: ${merchants}`,
			{ hint: 'Choose the pool From List or By ID, or name the merchant too.' },
		);
	}
	return pools[0];
}

export function poolNotFound(reference: string, merchant?: string): CouponPoolsError {
	const whose = merchant ? ` of the merchant ${JSON.stringify(merchant)}` : '';
	return new CouponPoolsError(
		'pool_not_found',
		`There is no pool ${JSON.stringify(reference)}${whose}`,
		{
			hint: 'Choose it From List, check its spelling (upper and lower case count), or make it with Create Pool.',
		},
	);
}

/** As of a pool chosen From List: the panel shows its name, and goes on showing it. */
function idNotFound(id: string): CouponPoolsError {
	return new CouponPoolsError(
		'pool_not_found',
		`There is no pool with the ID ${String(id).trim()}`,
		{
			hint: 'It was deleted, or stands in another database than that of the credential. Open the list under From List and choose a pool there, or enter its name By Name.',
		},
	);
}

/** As of a name: n8n's panel keeps it when it is switched to From List, and shows it as if it were chosen there. */
function noId(text: string): CouponPoolsError {
	return new CouponPoolsError(
		'pool_not_found',
		`There is no pool with the ID ${JSON.stringify(text)}: an ID is a number`,
		{ hint: 'Open the list under From List and choose the pool there, or enter its name By Name.' },
	);
}

async function byId(session: Session, id: string): Promise<Pool[]> {
	const text = String(id).trim();
	if (!isId(text)) {
		return [];
	}
	const rows = await session.query<PoolRow>(
		`select ${poolColumns} from :schema.pools where id = $1`,
		[text],
	);
	return rows.map(readPool);
}

async function byName(
	session: Session,
	{ name, merchant }: { name: string; merchant?: string },
): Promise<Pool[]> {
	const text = String(name).trim();
	if (text.includes('\0') || merchant?.includes('\0')) {
		return [];
	}
	const rows = await session.query<PoolRow>(
		`select ${poolColumns} from :schema.pools
		where name = $1 and ($2::text is null or merchant = $2) order by merchant limit 20`,
		[text, merchant === undefined ? null : merchant.trim()],
	);
	return rows.map(readPool);
}
