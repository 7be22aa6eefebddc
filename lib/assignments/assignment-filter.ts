import type { Condition } from '../database/where';
import { condition } from '../database/where';
import { readInstant } from '../dates/read-date';
import { checkChoice } from '../texts/check-choice';
import { checkText } from '../texts/check-text';
import { recipientForms } from './check-requests';

/** Which assignments are wanted. */
export interface AssignmentFilter {
	/** Default: all pools. */
	poolId?: string;
	recipient?: string;
	campaign?: string;
	source?: 'pool' | 'default';
	redeemed?: boolean;
	/** Assigned at this instant or later; a date without a time is its first moment. */
	from?: Date | string;
	/** Assigned before this instant ends; a date without a time is its last moment. */
	until?: Date | string;
	/** For dates without a time. Default UTC. */
	timezone?: string;
	/** Include those taken back. Default false. */
	released?: boolean;
}

/**
 * A filter as conditions on the columns of an assignment, in whichever pool; written so that the indexes of migration
 * 10 apply.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export function filterConditions(filter: AssignmentFilter): Condition[] {
	const { timezone = 'UTC', recipient, campaign, source, redeemed, from, until } = filter;
	const conditions: Condition[] = [];
	if (recipient !== undefined) {
		conditions.push(condition`recipient = any (${recipientForms(recipient)}::text[])`);
	}
	if (campaign !== undefined) {
		conditions.push(condition`campaign = ${checkText(campaign, { field: 'Campaign', most: 255 })}`);
	}
	if (source !== undefined) {
		conditions.push(sourceCondition(source));
	}
	if (redeemed !== undefined) {
		conditions.push(redeemed ? condition`redeemed_at is not null` : condition`redeemed_at is null`);
	}
	if (from !== undefined) {
		const instant = readInstant(from, { timezone, edge: 'begin', field: 'From' });
		conditions.push(condition`assigned_at >= ${instant}`);
	}
	if (until !== undefined) {
		const instant = readInstant(until, { timezone, edge: 'end', field: 'Until' });
		conditions.push(condition`assigned_at <= ${instant}`);
	}
	if (filter.released !== true) {
		conditions.push(condition`released_at is null`);
	}
	return conditions;
}

/** As literals: with parameters, the planner would not see that the index of default codes applies. */
function sourceCondition(source: string): Condition {
	return checkChoice(source, 'Source', ['pool', 'default']) === 'pool'
		? condition`source = 'pool'`
		: condition`source = 'default'`;
}
