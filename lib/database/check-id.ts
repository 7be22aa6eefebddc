/** Whether the database could have made this id; anything else would be an error of the driver's. */
export function isId(id: string): boolean {
	return /^\d{1,18}$/.test(id);
}
