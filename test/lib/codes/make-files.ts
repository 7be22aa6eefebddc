import { Readable } from 'node:stream';
import { crc32, deflateRawSync } from 'node:zlib';

/** A stream of the bytes, in pieces of so many. */
export function inPieces(bytes: Buffer | string, size: number): Readable {
	const buffer = Buffer.from(bytes as Buffer);
	return Readable.from(
		(function* () {
			for (let start = 0; start < buffer.length; start += size) {
				yield buffer.subarray(start, start + size);
			}
		})(),
		{ objectMode: false },
	);
}

export function utf16(text: string, endian: 'le' | 'be', withMark = true): Buffer {
	const bytes = Buffer.from((withMark ? '\ufeff' : '') + text, 'utf16le');
	return endian === 'le' ? bytes : bytes.swap16();
}

/** A ZIP archive; `claims` falsifies the sizes that its table of contents states. */
export function zip(
	parts: Record<string, string | Buffer>,
	claims: Record<string, number> = {},
): Buffer {
	const files: Buffer[] = [];
	const contents: Buffer[] = [];
	let offset = 0;
	for (const [name, content] of Object.entries(parts)) {
		const raw = Buffer.from(content as Buffer);
		const packed = deflateRawSync(raw);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(8, 4);
		common.writeUInt32LE(crc32(raw), 10);
		common.writeUInt32LE(packed.length, 14);
		common.writeUInt32LE(claims[name] ?? raw.length, 18);
		common.writeUInt16LE(Buffer.byteLength(name), 22);
		files.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed);
		const position = Buffer.alloc(14);
		position.writeUInt32LE(offset, 10);
		contents.push(
			Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
			common,
			position.subarray(0, 14),
			Buffer.from(name),
		);
		offset += 4 + 26 + Buffer.byteLength(name) + packed.length;
	}
	const directory = Buffer.concat(contents);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(Object.keys(parts).length, 8);
	end.writeUInt16LE(Object.keys(parts).length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...files, directory, end]);
}

export interface WorkbookContent {
	/** The rows of the first sheet as XML: `<row r="1"><c …></c></row>`. */
	rows: string;
	/** Shared strings as XML: `<si><t>…</t></si>`. */
	shared?: string;
	/** Number formats of styles 0, 1, 2… as ids; those from 164 are `formats`, in order. */
	styles?: number[];
	formats?: string[];
	from1904?: boolean;
	/** What stands at the end of the workbook's own part, as XML. */
	extensions?: string;
	/** Sheets in front of it, hidden. */
	hiddenSheets?: number;
	/** Put before every element's name, as some writers do. */
	prefix?: string;
}

/** The least that is a workbook (ECMA-376), with what a test needs. */
export function workbookParts(content: WorkbookContent): Record<string, string> {
	const { rows, shared = '', styles = [0], formats = [], hiddenSheets = 0 } = content;
	const relation = (id: string, type: string, target: string) =>
		`<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
	const hidden = Array.from({ length: hiddenSheets }, (_, n) => n + 1);
	const sheet = (xml: string) =>
		`<?xml version="1.0"?>\n<worksheet xmlns="urn:x"><sheetData>${xml}</sheetData></worksheet>`;
	return {
		'[Content_Types].xml': '<Types/>',
		'_rels/.rels': `<Relationships>${relation('rId1', 'officeDocument', '/xl/workbook.xml')}</Relationships>`,
		'xl/workbook.xml': `<workbook xmlns:r="urn:r"><workbookPr${content.from1904 ? ' date1904="1"' : ''}/><sheets>${hidden
			.map((n) => `<sheet name="Hidden ${n}" state="hidden" r:id="rIdHidden${n}"/>`)
			.join(
				'',
			)}<sheet name="Codes" r:id="rIdCodes"/></sheets>${content.extensions ?? ''}</workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships>${hidden
			.map((n) => relation(`rIdHidden${n}`, 'worksheet', `worksheets/hidden${n}.xml`))
			.join('')}${relation('rIdCodes', 'worksheet', 'worksheets/sheet1.xml')}${relation(
			'rIdStyles',
			'styles',
			'styles.xml',
		)}${relation('rIdStrings', 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
		...Object.fromEntries(hidden.map((n) => [`xl/worksheets/hidden${n}.xml`, sheet('')])),
		'xl/styles.xml': `<styleSheet><numFmts>${formats
			.map((code, n) => `<numFmt numFmtId="${164 + n}" formatCode="${code}"/>`)
			.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${styles
			.map((id) => `<xf numFmtId="${id}"/>`)
			.join('')}</cellXfs></styleSheet>`,
		'xl/sharedStrings.xml': `<sst>${shared}</sst>`,
		'xl/worksheets/sheet1.xml': withPrefix(sheet(rows), content.prefix),
	};
}

export function workbook(content: WorkbookContent): Buffer {
	return zip(workbookParts(content));
}

/** Rows of texts, written into the cells. */
export function textRows(rows: string[][]): string {
	return rows
		.map(
			(cells, row) =>
				`<row r="${row + 1}">${cells
					.map(
						(text, column) =>
							`<c r="${String.fromCharCode(65 + column)}${row + 1}" t="inlineStr"><is><t>${text}</t></is></c>`,
					)
					.join('')}</row>`,
		)
		.join('');
}

function withPrefix(xml: string, prefix: string | undefined): string {
	return prefix === undefined
		? xml
		: xml.replaceAll(/<(\/?)([a-zA-Z])/g, `<$1${prefix}:$2`).replace('xmlns=', `xmlns:${prefix}=`);
}
