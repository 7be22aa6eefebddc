import { assign } from './assignments/assign';
import { assignOnDemand, type AssignOnDemandOptions } from './assignments/assign-on-demand';
import type { AssignOptions, AssignRequest, AssignResult } from './assignments/coupon';
import { confirm } from './assignments/confirm';
import { confirmCode } from './assignments/confirm-code';
import { exportAssignments } from './assignments/export-assignments';
import type { Holder } from './assignments/find-holder';
import { importAssignments } from './assignments/import-assignments';
import type { ImportOptions, ImportReport, ImportSource } from './assignments/import-report';
import type { Assignment } from './assignments/assignment';
import type { AssignmentFilter } from './assignments/assignment-filter';
import { listAssignments } from './assignments/list-assignments';
import { preview, type PreviewOptions } from './assignments/preview';
import { redeem } from './assignments/redeem';
import type { ShopOrder } from './assignments/read-order';
import { redeemCode, type RedeemCodeOptions } from './assignments/redeem-code';
import { redeemOrders } from './assignments/redeem-orders';
import type { RedeemResult } from './assignments/redeem-result';
import { release } from './assignments/release';
import { releaseCode } from './assignments/release-code';
import type { Batch } from './batches/batch';
import { listBatches } from './batches/list-batches';
import { undoBatch } from './batches/undo-batch';
import { previewCodes, type CodeForm } from './codes/code-form';
import { generateCodes } from './codes/generate';
import type { GenerateOptions, GenerateReport } from './codes/generate-report';
import { getCode, type CodeReport } from './codes/get-code';
import { listCodes } from './codes/list-codes';
import type { ListCodesFilter, ListedCode } from './codes/listed-code';
import { removeCodes, type RemovedCode } from './codes/remove-codes';
import { uploadCodes } from './codes/upload';
import type { UploadOptions, UploadReport } from './codes/upload-report';
import type { UploadSource } from './codes/upload-source';
import type { Database } from './database/database';
import { openDatabase, type DatabaseSettings } from './database/open';
import type { PageRequest } from './database/page';
import type { MessageTemplate, RenderedMessage, RenderOptions } from './messages/message';
import type {
	MessageRequest,
	MessageResult,
	RenderMessagesOptions,
} from './messages/message-request';
import { render } from './messages/render';
import { renderMessages } from './messages/render-messages';
import { archivePool, restorePool, type ArchivedPool } from './pools/archive-pool';
import { addSharedCode } from './pools/add-shared-codes';
import { changeSharedCode } from './pools/change-shared-code';
import {
	createDynamicPool,
	type DynamicPool,
	type DynamicPoolSettings,
} from './pools/create-dynamic-pool';
import { createPool, type CreatePoolOptions } from './pools/create-pool';
import { deletePool, type DeletedPool } from './pools/delete-pool';
import { readDynamic, type Dynamic } from './pools/dynamic-settings';
import { findPool, type PoolReference } from './pools/find-pool';
import { listPools, type ListPoolsFilter } from './pools/list-pools';
import { listSharedCodes, type SharedCode } from './pools/list-shared-codes';
import type { Pool, PoolSettings, SharedCodeSettings } from './pools/pool';
import { type PoolUse, UseRecorder } from './pools/record-uses';
import { removeSharedCode } from './pools/remove-shared-code';
import { updatePool } from './pools/update-pool';
import { forgetUses, whereUsed, type WhereUsed } from './pools/where-used';
import type { Provider } from './providers/provider';
import { eraseRecipient, type ErasedRecipient } from './recipients/erase-recipient';
import {
	findRecipients,
	type FindRecipientsFilter,
	type FoundRecipient,
} from './recipients/find-recipients';
import { getHistory, type HistoryEntry } from './recipients/get-history';
import { needsRefill } from './refills/count-refilled';
import { refillPool, type RefillOptions } from './refills/refill-pool';
import {
	reconcilePool,
	type ReconcileOptions,
	type ReconcileReport,
} from './refills/reconcile-pool';
import type { RefillReport } from './refills/refill';
import { reportPool, type PoolReport, type ReportOptions } from './reports/report-pool';
import { checkThreshold } from './stock/check-threshold';
import { glanceAtPools, type PoolGlance } from './stock/glance-at-pools';
import { recount } from './stock/recount';
import type { CheckThresholdOptions, StockReport } from './stock/stock-report';
import { Upkeep } from './upkeep';
import { Announcer } from './watching/announce';
import type { PoolEvent, PoolEventName, WatchedPools } from './watching/pool-event';
import { sampleEvents } from './watching/sample-events';
import { watchPools, type Watch, type WatchOptions } from './watching/watch';

