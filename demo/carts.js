// @ts-check
/** Posts the sample carts to the production webhook and shows what came back. */
const { sampleCarts, webhookPaths } = require('./examples.js');
const { callWebhook } = require('./webhooks.js');

/**
 * @typedef {object} Answer
 * @property {string} email as the shop sent it
 * @property {{ code: string, subject: string, text: string, issue: string } | undefined} message
 * @property {string | undefined} reason why there is no code
 * @property {string | undefined} failure why there is no answer
 */

/**
 * All sample carts, at the same moment.
 *
 * @param {string} url n8n's address
 * @returns {Promise<Answer[]>} in the order of the file
 */
async function postCarts(url) {
	return await Promise.all(
		sampleCarts().map(async (cart) => {
			const { email } = cart.customer;
			try {
				const { status, body } = await callWebhook(url, webhookPaths.cart, { json: cart });
				return { email, ...answerFrom(status, body) };
			} catch (error) {
				return { email, message: undefined, reason: undefined, failure: String(error) };
			}
		}),
	);
}

/** @param {number} status @param {any} body @returns {Omit<Answer, 'email'>} */
function answerFrom(status, body) {
	if (status === 200 && body?.code) return { message: body, reason: undefined, failure: undefined };
	if (status === 200 && body?.reason) {
		return {
			message: undefined,
			reason: `${body.reason}: ${body.explanation}`,
			failure: undefined,
		};
	}
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {
		message: undefined,
		reason: undefined,
		failure: `status ${status}: ${text.slice(0, 300)}`,
	};
}

/** @param {Answer[]} answers */
function printAnswers(answers) {
	for (const [index, { email, message, reason, failure }] of answers.entries()) {
		const number = String(index + 1).padStart(2);
		console.log(`\n${number}. ${email.trim()}`);
		if (message) {
			const again =
				message.issue === 'repeat' ? '   (the code that this customer holds already)' : '';
			console.log(`    ${message.code}${again}`);
			for (const line of [message.subject, '', ...message.text.split('\n')])
				console.log(`    | ${line}`.trimEnd());
		} else {
			console.log(reason ? `    no code, ${reason}` : `    NO ANSWER, ${failure}`);
		}
	}
}

module.exports = { postCarts, printAnswers };
