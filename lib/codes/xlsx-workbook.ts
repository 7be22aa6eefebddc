import { CouponPoolsError } from '../errors';
import { MOST_PARTS, refuseMore, type Archive } from './xlsx-archive';
import { unescaped } from './xlsx-escapes';
import { numberForm, type NumberForm } from './xlsx-numbers';
import { readWholeXml } from './xml';

/** What is needed to read the first sheet of a workbook. */
export interface Workbook {
	readonly sheet: string;
	/**
	 * Texts that cells refer to by number. They are held in memory, all of them: the sheet refers to them
	 * in any order. A million codes of ten characters take about 60 MB here; as CSV they take none.
	 */
	readonly sharedStrings: readonly string[];
	/** How cells of each style show numbers. */
	readonly styles: readonly NumberForm[];
	/** Whether day 0 is in 1904, as in workbooks from old Macs. */
	readonly from1904: boolean;
}

/** Characters of all shared strings together. */
const MOST_SHARED_TEXT = 128 * 1024 * 1024;

/** Eight full columns of different texts. A short one takes some 32 bytes, so that their characters alone bound nothing. */
const MOST_SHARED_STRINGS = 8 * 1_048_576;

/** Excel's limit is 65,490 cell styles. */
const MOST_STYLES = 100_000;

/** Excel's limit; what is longer is no code anyway, and is not gathered further. */
const LONGEST_CELL = 32_767;

/** ECMA-376 part 1, 18.2 (workbook), 18.4 (shared strings), 18.8 (styles). */
export async function readWorkbook(archive: Archive, name: string): Promise<Workbook> {
	const root = await readRelations(archive, '_rels/.rels', '', name);
	const path = root.find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
	const folder = path.slice(0, path.lastIndexOf('/') + 1);
	const relations = await readRelations(
		archive,
		`${folder}_rels/${path.slice(folder.length)}.rels`,
		folder,
		name,
	);
	const sheets: Array<{ id: string; isHidden: boolean }> = [];
	let from1904 = false;
	await readWholeXml(
		archive.read(path),
		{
			open: (element, attributes) => {
				if (element === 'workbookPr') {
					// Excel adds one of its own namespace, which does not say.
					from1904 ||= /^(1|true)$/.test(attributes.date1904 ?? '');
				} else if (element === 'sheet') {
					const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
					sheets.push({ id, isHidden: /hidden/i.test(attributes.state ?? '') });
					refuseMore(sheets.length, MOST_PARTS, 'sheets', name);
				}
			},
		},
		name,
	);
	const areAllHidden = sheets.every(({ isHidden }) => isHidden);
	const sheet = sheets
		.filter(({ isHidden }) => !isHidden || areAllHidden)
		.map(({ id }) => relations.find((relation) => relation.id === id))
		.find((relation) => relation?.type === 'worksheet');
	if (sheet === undefined) {
		throw new CouponPoolsError('invalid_file', `${name} is a workbook without a sheet of cells`, {
			hint: 'Put the codes on the first sheet.',
		});
	}
	const partOf = (type: string) =>
		relations.find((relation) => relation.type === type)?.target ?? '';
	return {
		sheet: sheet.target,
		sharedStrings: await readSharedStrings(archive, partOf('sharedStrings'), name),
		styles: await readStyles(archive, partOf('styles'), name),
		from1904,
	};
}

interface Relation {
	readonly id: string;
	/** The last word of the type's address, which differs between the transitional and the strict form. */
	readonly type: string;
	readonly target: string;
}

async function readRelations(
	archive: Archive,
	part: string,
	folder: string,
	name: string,
): Promise<Relation[]> {
	const relations: Relation[] = [];
	await readWholeXml(
		archive.read(part),
		{
			open: (element, { Id = '', Type = '', Target = '' }) => {
				if (element === 'Relationship') {
					const target = Target.startsWith('/')
						? Target.slice(1)
						: folder + Target.replace(/^\.\//, '');
					relations.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target });
					refuseMore(relations.length, MOST_PARTS, 'relations', name);
				}
			},
		},
		name,
	);
	return relations;
}

async function readSharedStrings(archive: Archive, part: string, name: string): Promise<string[]> {
	const strings: string[] = [];
	let current = '';
	let isText = false;
	let isPhonetic = false;
	let length = 0;
	await readWholeXml(
		archive.read(part),
		{
			open: (element) => {
				isText = element === 't' && !isPhonetic;
				isPhonetic ||= element === 'rPh';
			},
			text: (text) => {
				if (isText && current.length < LONGEST_CELL) {
					current += text;
				}
			},
			close: (element) => {
				isText = false;
				if (element === 'rPh') {
					isPhonetic = false;
				} else if (element === 'si') {
					strings.push(unescaped(current));
					refuseMore(strings.length, MOST_SHARED_STRINGS, 'texts', name);
					length += current.length;
					current = '';
					if (length > MOST_SHARED_TEXT) {
						throw new CouponPoolsError('invalid_file', `${name} holds more than 128 MB of texts`, {
							hint: 'Save the column with the codes as CSV and upload that.',
						});
					}
				}
			},
		},
		name,
	);
	return strings;
}

async function readStyles(archive: Archive, part: string, name: string): Promise<NumberForm[]> {
	const formats = new Map<string, string>();
	const styles: NumberForm[] = [];
	let isInCellStyles = false;
	await readWholeXml(
		archive.read(part),
		{
			open: (element, attributes) => {
				if (element === 'numFmt') {
					formats.set(attributes.numFmtId, attributes.formatCode ?? '');
					refuseMore(formats.size, MOST_STYLES, 'number formats', name);
				} else if (element === 'cellXfs') {
					isInCellStyles = true;
				} else if (element === 'xf' && isInCellStyles) {
					const id = attributes.numFmtId ?? '0';
					styles.push(numberForm(Number(id), formats.get(id)));
					refuseMore(styles.length, MOST_STYLES, 'styles', name);
				}
			},
			close: (element) => {
				if (element === 'cellXfs') {
					isInCellStyles = false;
				}
			},
		},
		name,
	);
	return styles;
}
