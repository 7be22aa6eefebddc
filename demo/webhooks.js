// @ts-check
const { wait } = require('./processes.js');

/**
 * Posts to a production webhook, as the shop would.
 *
 * n8n registers webhooks a moment after it says that it is ready; until then it answers that there is none,
 * and the same post is sent again. So it is where n8n is too busy to see its own database (503).
 *
 * @param {string} url n8n's address
 * @param {string} path of the webhook
 * @param {{ method?: string, json?: unknown, headers?: Record<string, string>, form?: FormData, timeoutSeconds?: number }} [options]
 *   `headers` go with `json`
 * @returns {Promise<{ status: number, body: any }>} the body is the text where it is not JSON
 * @throws {Error} if there is no answer
 */
async function callWebhook(
	url,
	path,
	{ method = 'POST', json, headers = {}, form, timeoutSeconds = 120 } = {},
) {
	const deadline = Date.now() + timeoutSeconds * 1000;
	for (;;) {
		const response = await fetch(`${url}/webhook/${path}`, {
			method,
			...(json !== undefined && {
				body: JSON.stringify(json),
				headers: { 'content-type': 'application/json', ...headers },
			}),
			...(form && { body: form }),
			signal: AbortSignal.timeout(timeoutSeconds * 1000),
		});
		const text = await response.text();
		const notYet =
			(response.status === 404 && text.includes('not registered')) || response.status === 503;
		if (!notYet || Date.now() > deadline) return { status: response.status, body: parsed(text) };
		await wait(250);
	}
}

/** @param {string} text */
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

module.exports = { callWebhook };
