import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openShopServer, type AskedOfShop, type ShopAnswer, type ShopServer } from './shop-server';

/** Where Magento's whole REST schema (1 MB) may lie beside the project; `MAGENTO_SCHEMA` names another place. */
const wholeSchemaFile =
	process.env.MAGENTO_SCHEMA ??
	join(__dirname, '../../../shared/fixtures/magento-admin-schema-2.4.9.yaml');

/** The types of the fields that a coupon and a rule have in that schema, and those that a coupon must have. */
const COUPON_FIELDS: Readonly<Record<string, string>> = {
	coupon_id: 'integer',
	rule_id: 'integer',
	code: 'string',
	usage_limit: 'integer',
	usage_per_customer: 'integer',
	times_used: 'integer',
	expiration_date: 'string',
	is_primary: 'boolean',
	created_at: 'string',
	type: 'integer',
};
const COUPON_REQUIRED = ['rule_id', 'times_used', 'is_primary'];

export interface MagentoRule {
	name: string;
	is_active: boolean;
	coupon_type: 'NO_COUPON' | 'SPECIFIC_COUPON' | 'AUTO';
	use_auto_generation: boolean;
	uses_per_coupon: number;
	from_date?: string;
	to_date?: string;
	website_ids: number[];
}

interface StoredCoupon {
	coupon_id: number;
	rule_id: number;
	code: string;
	times_used: number;
	expiration_date?: string;
	type: number;
}

/** A stand-in for Magento: the rule's flags, coupons of their own, and errors with parameters, as its source has them. */
export class Magento {
	readonly coupons = new Map<string, StoredCoupon>();

	readonly rules = new Map<string, MagentoRule>();

	/** Older versions use the rule's end instead of the coupon's own expiry. */
	overwritesExpiry = false;

	/** The timezones of its websites, if the integration may see them. */
	timezones: Readonly<Record<number, string>> | 'denied' = { 1: 'Europe/Berlin' };

	private constructor(
		readonly server: ShopServer,
		private readonly token: string,
	) {}

	static async open(token = 'token'): Promise<Magento> {
		const server = await openShopServer((asked) => magento.answer(asked));
		const magento: Magento = new Magento(server, token);
		magento.addRule('7');
		return magento;
	}

	addRule(id: string, more: Partial<MagentoRule> = {}): void {
		this.rules.set(id, {
			name: '10% off',
			is_active: true,
			coupon_type: 'SPECIFIC_COUPON',
			use_auto_generation: true,
			uses_per_coupon: 1,
			website_ids: [1],
			...more,
		});
	}

	private answer({ method, path, headers, body }: AskedOfShop): ShopAnswer {
		if (headers.authorization !== `Bearer ${this.token}`) {
			const message = "The consumer isn't authorized to access %resources.";
			return failure(401, message, { resources: 'Magento_SalesRule::quote' });
		}
		const url = new URL(path, 'http://shop');
		const rule = /^\/rest\/all\/V1\/salesRules\/(\d+)$/.exec(url.pathname)?.[1];
		if (method === 'GET' && rule !== undefined) {
			const found = this.rules.get(rule);
			return found
				? { status: 200, body: { rule_id: Number(rule), ...found } }
				: failure(404, 'No such entity with %fieldName = %fieldValue', {
						fieldName: 'rule_id',
						fieldValue: rule,
					});
		}
		if (method === 'GET' && url.pathname === '/rest/all/V1/store/storeConfigs') {
			return this.tellStores();
		}
		if (method === 'POST' && url.pathname === '/rest/all/V1/coupons') {
			return this.save((body as { coupon: Record<string, unknown> }).coupon);
		}
		if (method === 'GET' && url.pathname === '/rest/all/V1/coupons/search') {
			return this.search(url.searchParams);
		}
		return failure(404, 'Request does not match any route.');
	}

