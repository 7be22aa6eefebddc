import { IANAZone } from 'luxon';

import { readInstant } from '../dates/read-date';
import { CouponPoolsError } from '../errors';
import type { Limits } from './provider';
import type { AskRest } from './rest';

/** Where every day ends first, at 10:00 UTC. */
const FIRST_ZONE = 'Pacific/Kiritimati';

/**
 * When the last day of a cart price rule ends in the shop: the rule works on the whole of that day, in the timezone of
 * the website. With several websites, the earliest end counts, so that no code is said to be valid for longer than it
 * is.
 *
 * Only Magento knows the timezones, and an integration may lack the right to ask for them. The day then counts as over
 * when it is over somewhere.
 */
export async function endOfDay(
	ask: AskRest,
	day: string,
	{ websiteIds, limits }: { websiteIds: readonly number[]; limits: Limits },
): Promise<Date> {
	const zones = await timezonesOf(ask, websiteIds, limits);
	const ends = (zones.length > 0 ? zones : [FIRST_ZONE]).map((timezone) =>
		readInstant(day.slice(0, 10), { timezone, edge: 'end', field: 'To' }).getTime(),
	);
	return new Date(Math.min(...ends));
}

interface StoreConfig {
	website_id?: number;
	timezone?: string;
}

/** None if Magento does not tell them. */
async function timezonesOf(
	ask: AskRest,
	websiteIds: readonly number[],
	limits: Limits,
): Promise<string[]> {
	try {
		const { status, body } = await ask(
			{ method: 'GET', path: '/rest/all/V1/store/storeConfigs' },
			limits,
		);
		const stores = status < 400 && Array.isArray(body) ? (body as StoreConfig[]) : [];
		const theirs = stores.filter(({ website_id: id = 0 }) => websiteIds.includes(id));
		const zones = theirs.map(({ timezone = '' }) => timezone);
		return zones.every((zone) => IANAZone.isValidZone(zone)) ? zones : [];
	} catch (error) {
		if (error instanceof CouponPoolsError && error.code === 'shop_refused') {
			return [];
		}
		throw error;
	}
}
