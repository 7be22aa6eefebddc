// After all tests.

import { rmSync } from 'node:fs';

export default async function stopDatabase() {
	await globalThis.testPostgres?.stop();
	rmSync(globalThis.testFolder, { recursive: true, force: true });
}
