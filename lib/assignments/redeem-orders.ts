import type { Database } from '../database/database';
import { checkText } from '../texts/check-text';
import { findPool } from '../pools/find-pool';
import { recipientForms } from './check-requests';
import { chooseUsed, type Held } from './choose-used';
import { findUsedCodes, type Candidate, type UsedCode, type WhereToLook } from './find-used-codes';
import type { ShopOrder } from './read-order';
import { redeemAll, type RedeemedAssignment, type Redeeming } from './redeem-all';
import { notRedeemed, type RedeemResult } from './redeem-result';

/** Orders per statement. */
const CHUNK = 500;

/**
 * Records that the codes of many orders were used, 500 orders at a time: their codes are found in one statement or two,
 * and redeemed in two per pool.
 *
 * A redemption belongs to an assignment, so that a redemption rate means something: a code that many hold, such as a
 * shared one, is redeemed for the order's customer, and for nobody if the customer was not given it. The same order
 * sent again changes nothing; of two orders with one code, the first counts. Orders that were cancelled, refunded or
 * have failed, and carts and drafts, are left alone: what they redeemed before stays redeemed.
 *
 * @returns `results`: for each order an answer for each of its codes, in their order
 * @throws CouponPoolsError `invalid_input` (with the index of the order) before anything is redeemed; `pool_not_found`
 */
export async function redeemOrders(
	database: Database,
	orders: readonly ShopOrder[],
	where: WhereToLook = {},
): Promise<RedeemedOrders> {
	const checked = orders.map(checkOrder);
	if (where.poolId !== undefined) {
		await findPool(database, { id: where.poolId });
	}
	const results: RedeemResult[][] = [];
	const poolIds = new Set<string>();
	for (let start = 0; start < checked.length; start += CHUNK) {
		const chunk = await redeemChunk(database, checked.slice(start, start + CHUNK), where);
		results.push(...chunk.results);
		chunk.poolIds.forEach((poolId) => poolIds.add(poolId));
	}
	return { results, poolIds };
}

interface RedeemedOrders {
	readonly results: RedeemResult[][];
	/** The pools whose codes were redeemed, now or before. */
	readonly poolIds: ReadonlySet<string>;
}

export interface CheckedOrder {
	readonly orderId: string;
	readonly codes: readonly string[];
	readonly customers: readonly string[];
	readonly void?: ShopOrder['void'];
}

type Use = UsedCode & { readonly orderId: string };

/**
 * Checks an order, and finds the forms in which the pools may know its customer.
 *
 * @throws CouponPoolsError `invalid_input` with the item
 */
export function checkOrder(order: ShopOrder, item: number): CheckedOrder {
	const customer = checkText(order.customer ?? '', { field: 'Customer', most: 512, item });
	return {
		orderId: checkText(order.orderId, { field: 'Order ID', most: 255, item }),
		codes: order.codes.map((code) => code.trim()),
		customers: customer === '' ? [] : recipientForms(customer, item),
		void: order.void,
	};
}

async function redeemChunk(
	database: Database,
	orders: readonly CheckedOrder[],
	where: WhereToLook,
): Promise<RedeemedOrders> {
	const uses: Use[] = orders.flatMap(({ codes, orderId, customers, void: isVoid }) =>
		isVoid === undefined ? codes.map((code) => ({ code, orderId, customers })) : [],
	);
	const { results, poolIds } = await redeemUses(database, uses, where);
	const answers = results.values();
	return {
		results: orders.map(({ codes, void: isVoid }) =>
			codes.map((code) =>
				isVoid === undefined ? (answers.next().value as RedeemResult) : leftAlone(code, isVoid),
			),
		),
		poolIds,
	};
}

async function redeemUses(
	database: Database,
	uses: readonly Use[],
	where: WhereToLook,
): Promise<{ results: RedeemResult[]; poolIds: ReadonlySet<string> }> {
	const candidates: Candidate[][] = uses.map(() => []);
	for (const candidate of await findUsedCodes(database, uses, where)) {
		candidates[candidate.used].push(candidate);
	}
	const chosen = uses.map((use, index) => chooseUsed(use, candidates[index]));
	// Two orders with one code: the one that came first redeems it.
	const redeeming = new Map<string, Redeeming & { use: number }>();
	chosen.forEach((choice, use) => {
		if ('assignmentId' in choice && !redeeming.has(keyOf(choice))) {
			const { poolId, assignmentId } = choice;
			redeeming.set(keyOf(choice), { poolId, assignmentId, orderId: uses[use].orderId, use });
		}
	});
	const rows = await redeemAll(database, [...redeeming.values()]);
	const done = new Map(rows.map((row) => [keyOf(row), row]));
	const results = chosen.map((choice, use) => {
		if (!('assignmentId' in choice)) {
			return choice;
		}
		const row = done.get(keyOf(choice));
		return row === undefined
			? notRedeemed(uses[use].code, 'not_assigned', `The code ${choice.code} was just taken back`)
			: readRedeemed(choice, row, redeeming.get(keyOf(choice))?.use === use);
	});
	return { results, poolIds: new Set(rows.map(({ poolId }) => poolId)) };
}

function keyOf({ poolId, assignmentId }: { poolId: string; assignmentId: string }): string {
	return `${poolId}/${assignmentId}`;
}

function readRedeemed(held: Held, row: RedeemedAssignment, isItsOrder: boolean): RedeemResult {
	return {
		redeemed: true,
		code: held.code,
		first: row.first && isItsOrder,
		redeemedAt: row.redeemedAt,
		orderId: row.orderId,
		pool: held.pool,
		recipient: held.recipient,
		assignmentId: held.assignmentId,
	};
}

function leftAlone(code: string, reason: NonNullable<ShopOrder['void']>): RedeemResult {
	const why = {
		cancelled: 'The order was cancelled',
		refunded: 'The order was refunded',
		failed: 'The order has failed',
		not_placed: 'This is a cart or a draft, and no placed order',
	}[reason];
	return notRedeemed(code, `order_${reason}`, `${why}: its code ${code} is left alone`);
}
