// @ts-check
/** The example workflows and their files, as the demonstration and the end-to-end tests use them. */
const fs = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, '..', 'examples');

/** Paths of the webhooks in the example workflows. */
const webhookPaths = {
	cart: 'abandoned-cart',
	upload: 'upload-codes',
	stock: 'coupon-stock',
};

/** The pool that the examples use. */
const examplePool = 'Abandoned cart 10%';

/**
 * An example workflow with its own id, so that importing it twice leaves one.
 *
 * @param {string} file such as `abandoned-cart.json`
 * @param {{ id: string, name: string, type: string }} credential given to each node of this package: the files
 *   name none, since the reader's n8n has another
 * @returns {any}
 */
function exampleWorkflow(file, credential) {
	const workflow = JSON.parse(fs.readFileSync(join(folder, file), 'utf8'));
	for (const node of workflow.nodes) {
		if (!usesPools(node)) continue;
		node.credentials = { [credential.type]: { id: credential.id, name: credential.name } };
	}
	return workflow;
}

/** @param {{ type: string, parameters: Record<string, unknown> }} node */
function usesPools({ type, parameters }) {
	// A message is rendered without the pools, unless its macros give codes.
	if (type === 'n8n-nodes-coupon-pools.renderMessage') return parameters.macros === 'assign';
	return type.startsWith('n8n-nodes-coupon-pools.');
}

/** What a newcomer needs; the other example workflows are imported one by one. */
const workflowFiles = ['abandoned-cart.json', 'upload-codes.json', 'stock-check.json'];

/** All example workflows. */
function allWorkflowFiles() {
	return fs
		.readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.filter((file) => 'nodes' in JSON.parse(fs.readFileSync(join(folder, file), 'utf8')));
}

/**
 * @typedef {object} Cart
 * @property {{ email: string, firstName: string }} customer
 * @property {object} cart
 */

/** @returns {Cart[]} */
function sampleCarts() {
	return JSON.parse(fs.readFileSync(join(folder, 'abandoned-carts.json'), 'utf8'));
}

/** The sample codes, as a form posts a file. */
function codesForm() {
	const form = new FormData();
	form.set('pool', examplePool);
	form.set(
		'codes',
		new Blob([fs.readFileSync(join(folder, 'codes.csv'))], { type: 'text/csv' }),
		'codes.csv',
	);
	return form;
}

module.exports = {
	allWorkflowFiles,
	codesForm,
	examplePool,
	exampleWorkflow,
	sampleCarts,
	webhookPaths,
	workflowFiles,
};
