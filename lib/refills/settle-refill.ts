import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import type { CodeOutcome, Order, Pushed } from '../providers/provider';
import { unreachable } from '../providers/transport';
import { dropRefill, keepRefill } from './keep-refill';
import type { Refill, RefillPlan } from './refill';

/** A push and a question are enough, unless the shop forgets or loses what it was told. */
const MOST_TRIES = 3;

/** Milliseconds: a job is mostly done before the usual pause. */
const FIRST_LOOK = 100;

/**
 * Brings a refill to its end in the shop, and returns what became of each of its codes.
 *
 * It can be left and taken up at any point. The shop's job is noted as soon as it is known, and polled from then on. If
 * it is unknown whether a push arrived, the shop is asked about the codes, and those that it does not know are pushed
 * again. If the first push was only late, the second finds them taken; so from then on, the shop is asked whose a taken
 * code is.
 *
 * @throws CouponPoolsError `shop_refused`; `shop_unreachable`, and the refill stays for the next to take it up
 * @throws TurnLost if another process has taken it up meanwhile
 */
export async function settleRefill(
	database: Database,
	refill: Refill,
	plan: RefillPlan,
): Promise<CodeOutcome[]> {
	const { provider } = plan;
	const order = orderOf(refill, plan);
	const settled = new Map<string, CodeOutcome>();
	const note = (outcomes: readonly CodeOutcome[], isAnswer: boolean) => {
		for (const one of outcomes) {
			const outcome = confirmed(one, provider.label);
			const isFinal = outcome.state !== 'taken' || isAnswer || pushes === 1;
			if (outcome.state !== 'absent' && isFinal) settled.set(outcome.code, outcome);
		}
	};
	let { jobId, isNew, pushes } = refill;
	for (let tries = 0; tries < MOST_TRIES; tries++) {
		const open = () => refill.codes.filter((code) => !settled.has(code));
		if (jobId === null && !isNew && open().length > 0) {
			await keepRefill(database, refill, plan, { jobId, pushes });
			note(await provider.ask(open(), order, plan), true);
		}
		if (open().length === 0) {
			break;
		}
		if (jobId === null) {
			if (!isNew) await keepRefill(database, refill, plan, { jobId, pushes: ++pushes });
			const pushed = await push(database, refill, plan, { codes: open(), order, isNew });
			if ('jobId' in pushed) {
				jobId = pushed.jobId;
				await keepRefill(database, refill, plan, { jobId, pushes });
			} else {
				note(pushed.outcomes, false);
			}
		}
		if (jobId !== null) {
			note(await pollToEnd(database, refill, plan, { jobId, pushes }), false);
		}
		jobId = null;
		isNew = false;
	}
	const lost = `${provider.label} neither made it nor said why not`;
	return refill.codes.map((code) => settled.get(code) ?? { code, state: 'refused', reason: lost });
}

/** If the shop, or an extension of it, has changed a code into another, nobody here has reserved that one. */
function confirmed(outcome: CodeOutcome, shop: string): CodeOutcome {
	const { code, state, spelling = code } = outcome;
	return state === 'made' && spelling.toLowerCase() !== code.toLowerCase()
		? { code, state: 'refused', reason: `was made into ${spelling} by ${shop}` }
		: outcome;
}

function orderOf({ poolId, id, ruleId }: Refill, { dynamic }: RefillPlan): Order {
	const { expiresAfterDays: days } = dynamic;
	const expiresAt = days === null ? null : new Date(Date.now() + days * 86_400_000);
	return { ruleId, reference: `pool ${poolId}, refill ${id}`, expiresAt };
}

async function push(
	database: Database,
	refill: Refill,
	plan: RefillPlan,
	{ codes, order, isNew }: { codes: readonly string[]; order: Order; isNew: boolean },
): Promise<Pushed> {
	try {
		return await plan.provider.push(codes, order, plan);
	} catch (error) {
		// A first push that was refused has left nothing; with a later one, an earlier push may have.
		if (isNew && error instanceof CouponPoolsError && error.code === 'shop_refused') {
			await dropRefill(database, refill);
		}
		throw error;
	}
}

async function pollToEnd(
	database: Database,
	refill: Refill,
	plan: RefillPlan,
	progress: { jobId: string; pushes: number },
): Promise<readonly CodeOutcome[]> {
	const { provider, deadline, signal } = plan;
	let pause = Math.min(FIRST_LOOK, provider.pollEvery);
	for (;;) {
		if (Date.now() + pause >= deadline) {
			throw unreachable(provider.label, 'is still making the codes, and the time is up');
		}
		await sleep(pause, undefined, { signal });
		pause = provider.pollEvery;
		const outcomes = await provider.poll(progress.jobId, plan);
		if (outcomes !== null) {
			return outcomes === 'unknown' ? [] : outcomes;
		}
		await keepRefill(database, refill, plan, progress);
	}
}
