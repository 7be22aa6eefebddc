import {
	defaultFieldResolver,
	execute,
	type FieldNode,
	type OperationDefinitionNode,
	parse,
	validate,
} from 'graphql';

import { openShopServer, type AskedOfShop, type ShopAnswer, type ShopServer } from './shop-server';
import { shopifySchema } from './shopify-schema';
import { ShopifyStore, type StoreSettings } from './shopify-store';

export interface ShopifySettings extends StoreSettings {
	/** The static token. */
	accessToken?: string;
	/** For the client credentials grant. */
	clientId?: string;
	clientSecret?: string;
	/** Points that the bucket holds, and gets back in a second. */
	bucket?: { size: number; restoreRate: number };
	/** How Shopify says that the bucket is empty: both forms occur. */
	throttledBy?: 'body' | 'status';
	scopes?: string[];
}

/**
 * A stand-in for Shopify: every request is validated against its real schema, and handled as recorded answers of the
 * real one show: bulk jobs that run in the background, errors by code, and a bucket of points.
 */
export class Shopify {
	/** Requests that were refused for lack of points. */
	throttled = 0;

	private points: number;

	private filledAt = Date.now();

	private tokens: Set<string>;

	private constructor(
		readonly server: ShopServer,
		readonly store: ShopifyStore,
		readonly settings: ShopifySettings,
	) {
		this.points = settings.bucket?.size ?? Infinity;
		this.tokens = new Set([settings.accessToken ?? 'shpat_test']);
	}

	static async open(settings: ShopifySettings = {}): Promise<Shopify> {
		const server = await openShopServer(async (asked) => await shopify.answer(asked));
		const shopify: Shopify = new Shopify(server, new ShopifyStore(settings), settings);
		return shopify;
	}

	get url(): string {
		return this.server.url;
	}

	/** How many requests contained this text, such as the name of an operation. */
	countOf(text: string): number {
		return this.server.asked.filter((one) => one.text.includes(text)).length;
	}

	/** Resolves when this many requests contained this text. */
	async asked(text: string, count: number): Promise<void> {
		while (this.countOf(text) < count) {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	/** From now on, accepts no token that was issued so far. */
	expireTokens(): void {
		this.tokens.clear();
	}

	async close(): Promise<void> {
		this.store.stop();
		await this.server.close();
	}

	private async answer(asked: AskedOfShop): Promise<ShopAnswer> {
		if (asked.path === '/admin/oauth/access_token') {
			return this.giveToken(asked);
		}
		if (!/^\/admin\/api\/\d{4}-\d\d\/graphql\.json$/.test(asked.path)) {
			return { status: 404, body: { errors: 'Not Found' } };
		}
		if (!this.tokens.has(String(asked.headers['x-shopify-access-token']))) {
			const errors = '[API] Invalid API key or access token (unrecognized login or wrong password)';
			return { status: 401, body: { errors } };
		}
		return await this.run(asked.body as Parameters<Shopify['run']>[0]);
	}

	private giveToken({ text }: AskedOfShop): ShopAnswer {
		const form = new URLSearchParams(text);
		const { clientId, clientSecret } = this.settings;
		if (
			form.get('grant_type') !== 'client_credentials' ||
			form.get('client_id') !== clientId ||
			form.get('client_secret') !== clientSecret
		) {
			return { status: 400, body: { error: 'invalid_client' } };
		}
		const token = `shpca_${this.tokens.size}_${Date.now()}`;
		this.tokens.add(token);
		return {
			status: 200,
			body: { access_token: token, scope: 'write_discounts', expires_in: 86_399 },
		};
	}

	private async run(request: {
		query: string;
		variables?: Record<string, unknown>;
	}): Promise<ShopAnswer> {
		const { query, variables = {} } = request;
		const document = parse(query);
		const errors = validate(shopifySchema(), document);
		if (errors.length > 0) {
			return { status: 200, body: { errors: errors.map(({ message }) => ({ message })) } };
		}
		const operation = document.definitions[0] as OperationDefinitionNode;
		const cost = costOf(operation);
		const throttled = this.pay(cost);
		if (throttled !== null) {
			return throttled;
		}
		const codes = variables.codes as unknown[] | undefined;
		if (codes !== undefined && codes.length > 250) {
			const message = `The input array size of ${codes.length} is greater than the maximum allowed of 250.`;
			const extensions = { code: 'MAX_INPUT_SIZE_EXCEEDED' };
			return { status: 200, body: { errors: [{ message, extensions }] } };
		}
		const scopes = this.settings.scopes ?? ['read_discounts', 'write_discounts'];
		if (operation.operation === 'mutation' && !scopes.includes('write_discounts')) {
			const message = 'Access denied for discountRedeemCodeBulkAdd field.';
			const extensions = {
				code: 'ACCESS_DENIED',
				requiredAccess: '`write_discounts` access scope.',
			};
			return { status: 200, body: { data: null, errors: [{ message, extensions }] } };
		}
		const result = await execute({
			schema: shopifySchema(),
			document,
			rootValue: this.store.root(scopes),
			variableValues: variables,
			fieldResolver: defaultFieldResolver,
		});
		const extensions = {
			cost: { requestedQueryCost: cost, throttleStatus: this.throttleStatus() },
		};
		return { status: 200, body: { ...result, extensions } };
	}

	/** Takes the points, or says that there are too few. */
	private pay(cost: number): ShopAnswer | null {
		const { size, restoreRate } = this.settings.bucket ?? { size: Infinity, restoreRate: 0 };
		const now = Date.now();
		this.points = Math.min(size, this.points + ((now - this.filledAt) / 1000) * restoreRate);
		this.filledAt = now;
		if (this.points >= cost) {
			this.points -= cost;
			return null;
		}
		this.throttled++;
		if (this.settings.throttledBy === 'status') {
			const seconds = (cost - this.points) / restoreRate;
			return { status: 429, body: {}, headers: { 'retry-after': seconds.toFixed(2) } };
		}
		const throttleStatus = this.throttleStatus();
		return {
			status: 200,
			body: {
				errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
				extensions: { cost: { requestedQueryCost: cost, actualQueryCost: null, throttleStatus } },
			},
		};
	}

	private throttleStatus() {
		const { size, restoreRate } = this.settings.bucket ?? { size: 2000, restoreRate: 100 };
		const currentlyAvailable = Math.floor(Math.min(this.points, size));
		return { maximumAvailable: size, currentlyAvailable, restoreRate };
	}
}

/** As recorded: a mutation costs 10; anything else about a point per field, and more for lists. */
function costOf(operation: OperationDefinitionNode): number {
	if (operation.operation === 'mutation') {
		return 10;
	}
	const fields = operation.selectionSet.selections as FieldNode[];
	return fields.length + (JSON.stringify(operation).includes('"first"') ? 14 : 0);
}
