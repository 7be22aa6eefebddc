import { CouponPoolsError } from '../errors';
import type { CodeOutcome } from '../providers/provider';

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
	 * @param shop its name, for the message
	 * @throws CouponPoolsError `shop_refused` if another push would be of no use
	 */
	count(outcomes: readonly CodeOutcome[], shop: string): void {
		if (outcomes.some(({ state }) => state === 'made')) {
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
					hint: 'Change the form of the codes: a longer one, or another prefix.',
				},
			);
		}
	}
}