/**
 * Opens the coupon pools of a database, making or updating its schema first.
 *
 * @example
 * const coupons = await openCouponPools({ connectionString: 'postgres://…' }); // or { dataDirectory: './coupons' }
 * @throws CouponPoolsError `database_…`, with a hint of what to do
 */
export async function openCouponPools(settings: DatabaseSettings): Promise<CouponPools> {
	return new CouponPools(await openDatabase(settings));
}

/** The coupon pools of one database. Every method may be called by any number of processes at once. */
export class CouponPools {
	private readonly announcer: Announcer;

	private readonly uses: UseRecorder;

	private readonly upkeep: Upkeep;

	private closing: Promise<void> | undefined;

	constructor(private readonly database: Database) {
		this.announcer = new Announcer(database);
		this.uses = new UseRecorder(database);
		this.upkeep = new Upkeep(database);
	}

	/** Makes a pool; see `ifExists` for one that is there already. */
	async createPool(
		settings: PoolSettings,
		options?: CreatePoolOptions,
	): Promise<Pool & { created: boolean }> {
		return await createPool(this.database, settings, options);
	}

	/** Changes the given settings of a pool, including its name; its type stays. */
	async updatePool(
		poolId: string,
		changes: Partial<PoolSettings>,
		options?: { timezone?: string },
	): Promise<Pool> {
		return await this.announced(poolId, updatePool(this.database, poolId, changes, options));
	}

	async findPool(reference: PoolReference): Promise<Pool> {
		return await findPool(this.database, reference);
	}

	async listPools(filter?: ListPoolsFilter): Promise<{ pools: Pool[]; next: string | null }> {
		return await listPools(this.database, filter);
	}

	/** A page of pools with what remains of each. */
	async glanceAtPools(
		filter?: ListPoolsFilter,
	): Promise<{ pools: PoolGlance[]; next: string | null }> {
		return await glanceAtPools(this.database, filter);
	}

	/** Takes a pool out of use; `restorePool` brings it back. */
	async archivePool(poolId: string): Promise<ArchivedPool> {
		await this.uses.flush();
		return await this.announced(poolId, archivePool(this.database, poolId));
	}

	async restorePool(poolId: string): Promise<Pool> {
		return await this.announced(poolId, restorePool(this.database, poolId));
	}

	/** Deletes an empty pool for good. */
	async deletePool(poolId: string): Promise<DeletedPool> {
		await this.uses.flush();
		return await deletePool(this.database, poolId);
	}

	/** What became of a pool's codes: in all, by campaign, day and batch; proved by counting them, if asked to. */
	async reportPool(poolId: string, options?: ReportOptions): Promise<PoolReport> {
		return await reportPool(this.database, poolId, options);
	}

	/** The codes of a shared pool, each with its time. */
	async listSharedCodes(poolId: string): Promise<SharedCode[]> {
		return await listSharedCodes(this.database, poolId);
	}

	async addSharedCode(
		poolId: string,
		settings: SharedCodeSettings,
		options?: { timezone?: string },
	): Promise<SharedCode> {
		return await this.announced(poolId, addSharedCode(this.database, poolId, settings, options));
	}

