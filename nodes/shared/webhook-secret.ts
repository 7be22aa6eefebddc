import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IExecuteFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

/** What the shop signs its webhooks with, from the credential. */
export async function secretOfWebhooks(context: IExecuteFunctions): Promise<string> {
	return secretIn(await context.getCredentials('couponPoolsWebhookSecretApi'));
}

/** The test behind the credential's button. Only an order could tell whether it is the right one. */
export async function couponPoolsWebhookSecretTest(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const secret = secretIn(data);
	if (secret === '') {
		return { status: 'Error', message: 'The secret is empty' };
	}
	if (/^(shp[a-z]{2}_|ck_)/.test(secret) && !secret.startsWith('shpss_')) {
		return { status: 'Error', message: 'This is a token or a key, not the secret of webhooks' };
	}
	return { status: 'OK', message: 'The first signed order will tell whether it is the right one' };
}

function secretIn({ secret }: ICredentialDataDecryptedObject): string {
	return String(secret ?? '').trim();
}
