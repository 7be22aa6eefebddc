// @ts-check
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const packageFile = join(__dirname, '../../../demo/node_modules/n8n-nodes-base/package.json');

/** Jest cannot load all of n8n's nodes, some of which are ES modules by now; Node itself can, outside of it. */
module.exports = class extends TestEnvironment {
	async setup() {
		await super.setup();
		this.global.loadOfN8n = createRequire(packageFile);
	}
};
