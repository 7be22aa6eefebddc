import { CouponPoolsError } from '../errors';
import type { CodeOutcome } from '../providers/provider';
import type { RefillPlan } from './refill';

/** Pushes in a row of which a shop refused codes and made none. */
const MOST_REFUSALS = 3;
/** Codes in a row that a shop had already: by chance once in 5,000 times where it has three quarters of the form. */
const MOST_TAKEN = 30;

/** Since when a shop has made nothing. That it has a code already says little: another will do. */
export class InVain {
	private refusals = 0;

	private taken = 0;

	/**
	 * Counts what became of a push.
	 *
	 * @throws CouponPoolsError `shop_refused` if another push would be of no use
	 */
	count(outcomes: readonly CodeOutcome[], { pool, provider: { label: shop } }: RefillPlan): void {
		const made = outcomes.filter(({ state }) => state === 'made');
		if (made.length > 0) {
			const soonest = new Date(Date.now() + pool.expirationCutoffDays * 86_400_000);
			if (made.every(({ expiresAt }) => expiresAt && expiresAt <= soonest)) {
				throw expireTooSoon(made[0], shop);
			}
			this.refusals = 0;
			this.taken = 0;
			return;
		}
		const refused = outcomes.find(({ state }) => state === 'refused');
		if (refused === undefined) {
			this.taken += outcomes.length;
		} else {
			this.refusals++;
		}
		if (this.refusals === MOST_REFUSALS || this.taken >= MOST_TAKEN) {
			const { code, reason = 'is taken' } = refused ?? outcomes[0];
			throw new CouponPoolsError(
				'shop_refused',
				`${shop} makes none of the codes: ${code} ${reason}`,
				{
					hint: "Make the codes longer, or change their prefix: run Create Pool again with 'If the Pool Exists' → 'Update It'.",
				},
			);
		}
	}
}

/** They are in the stock, and never given: however many were made, there would be too few. */
function expireTooSoon({ expiresAt }: CodeOutcome, shop: string): CouponPoolsError {
	return new CouponPoolsError(
		'shop_refused',
		`${shop} makes codes that expire on ${expiresAt?.toISOString()}, too soon to be given`,
		{
			hint: `Let what they are made from end later in ${shop}, or lower the pool’s Expiration Cutoff.`,
		},
	);
}
