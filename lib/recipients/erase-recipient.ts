import { randomUUID } from 'node:crypto';

import { recipientForms } from '../assignments/check-requests';
import type { Database } from '../database/database';
import { retried } from '../database/retry';

/** What was replaced. */
export interface ErasedRecipient {
	/** How many assignments named the recipient, and in how many pools. */
	readonly assignments: number;
	readonly pools: number;
	/** The name that stands in its place; null if there were no assignments. */
	readonly replacedBy: string | null;
}

/**
 * Removes a person's data from all pools: a made-up name takes the recipient's place, and request and order ids are
 * removed. Who held which code is then unknown; that it was given and used is not, so the sums and the ledger hold. A
 * later assignment to that person starts anew.
 *
 * An assignment under way at this moment is either erased too, or comes later and stays. If a code is repeated at this
 * moment, its request id may still be written; it is forgotten some minutes later (`forgetLateRequests`).
 *
 * @throws CouponPoolsError `invalid_input`
 */
export async function eraseRecipient(
	database: Database,
	recipient: string,
): Promise<ErasedRecipient> {
	const forms = recipientForms(recipient);
	// Both forms may have assignments numbered from 1 in one pool, so each needs a name of its own.
	const name = `erased:${randomUUID()}`;
	const names = forms.map((_, index) => (index === 0 ? name : `${name}-${index + 1}`));
	const [erased] = await retried(
		async () => await database.query<ErasedRecipient>(ERASE, [forms, names]),
	);
	return erased;
}

/**
 * The ledger has no index by assignment for first assignments, since it would slow down each of them; so the ledger of
 * each pool in which the person held codes is read through.
 */
const ERASE = `
	with named as materialized (
		select pools.id as pool_id, held.id, forms.form, forms.name
		from :schema.pools
		cross join unnest($1::text[], $2::text[]) as forms (form, name)
		cross join lateral (
			select id from :schema.assignments where pool_id = pools.id and recipient = forms.form
		) as held
	), erased as (
		update :schema.assignments set recipient = named.name, order_id = null, erased_at = now()
		from named
		where assignments.pool_id = named.pool_id and assignments.id = named.id and assignments.recipient = named.form
		returning assignments.pool_id, assignments.id, assignments.recipient
	), forgotten as (
		update :schema.events set request_id = null
		from named
		where events.pool_id = named.pool_id and events.assignment_id = named.id and events.request_id is not null
	)
	select count(*)::int as assignments, count(distinct pool_id)::int as pools, min(recipient) as "replacedBy"
	from erased`;
