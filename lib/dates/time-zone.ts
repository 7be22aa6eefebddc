import { IANAZone, Info, type Zone } from 'luxon';

import { invalidInput } from '../errors';

/** Building a zone parses its name each time; a process sees a handful of them. */
const known = new Map<string, Zone>();

/** Twice the longest IANA name. Luxon remembers each name that it is asked for, right or wrong, for ever. */
const LONGEST_NAME = 64;

/**
 * The zone of an IANA name (`Europe/Berlin`) or a fixed offset (`UTC`, `UTC+2`).
 *
 * @throws {CouponPoolsError} `invalid_input` for an unknown name
 */
export function timeZone(name: string): Zone {
	const found = known.get(name);
	if (found) return found;
	const isTooLong = typeof name === 'string' && name.length > LONGEST_NAME;
	const zone = isTooLong ? undefined : Info.normalizeZone(name);
	if (!zone?.isValid) {
		const shown = isTooLong ? `${name.slice(0, LONGEST_NAME)}…` : name;
		throw invalidInput(
			`There is no timezone "${shown}".`,
			'Write it as in the IANA list, for instance Europe/Berlin or America/New_York, or UTC.',
		);
	}
	if (zone instanceof IANAZone || zone.isUniversal) known.set(name, zone);
	return zone;
}
