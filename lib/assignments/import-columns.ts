import {
	EXPIRY_HEADINGS,
	findColumn,
	headingsOf,
	isNumber,
	plain,
	shown,
	usualCodeColumn,
} from '../codes/columns';
import { cellText, type Row } from '../codes/row';
import { invalidInput } from '../errors';
import type { ImportField, ImportOptions } from './import-report';

/** The position of each field in a row, from 0; null if it has none. */
export type ImportColumns = Readonly<Record<ImportField, number | null>> & {
	readonly hasHeader: boolean;
};

/** The first six in the order in which they are expected where there is no heading; the last two need a heading. */
export const IMPORT_FIELDS = [
	'code',
	'recipient',
	'campaign',
	'assignedAt',
	'expiresAt',
	'redeemedAt',
	'source',
	'releasedAt',
] as const satisfies readonly ImportField[];

/** Headings in the suites' exports, without case, spaces and signs. */
const HEADINGS: Readonly<Record<Exclude<ImportField, 'code'>, ReadonlySet<string>>> = {
	recipient: headingsOf(
		`recipient recipientid email emailaddress mail contact contactid contactemail subscriber subscriberid
		customer customerid customeremail user userid externalid client clientid profile profileid member
		emailadresse mailadresse kundenemail kundenmail kundenemailadresse empfänger kunde kundennummer
		correoelectrónico courriel adresseemail destinataire destinatario`,
	),
	campaign: headingsOf(
		`campaign campaignid campaignname conversation conversationid conversationname mailing mailingid
		mailingname message messageid creative journey automation kampagne`,
	),
	assignedAt: headingsOf(
		`assigned assignedat assignedon assigneddate dateassigned assignmentdate date timestamp sent sentat
		senton sentdate datesent senddate issued issuedat issuedon issueddate dateissued delivered deliveredat
		distributed distributedat distributiondate given givenat dategiven datum`,
	),
	expiresAt: EXPIRY_HEADINGS,
	redeemedAt: headingsOf(
		`redeemed redeemedat redeemedon redeemeddate dateredeemed redemptiondate used usedat usedon useddate
		dateused eingelöst`,
	),
	// From this product's own export.
	source: headingsOf('source'),
	releasedAt: headingsOf('releasedat'),
};

/**
 * Decides from the first row with something in it which columns hold what.
 *
 * @throws CouponPoolsError `invalid_input` if there is no column of the codes or recipients, or none of a
 *   heading that was asked for
 */
export function chooseImportColumns(
	first: Row,
	{ columns = {}, header = 'auto' }: ImportOptions,
	name: string,
): ImportColumns {
	const headings = first.cells.map((cell) => cellText(cell).trim());
	const usual = (field: ImportField) =>
		field === 'code'
			? usualCodeColumn(headings)
			: headings.findIndex((heading) => HEADINGS[field].has(plain(heading)));
	const isNamed = Object.values(columns).some((column) => column !== '' && !isNumber(column));
	const hasHeader =
		header === 'yes' ||
		(header === 'auto' && (isNamed || usual('code') >= 0 || usual('recipient') >= 0));
	if (isNamed && !hasHeader) {
		throw invalidInput(
			`${name}: a column is chosen by its heading, but the file is said to have none`,
			"Choose the column by its number, from 1, or set 'First Row Is a Heading' to 'Tell by the Content'.",
		);
	}
	const find = (field: ImportField, position: number): number | null => {
		const column = columns[field];
		if (column !== undefined && column !== '') {
			return findColumn(column, headings, headings.length, name);
		}
		const isByHeadingOnly = field === 'source' || field === 'releasedAt';
		const at = hasHeader ? usual(field) : isByHeadingOnly ? -1 : position;
		return at >= 0 && at < headings.length ? at : null;
	};
	const found = Object.fromEntries(
		IMPORT_FIELDS.map((field, position) => [field, find(field, position)]),
	) as Record<ImportField, number | null>;
	for (const field of ['code', 'recipient'] as const) {
		if (found[field] === null) {
			throw invalidInput(
				`${name} has no column of the ${field}s: its first line is ${shown(headings)}`,
				`Name the column of the ${field}s by its heading or number, or check the delimiter.`,
			);
		}
	}
	return { ...found, hasHeader };
}
