import { assign } from '../assignments/assign';
import { checkRequest } from '../assignments/check-requests';
import type { AssignOptions, AssignRequest, AssignResult } from '../assignments/coupon';
import { preview } from '../assignments/preview';
import type { Database } from '../database/database';
import { CouponPoolsError } from '../errors';
import { findPool } from '../pools/find-pool';
import type { Pool } from '../pools/pool';
import { checkChoice } from '../texts/check-choice';
import { Draft } from './draft';
import type { MacroCall } from './message';
import type { MessageRequest, MessageResult, RenderMessagesOptions } from './message-request';

/** What one call of `assign` can answer: the same macro and pool, under the same rule. */
interface Wanted {
	readonly pool: Pool;
	readonly call: MacroCall;
	readonly rule: AssignOptions;
	drafts: Draft[];
}

/**
 * Renders messages whose macros take codes: `{{client.promocode('pool')}}` gives one, or the one that the rule lets the
 * recipient keep; `{{client.last_promocode('pool')}}` repeats the last one, or is the empty text. Only macros that the
 * message shows take codes, and one that stands there twice takes one. The answers are in the order of the requests.
 *
 * It works in rounds. Each renders all messages with the codes that are known, and then assigns, with one call per
 * pool, those that they show besides. Mostly there are two rounds; a block that depends on a macro, such as `{{#if
 * client.last_promocode('a')}}`, makes one more.
 *
 * @throws {CouponPoolsError} of the first message that fails, unless told to continue
 */
export async function renderMessages(
	database: Database,
	requests: readonly MessageRequest[],
	options: RenderMessagesOptions = {},
): Promise<MessageResult[]> {
	checkChoice(options.ifOneFails ?? 'stop', 'If One Fails', ['stop', 'continue']);
	const drafts = requests.map((request, item) => new Draft(request, item));
	const pools = new PoolsByName(database);
	let open = drafts;
	while (open.length > 0) {
		const wanted = await collect(open, pools);
		stopAtFirst(open, options);
		for (const one of wanted) {
			await give(database, one, options);
			stopAtFirst(one.drafts, options);
		}
		open = [...new Set(wanted.flatMap((one) => one.drafts))].filter(({ error }) => !error);
	}
	return drafts.map(resultOf);
}

/** The macros that the messages show and that have no answer yet; those that give codes come first. */
async function collect(drafts: readonly Draft[], pools: PoolsByName): Promise<Wanted[]> {
	const wanted = new Map<string, Wanted>();
	for (const draft of drafts) {
		try {
			for (const call of draft.proceed()) {
				const { request } = draft;
				checkRequest(toAssign(request, call), request.assign);
				const pool = await pools.find(call.pool, request.merchant);
				const rule = ruleOf(request, call);
				const key = JSON.stringify([call.macro, pool.id, rule]);
				let one = wanted.get(key);
				if (!one) wanted.set(key, (one = { pool, call, rule, drafts: [] }));
				one.drafts.push(draft);
			}
		} catch (failure) {
			draft.fail(failure);
		}
	}
	for (const one of wanted.values()) one.drafts = one.drafts.filter(({ error }) => !error);
	// In a message that has both, the last code is the one that it gives.
	return [...wanted.values()].sort(
		(one, other) => Number(repeats(one.call)) - Number(repeats(other.call)),
	);
}

/**
 * Asks for the codes of a whole group. If one message is refused, it is left out, and the others are asked for again.
 */
async function give(
	database: Database,
	wanted: Wanted,
	options: RenderMessagesOptions,
): Promise<void> {
	const { call, pool } = wanted;
	// Another macro of the same message may have failed in this round.
	let asking = wanted.drafts.filter(({ error }) => !error);
	while (asking.length > 0) {
		try {
			const answers = await ask(database, wanted, asking, options);
			asking.forEach((draft, index) =>
				draft.accept(call, { ...answers[index], macro: call.macro, poolId: pool.id }),
			);
			return;
		} catch (failure) {
			const refused = failure instanceof CouponPoolsError ? failure.item : undefined;
			const failed = refused === undefined ? asking : [asking[refused]];
			for (const draft of failed) draft.fail(failure);
			if (options.ifOneFails !== 'continue') return;
			asking = asking.filter(({ error }) => !error);
		}
	}
}

async function ask(
	database: Database,
	{ pool, call, rule }: Wanted,
	drafts: readonly Draft[],
	{ preview: as, signal }: RenderMessagesOptions,
): Promise<AssignResult[]> {
	const requests = drafts.map(({ request }) => toAssign(request, call));
	if (as === undefined) return await assign(database, pool.id, requests, { ...rule, signal });
	const { normalizeRecipient } = rule;
	return await preview(database, pool.id, requests, { as, normalizeRecipient });
}

function repeats({ macro }: MacroCall): boolean {
	return macro === 'last_promocode';
}

/** `last_promocode` looks at the whole group, whatever the codes in it were given for. */
function ruleOf({ assign: rule = {} }: MessageRequest, call: MacroCall): AssignOptions {
	if (!repeats(call)) return rule;
	const { normalizeRecipient } = rule;
	return { ifAlreadyAssigned: 'onlyRepeat', scope: 'pool', normalizeRecipient };
}

/** A request id names one answer of a pool, so each macro has its own. */
function toAssign(
	{ recipient, campaign, requestId }: MessageRequest,
	call: MacroCall,
): AssignRequest {
	const id = requestId && repeats(call) ? `${requestId} ${call.macro}` : requestId;
	return { recipient, ...(campaign && { campaign }), ...(id && { requestId: id }) };
}

function stopAtFirst(drafts: readonly Draft[], { ifOneFails }: RenderMessagesOptions): void {
	if (ifOneFails === 'continue') return;
	for (const { error } of drafts) if (error) throw error;
}

function resultOf({ message, coupons, error }: Draft): MessageResult {
	if (message) return { message, coupons, error: null };
	if (error) return { message: null, coupons, error };
	throw new TypeError('A message was left without an end');
}

/** Looks each pool up once, however many messages name it. */
class PoolsByName {
	private readonly found = new Map<string, Promise<Pool>>();

	constructor(private readonly database: Database) {}

	async find(name: string, merchant: string | undefined): Promise<Pool> {
		const key = JSON.stringify([name, merchant ?? null]);
		let pool = this.found.get(key);
		if (!pool) this.found.set(key, (pool = findPool(this.database, { name, merchant })));
		return await pool;
	}
}
