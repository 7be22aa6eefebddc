import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeCredentialTestResult,
	INodeProperties,
	ITriggerFunctions,
} from 'n8n-workflow';
import type { CouponPools } from '../../lib';
import { withCouponPools } from './connections';
import { asOneText } from './errors';

/**
 * Where a panel asks for its credentials: on top, since the list of pools needs them. Without this, n8n puts them all
 * beside the last field on which one of them depends, such as the shop.
 */
export const credentialsOnTop: INodeProperties = {
	displayName: 'Credentials',
	name: 'credentials',
	type: 'credentials',
	default: '',
};

/** Runs `work` with the pools of the credential that is set on the node. */
export async function withPoolsOfNode<Result>(
	context: IExecuteFunctions | ILoadOptionsFunctions | ITriggerFunctions,
	work: (coupons: CouponPools) => Promise<Result>,
): Promise<Result> {
	const credential =
		await context.getCredentials<ICredentialDataDecryptedObject>('couponPoolsDatabaseApi');
	return await withCouponPools(credential, work);
}

/** The test behind the credential's button: connects, makes the tables if necessary, checks rights. */
export async function couponPoolsDatabaseTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		await withCouponPools(credential.data ?? {}, async (coupons) => await coupons.ping());
		return { status: 'OK', message: 'Connection successful' };
	} catch (failure) {
		return { status: 'Error', message: asOneText(failure) };
	}
}
