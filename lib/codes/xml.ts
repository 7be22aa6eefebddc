import { SaxesParser } from 'saxes';

import { damaged, refuseMore } from './xlsx-archive';

/** What happens while XML is read. Names come without their namespace prefix, since writers differ in it. */
export interface XmlHandlers {
	open?(element: string, attributes: Readonly<Record<string, string>>): void;
	close?(element: string): void;
	text?(text: string): void;
}

/** Characters between two tags; a cell holds 32,767 at most (Excel's limit). */
const LONGEST_TEXT = 1_000_000;

/** Elements within each other; a workbook has some ten. The parser keeps each in memory until it is closed. */
const DEEPEST = 1_000;

/**
 * Reads XML in pieces, and stops after each, so that the caller can hand on what it has gathered.
 * Entities other than XML's own five are errors: nothing can be blown up with them.
 *
 * @throws CouponPoolsError `invalid_file` if the XML is damaged
 */
export async function* readXml(
	pieces: AsyncIterable<string>,
	handlers: XmlHandlers,
	name: string,
): AsyncGenerator<void, void> {
	const parser = new SaxesParser<{ xmlns: false; position: false }>({
		xmlns: false,
		position: false,
	});
	let charactersSinceTag = 0;
	let depth = 0;
	parser.on('error', (error) => {
		throw damaged(name, error);
	});
	parser.on('opentag', (tag) => {
		charactersSinceTag = 0;
		depth++;
		refuseMore(depth, DEEPEST, 'elements within each other', name);
		handlers.open?.(withoutPrefix(tag.name), tag.attributes);
	});
	parser.on('closetag', (tag) => {
		charactersSinceTag = 0;
		depth--;
		handlers.close?.(withoutPrefix(tag.name));
	});
	if (handlers.text !== undefined) {
		parser.on('text', handlers.text);
		parser.on('cdata', handlers.text);
	}
	let isEmpty = true;
	for await (const piece of pieces) {
		isEmpty = false;
		charactersSinceTag += piece.length;
		parser.write(piece);
		if (charactersSinceTag > LONGEST_TEXT) {
			throw damaged(name, new Error('a cell holds more than a million characters'));
		}
		yield;
	}
	if (!isEmpty) {
		parser.close();
	}
}

/** Reads XML to its end. */
export async function readWholeXml(
	pieces: AsyncIterable<string>,
	handlers: XmlHandlers,
	name: string,
): Promise<void> {
	const reading = readXml(pieces, handlers, name);
	while (!(await reading.next()).done) {
		// All is done in the handlers.
	}
}

function withoutPrefix(name: string): string {
	return name.slice(name.indexOf(':') + 1);
}
