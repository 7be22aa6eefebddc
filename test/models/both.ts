import type { AssignResult, CouponPools, CouponPoolsError, Pool } from '../../lib';
import type { Database } from '../../lib/database/database';
import { type Expected, PoolModel } from './model';
import type { Operation } from './operations';

/** What the two said of one operation, in the same words. */
export interface Said {
	readonly model: unknown;
	readonly pools: unknown;
}

/** A real pool and its model, to which the same is done. */
export class Both {
	/** The database's ids, by the model's keys and numbers. */
	private readonly assignmentIds = new Map<number, string>();
	private readonly batchIds: string[] = [];
	deleted = false;

	constructor(
		readonly model: PoolModel,
		readonly pool: Pool,
		private readonly clients: readonly CouponPools[],
		private readonly database: Database,
	) {}

	/** @param turn decides by which client */
	async do(operation: Operation, turn: number): Promise<Said> {
		const coupons = this.clients[turn % this.clients.length];
		const pools = await this.ask(coupons, operation).catch(refusal);
		const model = this.expect(operation);
		if (operation.do === 'assign') {
			(model as Expected[]).forEach(({ key }, item) => {
				const id = (pools as AssignResult[])[item];
				if (key !== undefined && id?.code !== null && id?.assignmentId) {
					this.assignmentIds.set(key, this.assignmentIds.get(key) ?? id.assignmentId);
				}
			});
			return {
				model: (model as Expected[]).map(({ key, ...said }) => ({
					...said,
					id: this.assignmentIds.get(key ?? 0),
				})),
				pools: Array.isArray(pools) ? (pools as AssignResult[]).map(inShort) : pools,
			};
		}
		return { model, pools };
	}

	/** What the model makes of it; it is changed by that. */
	expect(operation: Operation): unknown {
		const { model } = this;
		switch (operation.do) {
			case 'upload': {
				const expires = operation.hours === null ? Infinity : model.now + operation.hours;
				const counts = model.upload(this.uploads++, operation.codes, expires);
				return counts;
			}
			case 'assign':
				return model.assign(operation.requests, operation.options);
			case 'release':
				return model.release(operation.assignment + 1) ? 'released' : 'code_not_found';
			case 'redeem':
				return model.redeem(operation.assignment + 1) === undefined ? 'code_not_found' : 'redeemed';
			case 'releaseCode': {
				const holders = this.holders(operation.code);
				return holders.length === 1 && model.release(holders[0].key)
					? holders[0].recipient
					: 'code_not_found';
			}
			case 'redeemCode': {
				const holders = this.holders(operation.code);
				if (holders.length === 1) {
					return { first: model.redeem(holders[0].key) };
				}
				const isOurs = model.codes.some(
					({ code, state }) => code === operation.code && state !== 'removed',
				);
				return isOurs ? 'not_assigned' : 'unknown_code';
			}
			case 'remove':
				return model.remove(operation.codes);
			case 'undo':
				return operation.batch < this.batchIds.length
					? model.undo(this.batchOf(operation.batch))
					: 'batch_not_found';
			case 'erase':
				return model.erase(operation.recipient);
			case 'history':
				return model.history(operation.recipient);
			case 'setActive':
				if (model.archived && operation.active) return 'invalid_input';
				model.active = operation.active;
				return model.active;
			case 'archive':
				model.archive();
				return model.active;
			case 'restore':
				model.restore();
				return model.active;
			case 'check':
				return model.stock();
			case 'delete':
				return model.isEmpty() ? 'deleted' : 'pool_not_empty';
			case 'wait':
				model.now += operation.hours;
				return undefined;
		}
	}

