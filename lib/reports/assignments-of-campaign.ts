import type { Condition } from '../database/where';
import { changesSinceSums } from './use-changes';

/**
 * A condition on the assignments `held` of pool $1: from the first to the last one of a campaign, as the sums and the
 * ledger since then know them; none if it gave no code. So there is little to read of a campaign that was short, or
 * never was.
 */
export function assignmentsOfCampaign(campaign: string): Condition {
	return {
		parts: [
			'held.id >= (select least((select first_assignment from :schema.campaign_sums where pool_id = $1 and campaign = ',
			`), (select min(id) from (${changesSinceSums}) as fresh where campaign = `,
			'))) and held.id <= (select greatest((select last_assignment from :schema.campaign_sums where pool_id = $1 and campaign = ',
			`), (select max(id) from (${changesSinceSums}) as fresh where campaign = `,
			')))',
		],
		values: [campaign, campaign, campaign, campaign],
	};
}
