/** Whether the database can hold a text; it would refuse any other as a value. */
export function isStorable(text: string): boolean {
	return text.isWellFormed() && !text.includes('\0');
}