	/** What the real pool says of it. */
	private async ask(coupons: CouponPools, operation: Operation): Promise<unknown> {
		const { id } = this.pool;
		switch (operation.do) {
			case 'upload': {
				const expiry =
					operation.hours === null
						? {}
						: { expiry: 'date' as const, expiresAt: new Date(Date.now() + operation.hours * HOUR) };
				const report = await coupons.uploadCodes(
					id,
					operation.codes.map((code) => ({ code })),
					expiry,
				);
				this.reals.push(report.batchId);
				if (report.batchId !== null) {
					this.batchIds.push(report.batchId);
				}
				const { added, duplicatesInFile, alreadyInPool } = report;
				return { added, duplicatesInFile, alreadyInPool };
			}
			case 'assign':
				return await coupons.assign(id, operation.requests, operation.options);
			case 'release':
				await coupons.release(id, this.assignmentIds.get(operation.assignment + 1) ?? '0');
				return 'released';
			case 'redeem':
				await coupons.redeem(id, this.assignmentIds.get(operation.assignment + 1) ?? '0');
				return 'redeemed';
			case 'releaseCode':
				// The made-up name of a person who was erased is another each time.
				return (await coupons.releaseCode(id, operation.code)).recipient.replace(/^erased:.*/, '');
			case 'redeemCode': {
				const done = await coupons.redeemCode(operation.code, { poolId: id });
				return done.redeemed ? { first: done.first } : done.reason;
			}
			case 'remove':
				return (await coupons.removeCodes(id, operation.codes)).map(
					({ removed, reason }) => reason ?? removed,
				);
			case 'undo':
				return (await coupons.undoBatch(id, this.batchIds[operation.batch] ?? '0')).removedNow;
			case 'erase':
				return (await coupons.eraseRecipient(operation.recipient)).assignments;
			case 'history':
				return (await coupons.getHistory(operation.recipient, { poolId: id })).entries
					.filter(({ issue }) => issue === 'initial')
					.map(({ code }) => code);
			case 'setActive':
				return (await coupons.updatePool(id, { active: operation.active })).active;
			case 'archive':
				return (await coupons.archivePool(id)).active;
			case 'restore':
				return (await coupons.restorePool(id)).active;
			case 'check': {
				const { available, assigned, removed, expiredUnassigned, total, redeemed, low, alert } =
					await coupons.checkThreshold(id, { alert: 'oncePerFall' });
				return { available, assigned, removed, expiredUnassigned, total, redeemed, low, alert };
			}
			case 'delete':
				await coupons.deletePool(id);
				this.deleted = true;
				return 'deleted';
			case 'wait':
				await this.passTime(operation.hours);
				await coupons.recount(id);
				return undefined;
		}
	}

	private uploads = 0;
	/** What each upload was stored as; null where it added nothing. */
	private readonly reals: Array<string | null> = [];

	/** The model's number of the n-th batch that there is. */
	private batchOf(index: number): number {
		return this.reals.indexOf(this.batchIds[index]);
	}

	private holders(code: string) {
		return this.model.assignments.filter((one) => one.code === code && !one.released);
	}

	/** All that was stored was stored that much earlier: nobody can wait a day in a test. */
	private async passTime(hours: number): Promise<void> {
		for (const [table, columns] of Object.entries(INSTANTS)) {
			const set = columns
				.map((name) => `${name} = ${name} - $2::float8 * interval '1 hour'`)
				.join(', ');
			await this.database.query(`update :schema.${table} set ${set} where pool_id = $1`, [
				this.pool.id,
				hours,
			]);
		}
	}
}

const HOUR = 3_600_000;

const INSTANTS = {
	codes: ['expires_at'],
	fronts: ['expires_at'],
	assignments: ['assigned_at', 'redeemed_at', 'released_at', 'expires_at'],
	events: ['at'],
	batches: ['created_at'],
	alerts: ['told_at'],
} as const;

function refusal(error: CouponPoolsError): string {
	if (error.code === undefined) {
		throw error;
	}
	return error.code;
}

function inShort(given: AssignResult) {
	return given.code === null
		? { kind: 'none', code: null, reason: given.reason, id: undefined }
		: { kind: given.issue, code: given.code, id: given.assignmentId };
}