	/** Changes the given settings of a shared code; whoever holds it keeps it as it was assigned. */
	async changeSharedCode(
		poolId: string,
		id: string,
		changes: Partial<SharedCodeSettings>,
		options?: { timezone?: string },
	): Promise<SharedCode> {
		return await this.announced(
			poolId,
			changeSharedCode(this.database, poolId, id, changes, options),
		);
	}

	/** Stops giving a shared code; whoever holds it keeps it. */
	async removeSharedCode(poolId: string, id: string): Promise<SharedCode> {
		return await this.announced(poolId, removeSharedCode(this.database, poolId, id));
	}

	/** Notes that steps of workflows use pools: returns at once, never throws, and writes in the background. */
	recordUses(uses: readonly PoolUse[]): void {
		this.uses.record(uses);
	}

	/** Which workflows and steps use a pool, the last used first. */
	async whereUsed(poolId: string): Promise<WhereUsed[]> {
		await this.uses.flush();
		return await whereUsed(this.database, poolId);
	}

	/** Forgets that a workflow, or all of them, use a pool; returns how many uses were forgotten. */
	async forgetUses(poolId: string, workflowId?: string): Promise<number> {
		await this.uses.flush();
		return await forgetUses(this.database, poolId, workflowId);
	}

	/** Adds the codes of a file, a text or a list of items to a unique pool: all of them or none. */
	async uploadCodes(
		poolId: string,
		source: UploadSource,
		options?: UploadOptions,
	): Promise<UploadReport> {
		return await this.announced(poolId, uploadCodes(this.database, poolId, source, options));
	}

	/** Takes over codes that another system has given, with who got them and when: all of them or none. */
	async importAssignments(
		poolId: string,
		source: ImportSource,
		options?: ImportOptions,
	): Promise<ImportReport> {
		return await this.announced(poolId, importAssignments(this.database, poolId, source, options));
	}

	/** Makes random codes and adds them to a unique pool: exactly as many as asked for, or none. */
	async generateCodes(poolId: string, options: GenerateOptions): Promise<GenerateReport> {
		return await this.announced(poolId, generateCodes(this.database, poolId, options));
	}

	/** Three codes as `generateCodes` would make them; stores nothing. */
	previewCodes(form?: CodeForm): string[] {
		return previewCodes(form);
	}

	/** Gives each recipient a code, or the one that it may keep; the answers are in the order of the requests. */
	async assign(
		poolId: string,
		requests: readonly AssignRequest[],
		options?: AssignOptions & { signal?: AbortSignal },
	): Promise<AssignResult[]> {
		return await this.announced(poolId, assign(this.database, poolId, requests, options));
	}

	/** `assign` for a dynamic pool, whose codes are made on the spot when none is left. */
	async assignOnDemand(
		poolId: string,
		requests: readonly AssignRequest[],
		options?: AssignOnDemandOptions,
	): Promise<AssignResult[]> {
		return await this.announced(poolId, assignOnDemand(this.database, poolId, requests, options));
	}

	/** Makes a dynamic pool, whose rule is looked up in its shop; a local pool has no `provider`. */
	async createDynamicPool(
		settings: DynamicPoolSettings,
		provider?: Provider,
		options?: CreatePoolOptions,
	): Promise<DynamicPool> {
		return await createDynamicPool(this.database, settings, provider, options);
	}

	/** How a dynamic pool makes its codes; null for other pools. */
	async getDynamic(poolId: string): Promise<Dynamic | null> {
		return await readDynamic(this.database, poolId);
	}

	/** Makes codes for a dynamic pool until it has as many as it is to keep in stock. */
	async refillPool(poolId: string, options?: RefillOptions): Promise<RefillReport> {
		return await this.announced(poolId, refillPool(this.database, poolId, options));
	}

	/** Whether the stock of a dynamic pool is down to where it is refilled on its own, and nothing speaks against it. */
	async needsRefill(poolId: string): Promise<boolean> {
		return await needsRefill(this.database, poolId);
	}

