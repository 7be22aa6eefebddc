/** Asks until it is so; if it never is, Jest ends the test. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
	while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}
