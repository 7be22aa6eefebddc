import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const screenshots = join(__dirname, '..', 'screenshots');

/** n8n's editor in a real Chromium, with a person signed in. */
export interface Editor {
	page: Page;
	/** What went wrong in the page so far: exceptions, and answers of n8n with 500 and more. */
	faults: string[];
	/** Keeps a picture of the page under `screenshots`. */
	picture(name: string): Promise<void>;
	close(): Promise<void>;
}

/** Opens the editor and signs in by its form. */
export async function openEditor(
	url: string,
	{ email, password }: { email: string; password: string },
): Promise<Editor> {
	const profile = mkdtempSync(join(tmpdir(), 'coupon-pools-chromium-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: chromiumPath(),
		viewport: { width: 1440, height: 900 },
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	const page = context.pages()[0] ?? (await context.newPage());
	page.setDefaultTimeout(30_000);
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('response', (response) => {
		if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
	});
	await page.goto(`${url}/signin`);
	await page.fill('input[type=email]', email);
	await page.fill('input[type=password]', password);
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/(home|workflow)/);
	mkdirSync(screenshots, { recursive: true });
	return {
		page,
		faults,
		picture: async (name) => {
			await page.screenshot({ path: join(screenshots, `${name}.png`) });
		},
		close: async () => {
			await context.close();
			rmSync(profile, { recursive: true, force: true });
		},
	};
}

/** `CHROMIUM_PATH`, or the system's. */
function chromiumPath(): string {
	if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
	const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
	const folders = (process.env.PATH ?? '').split(delimiter);
	const found = names
		.flatMap((name) => folders.map((folder) => join(folder, name)))
		.find(existsSync);
	if (found) return found;
	throw new Error('No Chromium is installed: install one, or name it in CHROMIUM_PATH.');
}
