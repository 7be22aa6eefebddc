// @ts-check
/** Does through n8n's REST interface what its editor does: sign in, credentials, workflows. */
const { StartError } = require('./commands.js');
const { wait } = require('./processes.js');

/** @typedef {{ email: string, password: string }} Login */
/** @typedef {{ name: string, type: string, data: Record<string, unknown> }} Credential */
/** @typedef {{ id?: string, name: string, nodes: any[], connections: object, settings?: object }} Workflow */

/**
 * Signs in as the owner, whose account is made if this n8n has none.
 *
 * @param {string} url n8n's address
 * @param {Login} login
 */
async function signIn(url, login) {
	let cookie = '';
	const call = async (
		/** @type {string} */ method,
		/** @type {string} */ path,
		/** @type {unknown} */ body,
	) => {
		const send = async () =>
			await fetch(`${url}/rest${path}`, {
				method,
				headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
				body: body === undefined ? undefined : JSON.stringify(body),
			});
		let response = await send();
		// Busy: n8n has lost sight of its database for a moment.
		for (let tries = 0; response.status === 503 && tries < 30; tries++) {
			await wait(1000);
			response = await send();
		}
		const set = response.headers.getSetCookie().find((value) => value.startsWith('n8n-auth='));
		if (set) cookie = set.split(';')[0];
		const text = await response.text();
		if (!response.ok) {
			throw new StartError(
				`n8n answered ${method} ${path} with ${response.status}: ${text.slice(0, 500)}`,
			);
		}
		return text ? JSON.parse(text).data : undefined;
	};

	const { userManagement } = await call('GET', '/settings', undefined);
	if (userManagement.showSetupOnFirstLoad) {
		const name = { firstName: 'Coupon', lastName: 'Pools' };
		await call('POST', '/owner/setup', { ...login, ...name });
	} else {
		await call('POST', '/login', { emailOrLdapLoginId: login.email, password: login.password });
	}
	return new N8nRest(url, call);
}

/** A signed-in user. */
class N8nRest {
	/**
	 * @param {string} url
	 * @param {(method: string, path: string, body?: any) => Promise<any>} call
	 */
	constructor(url, call) {
		this.url = url;
		this.call = call;
	}

	/**
	 * Makes the credential, or brings the one of the same name and type to this data.
	 *
	 * @param {Credential} credential
	 * @returns {Promise<{ id: string, name: string, type: string }>}
	 */
	async saveCredential(credential) {
		const { name, type } = credential;
		const all = await this.call('GET', '/credentials');
		const known = all.find(
			(/** @type {Credential} */ other) => other.name === name && other.type === type,
		);
		const saved = known
			? await this.call('PATCH', `/credentials/${known.id}`, credential)
			: await this.call('POST', '/credentials', credential);
		return { id: saved.id, name, type };
	}

	/**
	 * What the *Test* button of the credential does.
	 *
	 * @param {Credential & { id: string }} credential
	 * @throws {StartError} with what the test said
	 */
	async testCredential(credential) {
		const { status, message } = await this.call('POST', '/credentials/test', {
			credentials: credential,
		});
		if (status !== 'OK')
			throw new StartError(`The credential "${credential.name}" does not work: ${message}`);
	}

	/**
	 * Imports a workflow under its own id and publishes it. One that is there already is brought to this state
	 * only when `replace` says so.
	 *
	 * @param {Workflow & { id: string }} workflow
	 * @param {(known: any) => boolean} [replace]
	 * @returns {Promise<any>} the workflow as n8n keeps it
	 */
	async saveWorkflow(workflow, replace = () => true) {
		const all = await this.call('GET', '/workflows');
		const known = all.some((/** @type {Workflow} */ other) => other.id === workflow.id);
		if (!known) return await this.publish(await this.call('POST', '/workflows', workflow));
		let current = await this.call('GET', `/workflows/${workflow.id}`);
		if (current.isArchived) {
			await this.call('POST', `/workflows/${workflow.id}/unarchive`, {});
			current = await this.call('GET', `/workflows/${workflow.id}`);
		}
		if (!replace(current)) return await this.publish(current);
		const { id, ...content } = workflow;
		return await this.publish(await this.call('PATCH', `/workflows/${id}`, content));
	}

	/**
	 * Makes its webhooks and schedules listen, in the version that was saved last, and waits until they do.
	 *
	 * @param {any} workflow
	 */
	async publish({ id, name, versionId, activeVersionId }) {
		if (activeVersionId !== versionId)
			await this.call('POST', `/workflows/${id}/activate`, { versionId });
		for (let tries = 0; tries < 120; tries++) {
			const { status, liveVersionId, triggers } = await this.call(
				'GET',
				`/workflows/${id}/publication-status`,
			);
			if (status === 'published' && liveVersionId === versionId)
				return await this.call('GET', `/workflows/${id}`);
			if (status === 'failed' || status === 'partial') {
				const reasons = triggers
					.map((/** @type {any} */ trigger) => trigger.errorMessage)
					.filter(Boolean);
				throw new StartError(`n8n could not publish the workflow "${name}": ${reasons.join('; ')}`);
			}
			await wait(250);
		}
		throw new StartError(`n8n did not publish the workflow "${name}" within 30 s`);
	}
}

module.exports = { N8nRest, signIn };
