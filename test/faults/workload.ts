import type { AssignOptions, AssignResult, CouponPools, Pool, UploadReport } from '../../lib';
import { between, oneOf, type Random } from './form';
import type { Call, Outcome } from './history';

/** A pool under load, and the one rule by which its codes are assigned. */
export interface LoadedPool {
	readonly pool: Pool;
	readonly options: AssignOptions;
}

/** One pool for each kind of promise. The small ones run out. */
export async function makePools(coupons: CouponPools, name: string): Promise<LoadedPool[]> {
	const unique = async (suffix: string, codes: number, settings = {}) => {
		const pool = await coupons.createPool({ name: `${name} ${suffix}`, ...settings });
		await coupons.uploadCodes(
			pool.id,
			Array.from({ length: codes }, (_, n) => ({ code: `${suffix}-${n}` })),
		);
		return pool;
	};
	return [
		{
			pool: await unique('ALWAYS', 2000),
			options: { ifAlreadyAssigned: 'alwaysSame', scope: 'campaign' },
		},
		{
			pool: await unique('WITHIN', 300),
			options: { ifAlreadyAssigned: 'sameWithin', withinHours: 24, scope: 'pool' },
		},
		{
			pool: await unique('REDEEMED', 40, { defaultCode: 'DEFAULT' }),
			options: { ifAlreadyAssigned: 'sameUntilRedeemed', scope: 'pool' },
		},
		{ pool: await unique('NEW', 4000), options: { ifAlreadyAssigned: 'alwaysNew' } },
		{
			pool: await coupons.createPool({
				name: `${name} SHARED`,
				type: 'shared',
				sharedCodes: [{ code: 'EVERYBODY', maxAssignments: 60 }],
			}),
			options: { ifAlreadyAssigned: 'alwaysSame', scope: 'pool' },
		},
	];
}

/** Codes of an upload begin with this and a number, so that each upload's can be told apart. */
export const UPLOADED = 'UP';

/** What callers do: the seed chooses each call, from what earlier calls were answered. */
export class Workload {
	private made = 0;
	private readonly assignments: Array<{ poolId: string; assignmentId: string; code: string }> = [];
	private readonly batches: Array<{ poolId: string; batchId: string }> = [];

	constructor(
		private readonly pools: readonly LoadedPool[],
		private readonly random: Random,
	) {}

	next(): Call {
		const { random } = this;
		const share = random();
		const held = this.assignments.length > 0 ? oneOf(random, this.assignments) : undefined;
		if (share < 0.62 || held === undefined) {
			return this.assign();
		}
		if (share < 0.72) {
			return this.upload();
		}
		if (share < 0.8) {
			return { method: 'release', args: [held.poolId, held.assignmentId] };
		}
		if (share < 0.88) {
			return {
				method: 'redeem',
				args: [held.poolId, held.assignmentId, { orderId: `order ${++this.made}` }],
			};
		}
		if (share < 0.91) {
			return this.remove(held.code);
		}
		if (share < 0.94 && this.batches.length > 0) {
			const { poolId, batchId } = oneOf(random, this.batches);
			return { method: 'undoBatch', args: [poolId, batchId] };
		}
		if (share < 0.97) {
			return { method: 'getHistory', args: [this.recipient()] };
		}
		return {
			method: 'checkThreshold',
			args: ['all', { alert: oneOf(random, ['oncePerFall', 'everyTime']) }],
		};
	}

	/** Learns from an answer what can be released, redeemed or undone. */
	learn({ method, args }: Call, outcome: Outcome): void {
		if (outcome.kind !== 'answer') {
			return;
		}
		if (method === 'assign') {
			for (const given of outcome.answer as AssignResult[]) {
				if (given.code !== null && given.assignmentId !== null) {
					const { assignmentId, code } = given;
					this.assignments.push({ poolId: args[0] as string, assignmentId, code });
				}
			}
		}
		if (method === 'uploadCodes') {
			const { batchId } = outcome.answer as UploadReport;
			if (batchId !== null) {
				this.batches.push({ poolId: args[0] as string, batchId });
			}
		}
	}

	/**
	 * One request, as from a webhook, or several, as from a list; half of them may collide with those of another caller.
	 */
	private assign(): Call {
		const { random } = this;
		const { pool, options } = oneOf(random, this.pools);
		const requests = Array.from({ length: random() < 0.6 ? 1 : between(random, 2, 12) }, () => ({
			recipient: this.recipient(),
			campaign: oneOf(random, ['cart', 'welcome']),
			requestId: `request ${++this.made}`,
		}));
		return { method: 'assign', args: [pool.id, requests, options] };
	}

	private recipient(): string {
		return `r${between(this.random, 1, 60)}@example.com`;
	}

	private upload(): Call {
		const { random } = this;
		const pools = this.pools.filter(({ pool }) => pool.type === 'unique');
		const name = `${UPLOADED}${++this.made}`;
		const codes = Array.from({ length: between(random, 1, 80) }, (_, n) => `${name}-${n}`);
		return {
			method: 'uploadCodes',
			args: [oneOf(random, pools).pool.id, codes.join('\n'), { header: 'no', fileName: name }],
		};
	}

	private remove(held: string): Call {
		const { random } = this;
		const { pool } = oneOf(
			random,
			this.pools.filter(({ pool }) => pool.type === 'unique'),
		);
		const name = `${UPLOADED}${between(random, 1, this.made)}`;
		return {
			method: 'removeCodes',
			args: [pool.id, [held, `${name}-0`, `${name}-1`, 'ALWAYS-1999']],
		};
	}
}
