import { invalidInput } from '../errors';

/** A schema name as it is configured, checked and quoted for use in SQL text. */
export function quoteSchema(name: string): string {
	// 63 bytes is where PostgreSQL silently cuts an identifier (NAMEDATALEN - 1).
	if (name === '' || Buffer.byteLength(name) > 63 || /[\p{Cc}]/u.test(name)) {
		throw invalidInput(
			`The schema name ${JSON.stringify(name)} cannot be used`,
			'Choose a name of 1 to 63 bytes without control characters, as coupon_pools.',
		);
	}
	return `"${name.replaceAll('"', '""')}"`;
}

/** Puts the schema in place of `:schema`. Texts are few and constant, so each is done once. */
export function schemaFiller(quotedSchema: string): (text: string) => string {
	const filled = new Map<string, string>();
	return (text) => {
		let result = filled.get(text);
		if (result === undefined) {
			result = text.replaceAll(/(?<!:):schema\b/g, () => quotedSchema);
			filled.set(text, result);
		}
		return result;
	};
}
