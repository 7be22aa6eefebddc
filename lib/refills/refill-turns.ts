import type { Session } from '../database/database';
import { takeTurns } from '../database/take-turns';
import type { Dynamic } from '../pools/dynamic-settings';

/** Lets one transaction at a time begin a refill in a shop, or change what refills are made by. */
export async function takeRefillTurns(
	session: Session,
	{ provider, shop }: Pick<Dynamic, 'provider' | 'shop'>,
): Promise<void> {
	await takeTurns(session, `refill ${provider} ${shop}`);
}
