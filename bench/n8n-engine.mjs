// A node of the built package, run by n8n's own engine on n8n's own binary data.

import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Loads the engine, which takes some 1.5 s. Files are kept on disk, as n8n does by default.
 *
 * @param {string} folder for n8n's settings and its files
 */
export async function openEngine(folder) {
	// n8n-core reads its settings as soon as it is loaded.
	process.env.N8N_USER_FOLDER = join(folder, 'n8n');
	process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
	process.env.N8N_LOG_LEVEL = 'silent';
	const core = require('n8n-core');
	const workflowModule = require('n8n-workflow');
	// There are several copies of this container in node_modules; n8n-core registers itself in its own.
	const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di');
	const files = Container.get(core.BinaryDataService);
	await files.init();
	return new Engine(core, workflowModule, files);
}

class Engine {
	constructor(core, workflowModule, files) {
		this.core = core;
		this.workflowModule = workflowModule;
		this.files = files;
	}

	/** An item with a file, as a webhook or a form passes it on. */
	async itemWithFile(path, fileName) {
		const place = this.core.FileLocation.ofExecution('workflow-1', 'execution-1');
		const description = { data: '', mimeType: 'text/csv', fileName };
		const data = await this.files.store(place, createReadStream(path), description);
		if (!data.id?.startsWith('filesystem')) {
			throw new Error(`n8n has not kept the file on disk: ${data.id}`);
		}
		return { json: {}, binary: { data } };
	}

	/**
	 * A node of this package.
	 *
	 * @param {string} nodeName such as `UploadCodes`
	 * @param {{ parameters: object, items: object[], credential: object }} run
	 * @returns the fields of the items of its first output
	 */
	async runNode(nodeName, { parameters, items, credential }) {
		const node = new (require(`../dist/nodes/${nodeName}/${nodeName}.node.js`)[nodeName])();
		const type = `n8n-nodes-coupon-pools.${node.description.name}`;
		const { createRunExecutionData, Workflow } = this.workflowModule;
		const name = 'Measured';
		const nodes = [
			toNode(TRIGGER.description.name, 'n8n-nodes-base.manualTrigger', { parameters: {} }),
			toNode(name, type, {
				parameters,
				credentials: { couponPoolsDatabaseApi: { id: '1', name: 'Database' } },
			}),
		];
		const main = [[{ node: name, type: 'main', index: 0 }]];
		const workflow = new Workflow({
			id: 'workflow-1',
			name: 'Measured',
			nodes,
			connections: { [nodes[0].name]: { main } },
			nodeTypes: nodeTypes({ [nodes[0].type]: TRIGGER, [nodes[1].type]: node }),
			active: false,
			settings: { executionOrder: 'v1' },
		});
		const stack = [{ node: nodes[0], data: { main: [items] }, source: null }];
		const engine = new this.core.WorkflowExecute(
			this.#additionalData(workflow, nodes, credential),
			'webhook',
			createRunExecutionData({ executionData: { nodeExecutionStack: stack } }),
		);
		const { data } = await engine.processRunExecutionData(workflow);
		if (data.resultData.error) throw data.resultData.error;
		return data.resultData.runData[name][0].data.main[0].map(({ json }) => json);
	}

	#additionalData(workflow, nodes, credential) {
		const url = 'http://localhost:5678';
		const now = new Date();
		return {
			hooks: new this.core.ExecutionLifecycleHooks('webhook', 'execution-1', {
				id: workflow.id,
				name: workflow.name,
				active: false,
				isArchived: false,
				createdAt: now,
				updatedAt: now,
				nodes,
				connections: workflow.connectionsBySourceNode,
			}),
			executionId: 'execution-1',
			credentialsHelper: this.#credentialsHelper(credential),
			currentNodeExecutionIndex: 0,
			variables: {},
			restApiUrl: `${url}/rest`,
			instanceBaseUrl: url,
			webhookBaseUrl: `${url}/webhook`,
			webhookWaitingBaseUrl: `${url}/webhook-waiting`,
			webhookTestBaseUrl: `${url}/webhook-test`,
			formWaitingBaseUrl: `${url}/form-waiting`,
		};
	}

	#credentialsHelper(credential) {
		const { ICredentialsHelper } = this.workflowModule;
		return new (class extends ICredentialsHelper {
			getParentTypes = () => [];

			isCredentialUsableByNode = () => true;

			getDecrypted = async () => credential;

			getCredentialsProperties = () => [];
		})();
	}
}

function toNode(name, type, rest) {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], ...rest };
}

function nodeTypes(byType) {
	return {
		getByName: (type) => byType[type],
		getByNameAndVersion: (type) => byType[type],
		getKnownTypes: () => ({}),
	};
}

/** Passes on what it gets. */
const TRIGGER = {
	description: {
		displayName: 'Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
	async execute() {
		return [this.getInputData()];
	},
};
