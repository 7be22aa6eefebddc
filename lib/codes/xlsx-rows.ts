import { checkStatedKind, refusedKind, type StatedKind } from './file-kind';
import type { Cell, Row } from './row';
import { openArchive, type Archive } from './xlsx-archive';
import { unescaped } from './xlsx-escapes';
import { numberCell } from './xlsx-numbers';
import { readWorkbook, type Workbook } from './xlsx-workbook';
import { readXml, type XmlHandlers } from './xml';

/** Excel's last row, and as many columns as anybody puts beside their codes. */
const LAST_ROW = 1_048_576;
const COLUMNS = 256;

/** Excel's limit; what is longer is no code anyway, and is not gathered further. */
const LONGEST_CELL = 32_767;

/**
 * The rows of a workbook's first visible sheet, a piece of the file at a time.
 *
 * @throws CouponPoolsError `invalid_file` if the archive is no workbook, or damaged, or a bomb
 */
export async function* readSheetRows(
	bytes: AsyncIterable<Buffer>,
	options: { stated: StatedKind | null; name: string },
): AsyncGenerator<Row[], void> {
	const { stated, name } = options;
	const archive = await openArchive(bytes, name);
	try {
		await checkIsWorkbook(archive, name);
		checkStatedKind(stated, 'workbook', name);
		const workbook = await readWorkbook(archive, name);
		const rows = new SheetReader(workbook);
		const reading = readXml(archive.read(workbook.sheet), rows, name);
		while (!(await reading.next()).done) {
			yield rows.take();
		}
		yield rows.take();
	} finally {
		archive.close();
	}
}

async function checkIsWorkbook(archive: Archive, name: string): Promise<void> {
	const has = (pattern: RegExp) => archive.names.some((part) => pattern.test(part));
	if (has(/(^|\/)workbook\d*\.xml$/i)) {
		return;
	}
	if (has(/^xl\/workbook\.bin$/)) {
		throw refusedKind(name, 'a binary Excel workbook (XLSB)');
	}
	if (has(/^word\//)) {
		throw refusedKind(name, 'a Word document (DOCX)');
	}
	if (has(/^ppt\//)) {
		throw refusedKind(name, 'a PowerPoint presentation (PPTX)');
	}
	if (has(/^content\.xml$/)) {
		throw refusedKind(name, 'an OpenDocument file (ODS)');
	}
	throw refusedKind(name, 'a ZIP archive');
}

/** Puts cells together from a sheet's elements (ECMA-376 part 1, 18.3.1.4): row, c, v, is, t. */
class SheetReader implements XmlHandlers {
	private rows: Row[] = [];

	private line = 0;

	private cells: Cell[] = [];

	private column = -1;

	private type = '';

	private style = 0;

	private value = '';

	private isValue = false;

	private isPhonetic = false;

	constructor(private readonly workbook: Workbook) {}

	/** The rows that were completed since the last time. */
	take(): Row[] {
		const { rows } = this;
		this.rows = [];
		return rows;
	}

	open(element: string, attributes: Readonly<Record<string, string>>): void {
		switch (element) {
			case 'row': {
				// Where a number is left out, or goes back, the row comes after the one before: no two have the same.
				const stated = Math.floor(Number(attributes.r));
				this.line = stated > this.line && stated <= LAST_ROW ? stated : this.line + 1;
				this.cells = [];
				this.column = -1;
				break;
			}
			case 'c':
				this.column = columnOf(attributes.r) ?? this.column + 1;
				this.type = attributes.t ?? 'n';
				this.style = Number(attributes.s ?? 0);
				this.value = '';
				break;
			case 'rPh':
				this.isPhonetic = true;
				break;
			case 'v':
			case 't':
				this.isValue = !this.isPhonetic;
				break;
			default:
		}
	}

	readonly text = (text: string): void => {
		if (this.isValue && this.value.length < LONGEST_CELL) {
			this.value += text;
		}
	};

	close(element: string): void {
		this.isValue = false;
		if (element === 'rPh') {
			this.isPhonetic = false;
		} else if (element === 'c' && this.column < COLUMNS) {
			while (this.cells.length < this.column) {
				this.cells.push('');
			}
			this.cells[this.column] = this.cell();
		} else if (element === 'row') {
			this.rows.push({ line: this.line, cells: this.cells });
		}
	}

	private cell(): Cell {
		switch (this.type) {
			case 's':
				return this.workbook.sharedStrings[Number(this.value)] ?? '';
			case 'inlineStr':
			case 'str':
				return unescaped(this.value);
			case 'b':
				return this.value === '1' ? 'TRUE' : 'FALSE';
			case 'd':
				return { type: 'date', iso: this.value };
			case 'e':
				// #N/A, #REF! and the like: no number, so it is refused as a code and as a date.
				return { type: 'number', raw: this.value, padding: 0 };
			default:
				return this.value === ''
					? ''
					: numberCell(this.value, this.workbook.styles[this.style], this.workbook.from1904);
		}
	}
}

/** `AB12` → 27; null where the cell does not say. */
function columnOf(reference: string | undefined): number | null {
	const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
	if (letters === undefined) {
		return null;
	}
	let column = 0;
	for (const letter of letters) {
		column = column * 26 + letter.charCodeAt(0) - 64;
	}
	return column - 1;
}
