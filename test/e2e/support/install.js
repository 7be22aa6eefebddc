// @ts-check
const { mkdirSync } = require('node:fs');
const { join } = require('node:path');

const { installN8n } = require('../../../demo/install-n8n.js');
const { installPackage } = require('../../../demo/install-package.js');
const { step } = require('../../../demo/progress.js');

/** Once for all tests: n8n, and this package built and installed into the user folder that they share. */
module.exports = async () => {
	const data = join(__dirname, '..', '..', '..', 'demo', '.data', 'e2e');
	const logFile = join(data, 'logs', 'install.log');
	// n8n-core, which runs the examples' workflows, writes its settings there on loading.
	process.env.N8N_USER_FOLDER = join(data, 'n8n-core');
	mkdirSync(process.env.N8N_USER_FOLDER, { recursive: true });
	console.log();
	await step('Installing n8n', async (note) => await installN8n(logFile, note));
	await step('Installing this package into it', async (note) => {
		await installPackage({ userFolder: join(data, 'n8n'), logFile }, note);
	});
};
