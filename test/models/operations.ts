import * as fc from 'fast-check';

import type { AssignOptions, AssignRequest } from '../../lib';

/** A step that a person or a workflow may do, or time itself. Numbers of assignments and batches count what there is. */
export type Operation =
	| { do: 'upload'; codes: string[]; hours: number | null }
	| { do: 'assign'; requests: AssignRequest[]; options: AssignOptions }
	| { do: 'release' | 'redeem'; assignment: number }
	| { do: 'releaseCode' | 'redeemCode'; code: string }
	| { do: 'remove'; codes: string[] }
	| { do: 'undo'; batch: number }
	| { do: 'erase'; recipient: string }
	| { do: 'history'; recipient: string }
	| { do: 'setActive'; active: boolean }
	| { do: 'wait'; hours: number }
	| { do: 'archive' | 'restore' | 'check' | 'delete' };

// Few of each, so that they meet.
const code = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F');
const recipient = fc.constantFrom('r1', 'r2', 'r3');
const campaign = fc.constantFrom('', 'cart', 'welcome');

const options: fc.Arbitrary<AssignOptions> = fc.record({
	ifAlreadyAssigned: fc.constantFrom(
		'sameWithin',
		'sameUntilExpires',
		'sameUntilRedeemed',
		'alwaysSame',
		'alwaysNew',
		'onlyRepeat',
	),
	withinHours: fc.constantFrom(1, 24),
	scope: fc.constantFrom('campaign', 'pool'),
});

const request: fc.Arbitrary<AssignRequest> = fc
	.tuple(recipient, campaign, fc.option(fc.constantFrom('1', '2'), { nil: undefined }))
	.map(([who, what, id]) => ({
		recipient: who,
		campaign: what,
		// An id names one request of one recipient.
		...(id === undefined ? {} : { requestId: `${who} ${id}` }),
	}));

/** Several recipients at once, in the order of their names: that of codes among them is nobody's promise. */
const requests = fc
	.uniqueArray(request, { selector: (one) => one.recipient, minLength: 1, maxLength: 3 })
	.map((several) => several.sort((one, other) => (one.recipient < other.recipient ? -1 : 1)));

/** Half an hour off the clock's hours, so that nothing expires at the very moment of a look. */
const hours = fc.option(fc.constantFrom(1.5, 30.5), { nil: null });

const assignment = fc.nat(5);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('upload'),
			codes: fc.array(code, { minLength: 1, maxLength: 4 }),
			hours,
		}),
	},
	{ weight: 8, arbitrary: fc.record({ do: fc.constant('assign'), requests, options }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constantFrom('release', 'redeem'), assignment }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constantFrom('releaseCode', 'redeemCode'), code }) },
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('remove'),
			codes: fc.uniqueArray(code, { minLength: 1, maxLength: 3 }),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('undo'), batch: fc.nat(3) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constantFrom('erase', 'history'), recipient }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('setActive'), active: fc.boolean() }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.constantFrom(1, 24) }) },
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constantFrom('archive', 'restore', 'check', 'check', 'delete') }),
	},
) as fc.Arbitrary<Operation>;
