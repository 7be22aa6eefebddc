import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { additionalData, FinishedRun, nodeTypes, startFiles } from '../../support/run-workflow';

import { WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type IConnections,
	type ICredentialDataDecryptedObject,
	ICredentialsHelper,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeType,
	type INodeTypes,
	type IVersionedNodeType,
	NodeHelpers,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

const project = join(__dirname, '..', '..', '..');

/** Credentials by their type, as `smtp`. */
export type Credentials = Readonly<Record<string, ICredentialDataDecryptedObject>>;

export interface ExampleRun {
	/** The node that starts it. */
	readonly trigger: string;
	/** What the trigger passes on; of a webhook, `{ body }` or `{ query }`. */
	readonly items?: readonly IDataObject[];
	readonly credentials: Credentials;
	/** Default `webhook`. */
	readonly mode?: WorkflowExecuteMode;
	/** The same again is a second attempt of the same run. */
	readonly executionId?: string;
	/** What happens outside when a step has run, by its name, before the run goes on. */
	readonly after?: Readonly<Record<string, () => Promise<void>>>;
	/** In the place of addresses that stand in the example: they belong to nobody. */
	readonly addresses?: Readonly<Record<string, string>>;
}

/** The end of a run, with what a webhook would have been answered. */
export class FinishedExample extends FinishedRun {
	constructor(
		run: FinishedRun['run'],
		readonly answers: IDataObject[],
	) {
		super(run);
	}

	ran(step: string): boolean {
		return step in this.run.data.resultData.runData;
	}
}

/** A file of `examples/`, as JSON. */
export function exampleFile<Content>(name: string): Content {
	return JSON.parse(readFileSync(join(project, 'examples', name), 'utf8')) as Content;
}

interface ExampleWorkflow {
	readonly id: string;
	readonly name: string;
	readonly nodes: INode[];
	readonly connections: IConnections;
	readonly settings: IDataObject;
}

/**
 * Runs an example as it stands in its file, in n8n's own engine and with n8n's own nodes, which the demonstration
 * installs. Only the waits are cut short, and the credentials and addresses are the test's.
 */
export async function runExample(file: string, run: ExampleRun): Promise<FinishedExample> {
	const { id, name, nodes, connections, settings } = readExample(file, run);
	const { mode = 'webhook', executionId = randomUUID(), items = [{}] } = run;
	const workflow = new Workflow({
		id,
		name,
		nodes,
		connections,
		nodeTypes: allNodeTypes(),
		active: true,
		settings: { ...settings, timezone: 'Europe/Berlin' },
	});
	const start = workflow.getNode(run.trigger);
	if (!start) throw new Error(`${file} has no node ${run.trigger}`);
	await startFiles();

	const additional = {
		...additionalData(workflow, nodes, executionId, mode, {}),
		credentialsHelper: new CredentialsByType(run.credentials),
	};
	const answers: IDataObject[] = [];
	additional.hooks?.addHandler('sendResponse', (response) => {
		answers.push(response as unknown as IDataObject);
	});
	additional.hooks?.addHandler('nodeExecuteAfter', async (step) => await run.after?.[step]?.());
	const stack = [{ node: start, data: { main: [items.map((json) => ({ json }))] }, source: null }];
	const engine = new WorkflowExecute(
		additional,
		mode,
		createRunExecutionData({ executionData: { nodeExecutionStack: stack } }),
	);
	return new FinishedExample(await engine.processRunExecutionData(workflow), answers);
}

function readExample(file: string, { credentials, addresses = {} }: ExampleRun): ExampleWorkflow {
	const example = exampleFile<ExampleWorkflow>(file);
	for (const node of example.nodes) {
		if (node.type === 'n8n-nodes-base.wait') node.parameters.amount = 0;
		const url = node.parameters.url;
		if (typeof url === 'string') node.parameters.url = addresses[url] ?? url;
		node.credentials = Object.fromEntries(
			Object.keys(credentials).map((type) => [type, { id: type, name: type }]),
		);
	}
	return example;
}

/** This package's, and n8n's own as the demonstration has them. */
function allNodeTypes(): INodeTypes {
	const ours = nodeTypes();
	const find = (type: string) =>
		type.startsWith('n8n-nodes-base.') ? nodeOfN8n(type) : ours.getByName(type);
	return {
		getByName: find,
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
		getKnownTypes: () => ({}),
	};
}

type NodeClass = new () => INodeType | IVersionedNodeType;

/** What n8n's own nodes are loaded by; see `outside-jest.js`, which the tests name as their environment. */
export const { loadOfN8n } = globalThis as unknown as { loadOfN8n: NodeJS.Require };

const loaded = new Map<string, INodeType | IVersionedNodeType>();

function nodeOfN8n(type: string): INodeType | IVersionedNodeType {
	const known = loaded.get(type);
	if (known) return known;
	const places = loadOfN8n('./dist/known/nodes.json') as Record<
		string,
		{ className: string; sourcePath: string }
	>;
	const { className, sourcePath } = places[type.split('.')[1]];
	const classes = loadOfN8n(`./${sourcePath}`) as Record<string, NodeClass>;
	const node = new classes[className]();
	loaded.set(type, node);
	return node;
}

class CredentialsByType extends ICredentialsHelper {
	constructor(private readonly credentials: Credentials) {
		super();
	}

	getParentTypes = () => [];

	isCredentialUsableByNode = () => true;

	getDecrypted = async (
		_additional: unknown,
		_details: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> => {
		const credential = this.credentials[type];
		if (!credential) throw new Error(`The test gives no credential ${type}`);
		return credential;
	};

	getCredentialsProperties = () => [];

	/** As n8n's own API wants it; nothing else here signs its requests by n8n. */
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => ({
		...request,
		headers: { ...request.headers, 'X-N8N-API-KEY': String(credentials.apiKey) },
	});

	preAuthentication = async () => undefined;

	runPreAuthentication = async () => undefined;

	getCredentials = neverAsked;

	updateCredentials = neverAsked;

	updateCredentialsOauthTokenData = neverAsked;
}

async function neverAsked(): Promise<never> {
	throw new Error('The nodes do not ask for this');
}
