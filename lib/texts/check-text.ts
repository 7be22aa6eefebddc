import { invalidInput } from '../errors';

interface TextRules {
	/** What the person who filled it in calls it. */
	field: string;
	least?: number;
	/** Characters (code points), so that every language has the same room. */
	most: number;
	/** Whether line breaks and tabs are allowed. */
	lines?: boolean;
	/** Index of the item, for the error. */
	item?: number;
}

/** A text trimmed and checked: what the database cannot store, or nobody could see, is refused. */
export function checkText(value: unknown, rules: TextRules): string {
	const { field, least = 0, most, item } = rules;
	if (typeof value !== 'string' && typeof value !== 'number') {
		throw invalidInput(
			value === undefined || value === null ? `${field} is empty` : `${field} is not a text`,
			`Fill in ${field}, or check the field that its expression reads.`,
			item,
		);
	}
	const text = String(value).trim();
	if (text === '' && least > 0) {
		throw invalidInput(
			`${field} is empty`,
			`Fill in ${field}, or check the field that its expression reads.`,
			item,
		);
	}
	// Half a surrogate pair cannot be stored as UTF-8; it would come back as another character.
	if (!text.isWellFormed() || (rules.lines ? /[^\P{Cc}\r\n\t]/u : /\p{Cc}/u).test(text)) {
		throw invalidInput(
			`${field} holds control characters or broken text: ${JSON.stringify(text.slice(0, 80))}`,
			'Remove them, or check how the text was decoded.',
			item,
		);
	}
	if (text.length > most && [...text].length > most) {
		throw invalidInput(
			`${field} has ${[...text].length} characters; at most ${most} are allowed`,
			'',
			item,
		);
	}
	return text;
}
