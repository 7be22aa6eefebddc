import type { IExecuteFunctions } from 'n8n-workflow';
import type { AssignResult, CouponPools } from '../../lib';
import { refillInBackground } from '../shared/background-refills';
import { asOneText } from '../shared/errors';
import { numberFrom } from '../shared/numbers';
import { providerOfNode } from '../shared/shops';
import type { RequestGroup } from './requests';

/** Assigns from a dynamic pool, whose codes are made when they are missing, and in advance when its stock is low. */
export async function assignOnDemand(
	context: IExecuteFunctions,
	coupons: CouponPools,
	{ pool, requests, options }: Pick<RequestGroup, 'pool' | 'requests' | 'options'>,
): Promise<AssignResult[]> {
	const provider = await providerOfNode(context);
	const seconds = numberFrom(
		context.getNodeParameter('options.onTheSpotSeconds', 0, 20),
		'Longest Wait for New Codes (Seconds)',
	);
	const results = await coupons.assignOnDemand(pool.id, requests, {
		...options,
		provider,
		signal: context.getExecutionCancelSignal(),
		onTheSpotSeconds: seconds,
		onShopFailure: (failure) =>
			context.addExecutionHints({
				message: `No new codes were made. ${asOneText(failure)}`,
				type: 'warning',
				location: 'outputPane',
			}),
	});
	const isLocal = (await coupons.getDynamic(pool.id))?.provider === 'local';
	if (isLocal || provider) refillInBackground(context, pool.id, provider);
	return results;
}