	/** Asks the shop which of a dynamic pool's assigned codes were used, and records it. */
	async reconcilePool(
		poolId: string,
		provider: Provider,
		options?: ReconcileOptions,
	): Promise<ReconcileReport> {
		return await this.announced(poolId, reconcilePool(this.database, poolId, provider, options));
	}

	/** What `assign` would answer, with a made-up code; takes nothing. */
	async preview(
		poolId: string,
		requests: readonly AssignRequest[],
		options?: PreviewOptions,
	): Promise<AssignResult[]> {
		return await preview(this.database, poolId, requests, options);
	}

	/** Makes a code that is on hold the recipient's for good. */
	async confirm(poolId: string, assignmentId: string): Promise<void> {
		await this.announced(poolId, confirm(this.database, poolId, assignmentId));
	}

	/** `confirm` by the code itself; returns who holds it. */
	async confirmCode(poolId: string, code: string): Promise<Holder & { code: string }> {
		return await this.announced(poolId, confirmCode(this.database, poolId, code));
	}

	/** Puts a code, assigned or on hold, back into the stock. */
	async release(poolId: string, assignmentId: string): Promise<void> {
		await this.announced(poolId, release(this.database, poolId, assignmentId));
	}

	/** `release` by the code itself; returns who held it. */
	async releaseCode(poolId: string, code: string): Promise<Holder & { code: string }> {
		return await this.announced(poolId, releaseCode(this.database, poolId, code));
	}

	/** Records that an assigned code was used in an order; returns when it was first used. */
	async redeem(
		poolId: string,
		assignmentId: string,
		options?: { orderId?: string },
	): Promise<Date> {
		const redemption = redeem(this.database, poolId, assignmentId, options);
		return (await this.announced(poolId, redemption)).redeemedAt;
	}

	/**
	 * `redeem` by the code itself, as a shop reports it; for a code that is not ours it returns an answer, not an error.
	 */
	async redeemCode(code: string, options?: RedeemCodeOptions): Promise<RedeemResult> {
		const redeemed = redeemCode(this.database, code, options);
		const { result, poolId = '' } = await this.announced(options?.poolId ?? '', redeemed);
		this.upkeep.note(poolId);
		return result;
	}

	/** `redeemCode` for many orders at once (see `readOrder`): for each order, an answer for each of its codes. */
	async redeemOrders(
		orders: readonly ShopOrder[],
		where?: { poolId?: string; merchant?: string },
	): Promise<RedeemResult[][]> {
		const redeemed = redeemOrders(this.database, orders, where);
		const { results, poolIds } = await this.announced(where?.poolId ?? '', redeemed);
		poolIds.forEach((poolId) => this.upkeep.note(poolId));
		return results;
	}

	/** State, holder, batch and history of a code. */
	async getCode(poolId: string, code: string): Promise<CodeReport> {
		return await getCode(this.database, poolId, code);
	}

	async listCodes(
		poolId: string,
		filter?: ListCodesFilter,
	): Promise<{ codes: ListedCode[]; next: string | null }> {
		return await listCodes(this.database, poolId, filter);
	}

	/** Takes available codes out of the stock; those that somebody holds stay. */
	async removeCodes(poolId: string, codes: readonly string[]): Promise<RemovedCode[]> {
		return await this.announced(poolId, removeCodes(this.database, poolId, codes));
	}

	async listBatches(
		poolId: string,
		page?: PageRequest,
	): Promise<{ batches: Batch[]; next: string | null }> {
		return await listBatches(this.database, poolId, page);
	}

	/** Takes out again those codes of a batch that nobody was given. */
	async undoBatch(poolId: string, batchId: string): Promise<Batch & { removedNow: number }> {
		return await this.announced(poolId, undoBatch(this.database, poolId, batchId));
	}

	async listAssignments(
		filter?: AssignmentFilter & PageRequest,
	): Promise<{ assignments: Assignment[]; next: string | null }> {
		return await listAssignments(this.database, filter);
	}