	private tellStores(): ShopAnswer {
		if (this.timezones === 'denied') {
			const message = "The consumer isn't authorized to access %resources.";
			return failure(401, message, { resources: 'Magento_Backend::store' });
		}
		const stores = Object.entries(this.timezones);
		const body = stores.map(([id, timezone]) => ({ website_id: Number(id), timezone }));
		return { status: 200, body };
	}

	private save(coupon: Record<string, unknown>): ShopAnswer {
		const wrong = Object.entries(coupon).find(
			([field, value]) =>
				(COUPON_FIELDS[field] === 'integer' ? 'number' : COUPON_FIELDS[field]) !== typeof value,
		);
		const missing = COUPON_REQUIRED.find((field) => !(field in coupon));
		if (wrong !== undefined || missing !== undefined) {
			return failure(400, '"%fieldName" is required or of a wrong type.', {
				fieldName: missing ?? wrong?.[0],
			});
		}
		const rule = this.rules.get(String(coupon.rule_id));
		if (rule === undefined) {
			return failure(400, 'Error occurred when saving coupon: %1', [
				`No such entity with rule_id = ${String(coupon.rule_id)}`,
			]);
		}
		if (rule.coupon_type === 'NO_COUPON') {
			return failure(400, 'Error occurred when saving coupon: %1', [
				'Specified rule does not allow coupons',
			]);
		}
		if (rule.coupon_type !== 'AUTO' && !rule.use_auto_generation && coupon.type === 1) {
			return failure(400, 'Error occurred when saving coupon: %1', [
				'Specified rule does not allow auto generated coupons',
			]);
		}
		const code = String(coupon.code);
		if (this.coupons.has(code.toLowerCase())) {
			return failure(400, '%1 already exists.', ['Coupon with the same code']);
		}
		const { expiration_date: own, ...rest } = coupon;
		const expiry = this.overwritesExpiry ? rule.to_date : (own as string | undefined);
		const stored = {
			...(rest as unknown as StoredCoupon),
			coupon_id: this.coupons.size + 1,
			...(expiry !== undefined && { expiration_date: expiry }),
		};
		this.coupons.set(code.toLowerCase(), stored);
		return { status: 200, body: stored };
	}

	private search(query: URLSearchParams): ShopAnswer {
		const filter = 'searchCriteria[filterGroups][0][filters][0]';
		if (
			query.get(`${filter}[field]`) !== 'code' ||
			query.get(`${filter}[conditionType]`) !== 'in'
		) {
			return failure(400, 'Unknown filter');
		}
		const codes = (query.get(`${filter}[value]`) ?? '').split(',');
		const items = codes.flatMap((code) => this.coupons.get(code.toLowerCase()) ?? []);
		return { status: 200, body: { items, search_criteria: {}, total_count: items.length } };
	}

	get url(): string {
		return this.server.url;
	}

	async close(): Promise<void> {
		await this.server.close();
	}
}

function failure(status: number, message: string, parameters?: unknown): ShopAnswer {
	return { status, body: { message, ...(parameters !== undefined && { parameters }) } };
}

/** What the real schema says of a coupon, as `field: type`; null if the schema is not there. */
export function couponOfRealSchema(): {
	fields: Record<string, string>;
	required: string[];
} | null {
	if (!existsSync(wholeSchemaFile)) return null;
	const text = readFileSync(wholeSchemaFile, 'utf8');
	const definition =
		/\n {2}sales-rule-data-coupon-interface:\n((?: {4}.*\n)+)/.exec(text)?.[1] ?? '';
	const fields = [...definition.matchAll(/\n {6}(\w+):\n {8}type: (\w+)/g)];
	const required = [...definition.matchAll(/\n {4}- (\w+)/g)];
	return {
		fields: Object.fromEntries(fields.map(([, field, type]) => [field, type])),
		required: required.map(([, field]) => field),
	};
}

/** The same as the stand-in has it. */
export const couponOfStandIn = { fields: COUPON_FIELDS, required: COUPON_REQUIRED };
