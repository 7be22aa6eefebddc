import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

import { homepage } from '../../package.json';

const root = join(__dirname, '..', '..');

const pages = ['README.md', 'CHANGELOG.md', ...pagesIn('docs'), ...pagesIn('examples')];

/** What the five suites have, by their numbers. */
const ROWS = { O: 6, N: 12, L: 12, P: 7, R: 10 };

interface Address {
	readonly url: string;
}

interface Link {
	readonly text: string;
	readonly target: string;
}

describe('The table of what the suites have', () => {
	const page = 'docs/README.md';
	const lines = textOf(page).split('\n');

	it.each(
		Object.entries(ROWS).flatMap(([suite, count]) =>
			Array.from({ length: count }, (_, index) => `${suite}${index + 1}`),
		),
	)('has the row %s once, with a link to an example or a test', (row) => {
		const found = lines.filter((line) => line.startsWith(`| ${row} |`));
		expect(found).toHaveLength(1);
		expect(linksIn(found[0]).filter(isProof)).not.toEqual([]);
	});

	it('links each of the other rows to what shows it, too', () => {
		const rows = lines
			.slice(lines.indexOf('## Beyond the suites'))
			.filter((line) => line.startsWith('| ') && !line.startsWith('| what |'));
		expect(rows.length).toBeGreaterThan(10);
		for (const row of rows) expect([row, linksIn(row).some(isProof)]).toEqual([row, true]);
	});

	it('calls the tests by names that they have', () => {
		const missing = linksIn(textOf(page))
			.filter(({ target }) => /\.(test|e2e)\.ts$/.test(target))
			.filter(({ text, target }) => !hasTest(resolve(root, dirname(page), target), text));
		expect(missing).toEqual([]);
	});

	it('calls the examples by the names that they have on the canvas', () => {
		for (const path of pages) {
			for (const { text, target } of linksIn(textOf(path))) {
				const file = resolve(root, dirname(path), target);
				if (!file.endsWith('.json') || !existsSync(file)) continue;
				const { name, nodes } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
				if (nodes) expect([path, text]).toEqual([path, name]);
			}
		}
	});
});

describe.each(pages)('%s', (path) => {
	it('has no dead link, to a file or a heading', () => {
		const dead = linksIn(textOf(path))
			.filter(({ target }) => !/^https?:/.test(target))
			.filter(({ target }) => !leadsSomewhere(path, target));
		expect(dead).toEqual([]);
	});
});

describe('What n8n opens as documentation', () => {
	const repository = homepage.replace(/#.*$/, '');

	/** Of an address, what it is in this repository; GitHub shows README.md without naming it. */
	const inRepository = (url: string) => {
		expect(url.startsWith(repository)).toBe(true);
		const [path, heading] = url.slice(repository.length).split('#');
		return [path.replace(/^\/blob\/HEAD\//, '') || 'README.md', heading].filter(Boolean).join('#');
	};

	it.each(filesIn('nodes', '.node.json'))('of %s is its page', (file) => {
		const { resources } = JSON.parse(textOf(file)) as { resources: Record<string, Address[]> };
		const page = basename(file, '.node.json')
			.replaceAll(/\B[A-Z]/g, '-$&')
			.toLowerCase();
		expect(resources.primaryDocumentation.map(({ url }) => inRepository(url))).toEqual([
			`docs/nodes/${page}.md`,
		]);
		for (const { url } of Object.values(resources).flat()) {
			expect([url, leadsSomewhere('.', inRepository(url))]).toEqual([url, true]);
		}
	});

	it.each(filesIn('credentials', '.ts'))('of %s is there', (file) => {
		const [, url] = /documentationUrl =\s+'(.+)'/.exec(textOf(file)) ?? [];
		expect([url, leadsSomewhere('.', inRepository(url))]).toEqual([url, true]);
	});
});

describe('The page of a node', () => {
	/** Parts of the item that a step gives, by name; objects have parts of their own. */
	interface Schema {
		readonly properties: Record<string, Schema>;
	}

	it.each([
		['AssignCoupon', 'assign-coupon', ['coupon']],
		['CheckThreshold', 'check-threshold', []],
		['UploadCodes', 'upload-codes', []],
	])('of %s names each field that it gives', (node, page, path) => {
		const whole = JSON.parse(textOf(`nodes/${node}/__schema__/v1.0.0.json`)) as Schema;
		const given = path.reduce((schema: Schema, name) => schema.properties[name], whole);
		const named = [...textOf(`docs/nodes/${page}.md`).matchAll(/`([\w.]+)`/g)].map(([, name]) =>
			name.split('.').at(-1),
		);
		expect(Object.keys(given.properties).filter((name) => !named.includes(name))).toEqual([]);
	});
});

it('Every page of docs/ can be reached from its index', () => {
	const reached = new Set<string>();
	const visit = (path: string) => {
		if (reached.has(path)) return;
		reached.add(path);
		for (const { target } of linksIn(textOf(path))) {
			const next = relative(root, resolve(root, dirname(path), target.split('#')[0]));
			if (pages.includes(next)) visit(next);
		}
	};
	visit('docs/README.md');
	expect(pagesIn('docs').filter((path) => !reached.has(path))).toEqual([]);
});

function pagesIn(folder: string): string[] {
	return filesIn(folder, '.md');
}

function filesIn(folder: string, end: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith(end))
		.map((path) => join(folder, path));
}

function textOf(path: string): string {
	return readFileSync(join(root, path), 'utf8');
}

/** Links of Markdown; what stands in code is none. */
function linksIn(text: string): Link[] {
	const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
	return [...prose.matchAll(/\[((?:`[^`]*`|[^\]`])+)\]\(([^()\s]+)\)/g)].map(
		([, words, target]) => ({
			text: words.replaceAll('`', ''),
			target,
		}),
	);
}

function isProof({ target }: Link): boolean {
	return /^\.\.\/(examples\/.+\.json|test\/.+\.(test|e2e)\.ts)$/.test(target);
}

function leadsSomewhere(path: string, target: string): boolean {
	const [file, heading] = target.split('#');
	const place = file ? resolve(root, dirname(path), file) : join(root, path);
	if (!existsSync(place)) return false;
	return !heading || headingsOf(readFileSync(place, 'utf8')).includes(heading);
}

/** As GitHub names them: lower case, dashes for spaces, no other marks. */
function headingsOf(text: string): string[] {
	return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** Whether the file declares a test of this name: as a text of its own, be it in a list of cases. */
function hasTest(file: string, name: string): boolean {
	if (!existsSync(file)) return false;
	const source = readFileSync(file, 'utf8');
	return [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => source.includes(quoted));
}