	/** Assignments as the text of a CSV file, piece by piece. */
	exportAssignments(
		filter?: AssignmentFilter,
		options?: { byteOrderMark?: boolean },
	): AsyncGenerator<string, void, undefined> {
		return exportAssignments(this.database, filter, options);
	}

	/** Everything that a recipient was given, initial or repeated. */
	async getHistory(
		recipient: string,
		options?: { poolId?: string } & PageRequest,
	): Promise<{ entries: HistoryEntry[]; next: string | null }> {
		return await getHistory(this.database, recipient, options);
	}

	/** Recipients by what they hold. */
	async findRecipients(
		filter?: FindRecipientsFilter,
	): Promise<{ recipients: FoundRecipient[]; next: string | null }> {
		return await findRecipients(this.database, filter);
	}

	/** Removes a person's data and keeps the sums. */
	async eraseRecipient(recipient: string): Promise<ErasedRecipient> {
		return await eraseRecipient(this.database, recipient);
	}

	/** Fills a template with a context; takes no code. */
	render(template: MessageTemplate, context: object, options?: RenderOptions): RenderedMessage {
		return render(template, context, options);
	}

	/** Renders messages whose macros, `{{client.promocode('pool')}}`, give their recipients codes. */
	async renderMessages(
		requests: readonly MessageRequest[],
		options?: RenderMessagesOptions,
	): Promise<MessageResult[]> {
		const rendering = renderMessages(this.database, requests, options);
		// Previews change nothing.
		if (options?.preview !== undefined) return await rendering;
		const results = await this.announced('', rendering);
		for (const { coupons } of results) {
			coupons.forEach(({ poolId }) => this.upkeep.note(poolId));
		}
		return results;
	}

	/** How several pools stand, or `all` of them, in the order of merchant and name, and whom to tell. */
	async checkThreshold(
		poolIds: readonly string[] | 'all',
		options?: CheckThresholdOptions,
	): Promise<StockReport[]>;
	/** The same for one pool. */
	async checkThreshold(poolId: string, options?: CheckThresholdOptions): Promise<StockReport>;
	async checkThreshold(
		poolIds: string | readonly string[],
		options?: CheckThresholdOptions,
	): Promise<StockReport | StockReport[]> {
		const reports = await checkThreshold(this.database, poolIds, options);
		return typeof poolIds === 'string' && poolIds !== 'all' ? reports[0] : reports;
	}

	/** Counts a pool's codes anew, after its tables were changed by hand or restored in part. */
	async recount(poolId: string): Promise<void> {
		await recount(this.database, poolId);
	}

	/** Tells what happens in pools as it happens, and what has happened since the last look; see `WatchOptions`. */
	async watch(options: WatchOptions): Promise<Watch> {
		const watch = await watchPools(this.database, options);
		this.announcer.believeWatched();
		return watch;
	}

	/** One made-up event of each kind, in a pool that is really there. */
	async sampleEvents(
		pools: WatchedPools,
		events: readonly PoolEventName[],
		options?: { timezone?: string },
	): Promise<PoolEvent[]> {
		return await sampleEvents(this.database, pools, events, options);
	}

	/** Whether the database answers. */
	async ping(): Promise<void> {
		await this.database.query('select from :schema.pools limit 1');
	}

	/** Doing so twice is harmless. */
	async close(): Promise<void> {
		this.closing ??= this.closeAll();
		await this.closing;
	}

	private async closeAll(): Promise<void> {
		await this.announcer.close();
		await this.uses.flush();
		await this.upkeep.close();
		await this.database.close();
	}

	/** Wakes those who watch the pool when the work is done; half-done work may have changed something too. */
	private async announced<Result>(poolId: string, work: Promise<Result>): Promise<Result> {
		try {
			return await work;
		} finally {
			this.announcer.changed(poolId);
			this.upkeep.note(poolId);
		}
	}
}
