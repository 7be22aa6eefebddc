import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import type { CodeOutcome } from '../providers/provider';
import { pauseRefills } from './pause-refills';
import type { RefillPlan, Turn } from './refill';

/** Pushes in a row in which a shop refused codes and made none. */
const MOST_REFUSALS = 3;
/**
 * Codes in a row that a shop had already: that happens by chance once in 5,000 times where it has three quarters of the
 * form.
 */
const MOST_TAKEN = 30;

/** Seconds, for somebody to change what the codes are made from: each try makes codes that nobody will be given. */
const PAUSE_TOO_SOON = 6 * 3600;
const PAUSE_REFUSED = 60;

/** What a shop has done since it last made a code. That it already has a code says little: another one will do. */
export class InVain {
	private refusals = 0;

	private taken = 0;

	/**
	 * Counts what became of a push. If another would be useless, no refill starts on its own for a while.
	 *
	 * @throws CouponPoolsError `shop_refused` if another push would be useless
	 */
	async count(database: Database, turn: Turn, plan: RefillPlan): Promise<void> {
		const failure = this.failureOf(turn, plan);
		if (failure !== null) {
			await pauseRefills(database, plan.pool.id, failure.pause);
			throw failure.error;
		}
	}

	private failureOf({ outcomes, isNew }: Turn, plan: RefillPlan): Failure | null {
		const shop = plan.provider.label;
		const made = outcomes.filter(({ state }) => state === 'made');
		if (made.length > 0) {
			// Codes left by another process may be old: new ones would expire later.
			if (isNew && !made.some((code) => isGivable(code, plan))) {
				return { error: expireTooSoon(made[0], shop), pause: PAUSE_TOO_SOON };
			}
			this.refusals = 0;
			this.taken = 0;
			return null;
		}
		const refused = outcomes.find(({ state }) => state === 'refused');
		if (refused === undefined) {
			this.taken += outcomes.length;
		} else {
			this.refusals++;
		}
		if (this.refusals === MOST_REFUSALS || this.taken >= MOST_TAKEN) {
			const { code, reason = 'is taken' } = refused ?? outcomes[0];
			const error = new CouponPoolsError(
				'shop_refused',
				`${shop} makes none of the codes: ${code} ${reason}`,
				{
					hint: "Make the codes longer, or change their prefix: run Create Pool again with 'If the Pool Exists' → 'Update It'.",
				},
			);
			return { error, pause: PAUSE_REFUSED };
		}
		return null;
	}
}

interface Failure {
	readonly error: CouponPoolsError;
	/** Seconds. */
	readonly pause: number;
}

/** Whether a code that was made expires late enough to be given. */
export function isGivable(
	{ state, expiresAt }: CodeOutcome,
	{ pool }: Pick<RefillPlan, 'pool'>,
): boolean {
	const soonest = Date.now() + pool.expirationCutoffDays * 86_400_000;
	return state === 'made' && (!expiresAt || expiresAt.getTime() > soonest);
}

/** The codes are in the stock, and never given: however many were made, there would be too few. */
function expireTooSoon({ expiresAt }: CodeOutcome, shop: string): CouponPoolsError {
	return new CouponPoolsError(
		'shop_refused',
		`${shop} makes codes that expire on ${expiresAt?.toISOString()}, too soon to be given`,
		{
			hint: `Let what they are made from end later in ${shop}, or lower the pool’s Expiration Cutoff; then run Refill. Until that has made codes, or some hours are over, none are made by themselves.`,
		},
	);
}
