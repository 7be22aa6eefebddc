import { invalidInput } from '../errors';
import { checkChoice } from '../texts/check-choice';
import type { Rule } from './claim';
import type { AssignOptions, IfAlreadyAssigned } from './coupon';

/** What a recipient may get, from the options; @throws CouponPoolsError `invalid_input` */
export function checkRule({
	ifAlreadyAssigned = 'sameWithin',
	withinHours = 24,
	scope = 'campaign',
	holdMinutes,
}: AssignOptions): Rule {
	checkChoice(ifAlreadyAssigned, 'If Already Assigned', POLICIES);
	checkChoice(scope, 'Already Assigned In', ['campaign', 'pool']);
	if (!(withinHours > 0 && withinHours <= 876_000)) {
		throw invalidInput(
			`Hours is ${withinHours}`,
			'Give a number over 0 and up to 876,000 (100 years).',
		);
	}
	return {
		ifAlreadyAssigned,
		withinHours,
		wholePool: scope === 'pool',
		holdMinutes: checkHold(holdMinutes),
	};
}

/** Minutes: 30 days. A hold that outlives a campaign is stock that nobody can have. */
const LONGEST_HOLD = 43_200;

/** @throws CouponPoolsError `invalid_input` */
export function checkHold(minutes: number | undefined): number | null {
	if (minutes === undefined) {
		return null;
	}
	if (!(minutes > 0 && minutes <= LONGEST_HOLD)) {
		throw invalidInput(
			`Only Reserve for Minutes is ${minutes}`,
			`Give a number over 0 and up to ${LONGEST_HOLD.toLocaleString('en')} (30 days).`,
		);
	}
	return minutes;
}

const POLICIES: readonly IfAlreadyAssigned[] = [
	'sameWithin',
	'sameUntilExpires',
	'sameUntilRedeemed',
	'alwaysSame',
	'alwaysNew',
	'onlyRepeat',
];
