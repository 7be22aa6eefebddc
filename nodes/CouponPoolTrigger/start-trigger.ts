import { createHash } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';
import { checkChoice } from '../../lib';
import type { CouponPools, CouponPoolsError, PoolEvent, Watch, WatchedPools } from '../../lib';
import { holdCouponPools } from '../shared/connections';
import { withPoolsOfNode } from '../shared/database-credential';
import { asNodeError, invalidParameter } from '../shared/errors';
import { numberFrom } from '../shared/numbers';
import { asJson } from '../shared/output-items';
import { recordUses } from '../shared/uses';
import { watcherOf } from '../shared/watcher';
import { chosenEvents, chosenPools } from './watch-settings';

/**
 * Watches while the workflow is published; in a test, gives a sample at once.
 *
 * n8n takes an event without saying when it has stored the execution. If an event is told at the very moment at which
 * n8n is killed, either nothing is recorded here, and it is told again, or it is lost in n8n. An event told again has
 * the same key, by which n8n recognizes an execution that it has (from 2.x on; `eventId` does the same in the
 * workflow).
 */
export async function startTrigger(context: ITriggerFunctions): Promise<ITriggerResponse> {
	try {
		if (context.getMode() === 'manual') {
			const manualTriggerFunction = async () => await emitSample(context);
			return { manualTriggerFunction };
		}
		return await watch(context);
	} catch (failure) {
		throw asNodeError(context.getNode(), failure);
	}
}

async function watch(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const credential =
		await context.getCredentials<ICredentialDataDecryptedObject>('couponPoolsDatabaseApi');
	const { coupons, release } = holdCouponPools(credential);
	let running: Watch;
	try {
		running = await startWatch(context, await coupons);
	} catch (failure) {
		release();
		throw asNodeError(context.getNode(), failure);
	}
	const closeFunction = async () => {
		await running.stop();
		release();
	};
	return { closeFunction };
}

async function startWatch(context: ITriggerFunctions, coupons: CouponPools): Promise<Watch> {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const watcher = watcherOf(context);
	const perExecution = checkChoice(options.perExecution ?? 'all', 'Items per Execution', [
		'all',
		'one',
	]);
	const emit = perExecution === 'one' ? emitEach : emitTogether;
	const pools = await chosenPools(context, coupons);
	noteUse(context, coupons, pools);
	return await coupons.watch({
		watcher,
		events: chosenEvents(context),
		pools,
		since: beginsAnew(context) ? 'now' : 'lastLook',
		pollSeconds: numberFrom(options.pollSeconds ?? 30, 'Poll Interval (Seconds)'),
		timezone: context.getTimezone(),
		onEvents: (events) => {
			emit(context, watcher, events);
			noteUse(context, coupons, pools);
		},
		onTrouble: troubleReporter(context),
	});
}

/** For pools that were chosen one by one: whoever watches all of them depends on none. */
function noteUse(context: ITriggerFunctions, coupons: CouponPools, pools: WatchedPools): void {
	if (pools === 'all' || !('ids' in pools)) return;
	const used = pools.ids.map((poolId) => ({ poolId }));
	recordUses(context, coupons, 'Coupon Pool Trigger', used);
}

/** n8n says `activate` if the workflow was not published before; restarts and new versions go on where they were. */
function beginsAnew(context: ITriggerFunctions): boolean {
	const switchedOn = ['activate', 'create'].includes(context.getActivationMode());
	return switchedOn && context.getNodeParameter('whileOff', 'leaveOut') === 'leaveOut';
}

function emitTogether(context: ITriggerFunctions, watcher: string, events: PoolEvent[]): void {
	context.emit([events.map(asItem)], undefined, undefined, keyOf(watcher, events));
}

function emitEach(context: ITriggerFunctions, watcher: string, events: PoolEvent[]): void {
	for (const event of events) emitTogether(context, watcher, [event]);
}

/** Includes the time, so that the key is another one if the tables were made anew and count from 1 again. */
function keyOf(watcher: string, events: PoolEvent[]): string {
	const told = events.map(({ eventId, occurredAt }) => [eventId, occurredAt.getTime()]);
	const hash = createHash('sha256').update(JSON.stringify([watcher, told]));
	return `coupon-pools:${hash.digest('base64url')}`;
}

const TROUBLE_SHOWN_AFTER_MS = 5 * 60 * 1000;

/** Short troubles are logged; one that lasts appears once among the executions, and runs the error workflow. */
function troubleReporter(context: ITriggerFunctions) {
	let shown: number | undefined;
	return (error: CouponPoolsError, since: Date): void => {
		context.logger.warn(`Coupon Pool Trigger: ${error.message}. ${error.hint}`);
		const lasts = Date.now() - since.getTime() >= TROUBLE_SHOWN_AFTER_MS;
		if (lasts && shown !== since.getTime()) {
			shown = since.getTime();
			context.saveFailedExecution(asNodeError(context.getNode(), error));
		}
	};
}

async function emitSample(context: ITriggerFunctions): Promise<void> {
	try {
		await withPoolsOfNode(context, async (coupons) => {
			const pools = await chosenPools(context, coupons);
			noteUse(context, coupons, pools);
			const timezone = context.getTimezone();
			const events = await coupons.sampleEvents(pools, chosenEvents(context), { timezone });
			if (events.length === 0) {
				throw invalidParameter(
					'There is no such pool yet',
					"Make one with 'Create Pool', then test this step again.",
				);
			}
			context.emit([events.map(asItem)]);
		});
	} catch (failure) {
		throw asNodeError(context.getNode(), failure);
	}
}

function asItem(event: PoolEvent): INodeExecutionData {
	return { json: asJson(event) };
}
