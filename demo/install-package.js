// @ts-check
/** Builds this package and installs it as n8n installs a community package from the registry. */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { dirname, join } = require('node:path');

const { npm, run } = require('./commands.js');

const project = join(__dirname, '..');

/** What the built package is made from. */
const sources = ['package.json', 'tsconfig.json', 'index.js', 'credentials', 'nodes', 'lib'];

/**
 * Puts the package into n8n's user folder, unless the same one is there already.
 *
 * n8n's own steps (2.41, `downloadPackage`): pack, unpack under `nodes/node_modules`, take the development,
 * peer and optional dependencies out of package.json, and install the rest inside, without scripts.
 *
 * @param {{ userFolder: string, logFile: string }} options `userFolder`: n8n's `N8N_USER_FOLDER`
 * @param {(note: string) => void} note
 */
async function installPackage({ userFolder, logFile }, note) {
	const { name, version } = JSON.parse(fs.readFileSync(join(project, 'package.json'), 'utf8'));
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const target = join(nodesFolder, 'node_modules', name);
	const mark = join(nodesFolder, 'installed-from');
	const fingerprint = fingerprintOf(sources.map((source) => join(project, source)));
	if (readOr(mark, '') === fingerprint && fs.existsSync(join(target, 'node_modules'))) {
		note(`${name} ${version}, unchanged`);
		return;
	}
	await build(fingerprint, logFile, note);
	note('packing');
	fs.mkdirSync(nodesFolder, { recursive: true });
	const packed = await npm(
		['pack', '--json', '--ignore-scripts', '--pack-destination', nodesFolder],
		{
			cwd: project,
			logFile,
		},
	);
	const tarball = join(nodesFolder, fileNameFrom(packed));
	note('installing it with its dependencies');
	fs.rmSync(mark, { force: true });
	fs.rmSync(target, { recursive: true, force: true });
	fs.mkdirSync(target, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], {
		cwd: nodesFolder,
		logFile,
	});
	fs.rmSync(tarball);
	keepRuntimeDependencies(join(target, 'package.json'));
	const flags = [
		'--audit=false',
		'--fund=false',
		'--bin-links=false',
		'--install-strategy=shallow',
	];
	await npm(
		['install', ...flags, '--ignore-scripts=true', '--package-lock=false', '--prefer-offline'],
		{
			cwd: target,
			logFile,
		},
	);
	const list = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
	fs.writeFileSync(join(nodesFolder, 'package.json'), JSON.stringify(list, null, 2));
	fs.writeFileSync(mark, fingerprint);
	note(`${name} ${version}`);
}

/**
 * Compiles the sources, unless `dist` was compiled from these very ones.
 *
 * @param {string} fingerprint
 * @param {string} logFile
 * @param {(note: string) => void} note
 */
async function build(fingerprint, logFile, note) {
	const mark = join(project, 'node_modules', '.cache', 'coupon-pools', 'built-from');
	// Every build makes the folder anew: one made by hand, from sources that were since changed back, shows by its time.
	const built = () =>
		`${fingerprint} ${fs.statSync(join(project, 'dist'), { throwIfNoEntry: false })?.birthtimeMs}`;
	if (readOr(mark, '') === built()) return;
	note('compiling');
	await npm(['run', 'build'], { cwd: project, logFile, timeoutSeconds: 300 });
	fs.mkdirSync(dirname(mark), { recursive: true });
	fs.writeFileSync(mark, built());
}

/** npm prints a list of packages, and newer versions an object by name. @param {string} json */
function fileNameFrom(json) {
	const parsed = JSON.parse(json.slice(json.search(/[[{]/)));
	const [first] = Array.isArray(parsed) ? parsed : Object.values(parsed);
	return first.filename;
}

/** @param {string} file */
function keepRuntimeDependencies(file) {
	const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
	delete manifest.devDependencies;
	delete manifest.peerDependencies;
	delete manifest.optionalDependencies;
	fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/** @param {string[]} paths files and folders @returns {string} changes when any of their content does */
function fingerprintOf(paths) {
	const hash = createHash('sha256');
	const add = (/** @type {string} */ path) => {
		if (!fs.existsSync(path)) return;
		if (fs.statSync(path).isDirectory()) {
			for (const name of fs.readdirSync(path).sort()) add(join(path, name));
			return;
		}
		hash.update(path).update(fs.readFileSync(path));
	};
	paths.forEach(add);
	return hash.digest('hex');
}

/** @param {string} file @param {string} otherwise */
function readOr(file, otherwise) {
	return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : otherwise;
}

module.exports = { installPackage };
