import {
	type ICredentialDataDecryptedObject,
	ICredentialsHelper,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INodeCredentialsDetails,
} from 'n8n-workflow';

import { CouponPoolsMagentoApi } from '../../credentials/CouponPoolsMagentoApi.credentials';
import { CouponPoolsShopifyApi } from '../../credentials/CouponPoolsShopifyApi.credentials';
import { CouponPoolsWooCommerceApi } from '../../credentials/CouponPoolsWooCommerceApi.credentials';

const TYPES = [CouponPoolsMagentoApi, CouponPoolsShopifyApi, CouponPoolsWooCommerceApi];

/** What each type of credential holds in a run. */
export type CredentialsOfRun = Readonly<Record<string, ICredentialDataDecryptedObject>>;

/** Gives nodes their credentials and authenticates their requests, as n8n does it. */
export class Credentials extends ICredentialsHelper {
	private readonly types = new Map<string, ICredentialType>(
		TYPES.map((Type) => new Type()).map((type) => [type.name, type]),
	);

	constructor(private readonly data: CredentialsOfRun) {
		super();
	}

	getParentTypes = () => [];

	isCredentialUsableByNode = () => true;

	getDecrypted = async (_: unknown, __: INodeCredentialsDetails, type: string) => this.data[type];

	getCredentialsProperties = () => [];

	authenticate = async (
		credential: ICredentialDataDecryptedObject,
		name: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const authenticate = this.types.get(name)?.authenticate;
		if (typeof authenticate !== 'function') throw new Error(`No way to authenticate with ${name}`);
		return await authenticate(credential, options);
	};

	/** A token is requested if there is none, and if it was refused. */
	preAuthentication = async (
		helpers: IHttpRequestHelper,
		credential: ICredentialDataDecryptedObject,
		name: string,
		_: unknown,
		isExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> => {
		const type = this.types.get(name);
		const token = type?.properties.find(({ typeOptions }) => typeOptions?.expirable)?.name;
		if (token === undefined || !type?.preAuthentication) return undefined;
		if (credential[token] && !isExpired) return undefined;
		const output: IDataObject = await type.preAuthentication.call(helpers, credential);
		return output[token] === undefined
			? undefined
			: Object.assign(credential, output as ICredentialDataDecryptedObject);
	};

	runPreAuthentication = neverAsked;

	getCredentials = neverAsked;

	updateCredentials = neverAsked;

	updateCredentialsOauthTokenData = neverAsked;
}

async function neverAsked(): Promise<never> {
	throw new Error('The nodes do not ask for this');
}
