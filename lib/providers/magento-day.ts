import { IANAZone } from 'luxon';

import { readInstant } from '../dates/read-date';
import { CouponPoolsError } from '../errors';
import type { Limits } from './provider';
import type { AskRest } from './rest';

/** Where each day is over first, at 10:00 UTC. */
const FIRST_ZONE = 'Pacific/Kiritimati';

/**
 * When the last day of a cart price rule is over in the shop: the rule works on that whole day, in the timezone of the
 * website. Of several websites it is the first one's end, so that no code is told to be valid for longer than it is.
 *
 * The timezones are Magento's to tell, and an integration may lack the right to ask for them. The day is then taken
 * to be over when it is over somewhere.
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

/** None where Magento does not tell them. */
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
