import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const FILE = new URL('results.md', import.meta.url);

const COLUMNS = ['case', 'ours', 'floor', 'ratio', 'goal', 'met', 'measured'];

/**
 * Writes the figures into `results.md`. Keeps the figures of cases that were not run now, each with its
 * date, as long as they come from the same machine and versions.
 *
 * @param {Array<Record<string, string>>} rows
 * @param {string[]} order the names of all cases
 * @param {string} postgresVersion
 */
export function writeResults(rows, order, postgresVersion) {
	const place = describePlace(postgresVersion);
	const date = new Date().toISOString().slice(0, 10);
	const measured = new Set(rows.map((row) => nameOf(row.case)));
	const lines = [
		...readResults(place).filter(({ name }) => !measured.has(name)),
		...rows.map((row) => ({
			name: nameOf(row.case),
			line: toLine([...COLUMNS.slice(0, -1).map((column) => row[column]), date]),
		})),
	];
	// A case may have several lines, which stay together and in order.
	const sorted = order.flatMap((name) => lines.filter((one) => one.name === name));
	writeFileSync(
		FILE,
		page(
			place,
			sorted.map(({ line }) => line),
		),
	);
}

function describePlace(postgresVersion) {
	const processors = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	const model = processors[0]?.model.trim() || process.arch;
	return `${processors.length} cores (${model}), ${memory} GB, Node ${process.versions.node}, PostgreSQL ${postgresVersion}, one machine for both`;
}

function page(place, lines) {
	return `# Measured against the floor

Written by \`npm run bench\`. Medians of three rounds or more, in which ours and the floor take turns. The
floor is what the database, Handlebars or n8n takes for the same work without anything around it, or the peer
that the case names; of memory, stock and depth, what ours takes at the smaller size. What is compared, and
how, stands in the file of each case.

${place}

${toLine(COLUMNS)}
${toLine(COLUMNS.map(() => '---'))}
${lines.join('\n')}
`;
}

/** The lines of the existing table, with their cases; none if it comes from another place. */
function readResults(place) {
	const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
	if (!text.includes(`\n${place}\n`)) return [];
	const lines = text.split('\n').filter((line) => /^\| [a-z-]+: /.test(line));
	return lines.map((line) => ({ name: nameOf(line.slice(2)), line }));
}

function nameOf(text) {
	return text.slice(0, text.indexOf(':'));
}

function toLine(cells) {
	return `| ${cells.join(' | ')} |`;
}
