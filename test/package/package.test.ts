import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';

const root = join(__dirname, '../..');

/** The package as n8n installs a community package: packed, unpacked, its dependencies without their scripts. */
describe('the packed package', () => {
	let folder: string;
	let tarball: string;
	let files: string[];
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'coupon-pools-package-'));
		const [packed] = JSON.parse(
			execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
				cwd: root,
				encoding: 'utf8',
			}),
		) as Array<{ filename: string; files: Array<{ path: string }> }>;
		files = packed.files.map(({ path }) => path);
		tarball = join(folder, packed.filename);
		execFileSync('tar', ['xzf', tarball], { cwd: folder });
		folder = join(folder, 'package');
		const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
			string,
			unknown
		>;
		delete manifest.devDependencies;
		delete manifest.peerDependencies;
		delete manifest.optionalDependencies;
		writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
		execFileSync(
			'npm',
			[
				'install',
				'--install-strategy=shallow',
				'--ignore-scripts',
				'--bin-links=false',
				'--package-lock=false',
				'--no-audit',
				'--no-fund',
				'--loglevel=error',
			],
			{ cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
		);
		// n8n puts its own copy on the path of what it loads; here it stands beside the package.
		mkdirSync(join(folder, '../node_modules'));
		symlinkSync(
			join(root, 'node_modules/n8n-workflow'),
			join(folder, '../node_modules/n8n-workflow'),
		);
	}, 180_000);
	afterAll(() => {
		rmSync(join(folder, '..'), { recursive: true, force: true });
	});

	it('holds what it needs and nothing else', () => {
		expect(files).toEqual(
			expect.arrayContaining([
				'README.md',
				'index.js',
				'package.json',
				'dist/lib/database/migrations/000001.sql',
			]),
		);
		expect(
			files.filter(
				(path) =>
					!/^(dist\/(nodes|lib|credentials)\/|index\.js$|package\.json$|README\.md$|CHANGELOG\.md$|LICENSE)/.test(
						path,
					),
			),
		).toEqual([]);
		expect(files.filter((path) => /\.test\.|tsbuildinfo|\.map$/.test(path))).toEqual([]);
	});

	it('is loaded by n8n, with every node, its icons and its credential', async () => {
		const loader = new PackageDirectoryLoader(folder);
		await loader.loadAll();
		expect(Object.keys(loader.known.nodes).sort()).toEqual([
			'assignCoupon',
			'checkThreshold',
			'couponPoolTrigger',
			'createPool',
			'manageCoupons',
			'renderMessage',
			'uploadCodes',
		]);
		expect(Object.keys(loader.known.credentials).sort()).toEqual([
			'couponPoolsDatabaseApi',
			'couponPoolsMagentoApi',
			'couponPoolsShopifyApi',
			'couponPoolsWebhookSecretApi',
			'couponPoolsWooCommerceApi',
		]);
		for (const node of loader.types.nodes) {
			expect(node.iconUrl).toMatchObject({
				light: expect.stringContaining('.svg'),
				dark: expect.stringContaining('.svg'),
			});
			expect(node.codex?.alias?.length).toBeGreaterThan(5);
		}
	});

	it('is installed from the registry with nothing of n8n, for which a script would need a compiler', () => {
		const script = join(folder, '../script');
		mkdirSync(script);
		writeFileSync(join(script, 'package.json'), '{}');
		execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', tarball], {
			cwd: script,
			// This project's own .npmrc, which npm passes on to what it runs, leaves peers out.
			env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		const { packages } = JSON.parse(readFileSync(join(script, 'package-lock.json'), 'utf8')) as {
			packages: Record<string, unknown>;
		};
		expect(Object.keys(packages)).toContain('node_modules/n8n-nodes-coupon-pools');
		expect(Object.keys(packages)).not.toContain('node_modules/n8n-workflow');
	}, 60_000);

	it('has types for a script that need those of no other package', () => {
		const seen = new Set<string>();
		const read = (file: string): string[] => {
			if (seen.has(file)) return [];
			seen.add(file);
			return [...readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g)].flatMap(
				([, name]) => (name.startsWith('.') ? read(`${join(dirname(file), name)}.d.ts`) : [name]),
			);
		};
		const needed = read(join(folder, 'dist/lib/index.d.ts'));
		expect(seen.size).toBeGreaterThan(50);
		expect(needed.filter((name) => !name.startsWith('node:'))).toEqual([]);
	});

	it('works as a library from a script', () => {
		const script = `
			const { openCouponPools } = require(${JSON.stringify(folder)});
			(async () => {
				const coupons = await openCouponPools({ dataDirectory: './coupons' });
				const pool = await coupons.createPool({ name: 'SCA10Off', type: 'unique', lowStockThreshold: 50 });
				const report = await coupons.uploadCodes(pool.id, require('node:fs').createReadStream('codes.csv'), { format: 'csv' });
				const [given] = await coupons.assign(pool.id, [{ recipient: 'jane@example.com', campaign: 'abandoned-cart' }]);
				const message = coupons.render({ html: 'Use <b>{{coupon.code}}</b>' }, { coupon: given });
				const stock = await coupons.checkThreshold(pool.id);
				await coupons.close();
				console.log(JSON.stringify({ added: report.added, html: message.html, available: stock.available, low: stock.low }));
			})();`;
		writeFileSync(join(folder, 'codes.csv'), 'coupon_code\nONE\nTWO\n');
		const output = execFileSync(process.execPath, ['-e', script], {
			cwd: folder,
			encoding: 'utf8',
		});
		expect(JSON.parse(output)).toEqual({
			added: 2,
			html: 'Use <b>ONE</b>',
			available: 1,
			low: true,
		});
	}, 60_000);
});
