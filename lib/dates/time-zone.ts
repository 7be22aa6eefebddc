import { IANAZone, Info, type Zone } from 'luxon';

import { invalidInput } from '../errors';

/** Building a zone parses its name each time; a process sees a handful of them. */
const known = new Map<string, Zone>();

/**
 * The zone of an IANA name (`Europe/Berlin`) or a fixed offset (`UTC`, `UTC+2`).
 *
 * @throws {CouponPoolsError} `invalid_input` for an unknown name
 */
export function timeZone(name: string): Zone {
	const found = known.get(name);
	if (found) return found;
	const zone = Info.normalizeZone(name);
	if (!zone.isValid) {
		throw invalidInput(
			`There is no timezone "${name}".`,
			'Write it as in the IANA list, for instance Europe/Berlin or America/New_York, or UTC.',
		);
	}
	if (zone instanceof IANAZone || zone.isUniversal) known.set(name, zone);
	return zone;
}
