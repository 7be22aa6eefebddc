import { openShopServer, type AskedOfShop, type ShopAnswer, type ShopServer } from './shop-server';

interface StoredCoupon extends Record<string, unknown> {
	id: number;
	code: string;
	usage_count: number;
}

interface MetaField {
	id?: number;
	key: string;
	value: unknown;
}

/** A stand-in for WooCommerce: coupons in batches of a hundred, with errors of single coupons inside a success. */
export class WooCommerce {
	/** By their codes, which are in lower case. */
	readonly coupons = new Map<string, StoredCoupon>();

	private metaFields = 0;

	/** What the key may do. */
	permission: 'read' | 'read_write' = 'read_write';

	/** What an extension makes of new codes… */
	respells = (code: string): string => code;

	/** …and of their expiry. */
	movesExpiry = (expiry: Date | null): Date | null => expiry;

	private constructor(
		readonly server: ShopServer,
		private readonly password: string,
	) {}

	static async open(password = 'cs_secret'): Promise<WooCommerce> {
		const server = await openShopServer((asked) => shop.answer(asked));
		const shop: WooCommerce = new WooCommerce(server, password);
		shop.add({ code: 'TEMPLATE10', amount: '10.00', discount_type: 'percent', usage_limit: 1 });
		return shop;
	}

	add(fields: Record<string, unknown>): StoredCoupon {
		const id = this.coupons.size + 100;
		const code = String(fields.code).toLowerCase();
		const coupon = { date_expires_gmt: null, meta_data: [], ...fields, id, code, usage_count: 0 };
		this.coupons.set(code, coupon);
		return coupon;
	}

	get url(): string {
		return this.server.url;
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	private answer({ method, path, headers, body }: AskedOfShop): ShopAnswer {
		const right = `Basic ${Buffer.from(`ck_key:${this.password}`).toString('base64')}`;
		if (headers.authorization !== right) {
			return failure(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');
		}
		if (method === 'POST' && this.permission === 'read') {
			const message = 'The API key provided does not have write permissions.';
			return failure(401, 'woocommerce_rest_authentication_error', message);
		}
		const url = new URL(path, 'http://shop');
		if (method === 'POST' && url.pathname === '/wp-json/wc/v3/coupons/batch') {
			return this.createAll((body as { create: Array<Record<string, unknown>> }).create);
		}
		if (method === 'GET' && url.pathname === '/wp-json/wc/v3/coupons') {
			const coupon = this.coupons.get((url.searchParams.get('code') ?? '').toLowerCase());
			return { status: 200, body: coupon ? [coupon] : [] };
		}
		const id = /^\/wp-json\/wc\/v3\/coupons\/(\d+)$/.exec(url.pathname)?.[1];
		const coupon = [...this.coupons.values()].find((one) => String(one.id) === id);
		return coupon
			? { status: 200, body: coupon }
			: failure(404, 'woocommerce_rest_shop_coupon_invalid_id', 'Invalid ID.');
	}

	private createAll(create: ReadonlyArray<Record<string, unknown>>): ShopAnswer {
		if (create.length > 100) {
			const message = 'Unable to accept more than 100 items for this request.';
			return failure(413, 'woocommerce_rest_request_entity_too_large', message);
		}
		return { status: 200, body: { create: create.map((fields) => this.create(fields)) } };
	}

	private create(fields: Record<string, unknown>): unknown {
		const code = String(fields.code ?? '').toLowerCase();
		const refuse = (error: string, message: string) => ({
			id: 0,
			error: { code: `woocommerce_rest_${error}`, message, data: { status: 400 } },
		});
		if (code === '') return refuse('empty_coupon_code', 'The coupon code cannot be empty.');
		return this.coupons.has(code)
			? refuse('coupon_code_already_exists', 'The coupon code already exists')
			: this.add({
					...writable(fields, this.movesExpiry),
					code: this.respells(code),
					meta_data: this.withIds(fields.meta_data as MetaField[] | undefined),
				});
	}

	/** A new coupon has each key once, and no field with the id of another coupon’s field. */
	private withIds(sent: readonly MetaField[] = []): MetaField[] {
		const fields = new Map(sent.map(({ key, value }) => [key, value]));
		return [...fields].map(([key, value]) => ({ id: ++this.metaFields, key, value }));
	}
}

/** Of the fields that are sent, WooCommerce keeps those that it has a setter for: `date_expires_gmt` has none. */
function writable(
	fields: Record<string, unknown>,
	movesExpiry: WooCommerce['movesExpiry'],
): Record<string, unknown> {
	const { date_expires: expires, ...others } = fields;
	const expiry = movesExpiry(expires ? readDate(String(expires)) : null);
	return { ...others, date_expires_gmt: expiry?.toISOString().slice(0, 19) ?? null };
}

/** A time without a zone is the site’s, which is two hours east of Greenwich. */
function readDate(text: string): Date {
	return new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}+02:00`);
}

function failure(status: number, code: string, message: string): ShopAnswer {
	return { status, body: { code, message, data: { status } } };
}
