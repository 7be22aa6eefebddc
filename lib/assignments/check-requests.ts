import { invalidInput } from '../errors';
import { checkText } from '../texts/check-text';
import type { AssignRequest } from './coupon';

/** A request as the database takes it. */
export interface CheckedRequest {
	readonly recipient: string;
	readonly campaign: string;
	readonly requestId: string | null;
}

/**
 * Checks all requests before anything is done, so that bad input changes nothing.
 *
 * @throws CouponPoolsError `invalid_input` with the index of the item
 */
export function checkRequests(
	requests: readonly AssignRequest[],
	{ normalizeRecipient }: { normalizeRecipient?: boolean } = {},
): CheckedRequest[] {
	const recipients = new Map<string, string>();
	return requests.map((request, item) => {
		const checked = checkRequest(request, { normalizeRecipient, item });
		if (checked.requestId !== null) {
			const other = recipients.get(checked.requestId) ?? checked.recipient;
			if (other !== checked.recipient) {
				throw requestIdOfAnother(checked.requestId, item);
			}
			recipients.set(checked.requestId, checked.recipient);
		}
		return checked;
	});
}

/**
 * Checks one request and puts it into the form in which it is stored.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export function checkRequest(
	request: AssignRequest,
	{ normalizeRecipient = true, item }: { normalizeRecipient?: boolean; item?: number } = {},
): CheckedRequest {
	const text = checkText(request.recipient, { field: 'Recipient', least: 1, most: 512, item });
	return {
		recipient: normalizeRecipient ? normalize(text) : text,
		campaign: checkText(request.campaign ?? '', { field: 'Campaign', most: 255, item }),
		requestId: checkText(request.requestId ?? '', { field: 'Request ID', most: 512, item }) || null,
	};
}

/**
 * The forms in which the pools may know a person: the normalized one, and the text as written, in case codes were
 * assigned without normalizing it.
 *
 * @throws CouponPoolsError `invalid_input`
 */
export function recipientForms(recipient: string, item?: number): string[] {
	const forms = [true, false].map(
		(normalizeRecipient) => checkRequest({ recipient }, { normalizeRecipient, item }).recipient,
	);
	return [...new Set(forms)];
}

/** One request id, two recipients: giving the second the first one's code would be the worst answer. */
export function requestIdOfAnother(requestId: string, item: number): Error {
	return invalidInput(
		`The Request ID ${JSON.stringify(requestId)} belongs to another recipient`,
		'A Request ID names one request for one recipient, as an order id does. Leave it empty, or make it unique.',
		item,
	);
}

/**
 * An e-mail address in lower case: by RFC 5321 the part before the @ could differ by case, but no large
 * provider lets it, and people type it either way. Other ids stay as they are. NFC, since the same letter
 * can be written in two ways that look alike.
 */
function normalize(recipient: string): string {
	const composed = recipient.normalize('NFC');
	return /^.+@[^@\s]+$/u.test(composed) ? composed.toLowerCase() : composed;
}
