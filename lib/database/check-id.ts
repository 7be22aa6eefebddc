/** Whether the database could have made this id; with anything else, the driver would fail. */
export function isId(id: string): boolean {
	return /^\d{1,18}$/.test(id);
}
