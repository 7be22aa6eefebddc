import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const FILE = new URL('results.md', import.meta.url);

const COLUMNS = ['case', 'ours', 'floor', 'ratio', 'goal', 'met', 'measured'];

/**
 * Writes the figures into `results.md`. Of cases that were not run now, it keeps the figures, each with its
 * date, as long as they come from the same machine and versions.
 *
 * @param {Array<Record<string, string>>} rows
 * @param {string[]} order the names of all cases
 * @param {string} postgresVersion
 */
export function writeResults(rows, order, postgresVersion) {
	const place = describePlace(postgresVersion);
	const date = new Date().toISOString().slice(0, 10);
	const figures = new Map(readResults(place));
	for (const row of rows) {
		figures.set(
			nameOf(row.case),
			toLine([...COLUMNS.slice(0, -1).map((column) => row[column]), date]),
		);
	}
	const lines = order.filter((name) => figures.has(name)).map((name) => figures.get(name));
	writeFileSync(FILE, page(place, lines));
}

function describePlace(postgresVersion) {
	const processors = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	const model = processors[0]?.model.trim() || process.arch;
	return `${processors.length} cores (${model}), ${memory} GB, Node ${process.versions.node}, PostgreSQL ${postgresVersion}, one machine for both`;
}

function page(place, lines) {
	return `# Measured against the floor

Written by \`npm run bench\`. Medians of three rounds, in which ours and the floor take turns. The floor is
what the database, or Handlebars, takes for the same work without anything around it; of memory, the peak
with the smaller file. What is compared, and how, stands in the file of each case.

${place}

${toLine(COLUMNS)}
${toLine(COLUMNS.map(() => '---'))}
${lines.join('\n')}
`;
}

/** The lines of the table that is there, by case; none if it comes from another place. */
function readResults(place) {
	const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
	if (!text.includes(`\n${place}\n`)) return [];
	const lines = text.split('\n').filter((line) => /^\| [a-z-]+: /.test(line));
	return lines.map((line) => [nameOf(line.slice(2)), line]);
}

function nameOf(text) {
	return text.slice(0, text.indexOf(':'));
}

function toLine(cells) {
	return `| ${cells.join(' | ')} |`;
}
