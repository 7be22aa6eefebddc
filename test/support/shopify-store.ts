/** What a stand-in for Shopify stores: discounts, their codes, and the jobs that add codes. */

export interface Discount {
	__typename:
		| 'DiscountCodeBasic'
		| 'DiscountCodeBxgy'
		| 'DiscountCodeFreeShipping'
		| 'DiscountCodeApp'
		| 'DiscountAutomaticBasic';
	title: string;
	status: 'ACTIVE' | 'EXPIRED' | 'SCHEDULED';
	endsAt: string | null;
	usageLimit: number | null;
	appliesOncePerCustomer: boolean;
}

export interface StoreSettings {
	/** How long the shop works on a job. */
	jobMilliseconds?: number;
	/** Whether somebody else has added this very code a moment earlier. */
	collides?(code: string): boolean;
}

interface StoredCode {
	id: string;
	code: string;
	discountId: string;
	createdBy: { id: string };
	asyncUsageCount: number;
}

interface Job {
	id: string;
	/** Of its discount. */
	number: string;
	done: boolean;
	codes: Array<{
		code: string;
		discountRedeemCode: StoredCode | null;
		errors: Array<{ field: string[]; message: string; code: null }>;
	}>;
}

interface Page {
	first: number;
	after?: string | null;
	query?: string | null;
}

const THIS_APP = 'gid://shopify/App/1';
const OTHER_APP = 'gid://shopify/App/2';

export class ShopifyStore {
	/** By their numbers. */
	readonly discounts = new Map<string, Discount>();

	/** The greatest number of jobs that were open at the same time. */
	mostJobsAtOnce = 0;

	private readonly codes = new Map<string, StoredCode>();

	private readonly jobs = new Map<string, Job>();

	private readonly timers = new Set<NodeJS.Timeout>();

	private busyUntil = 0;

	private made = 0;

	constructor(private readonly settings: StoreSettings) {
		this.addDiscount('1001');
	}

	addDiscount(number: string, more: Partial<Discount> = {}): void {
		this.discounts.set(number, {
			__typename: 'DiscountCodeBasic',
			title: '10% off',
			status: 'ACTIVE',
			endsAt: null,
			usageLimit: 1,
			appliesOncePerCustomer: true,
			...more,
		});
	}

	/** The codes of a discount that this app added, or with `by`, those that others added. */
	codesOf(number: string, by: 'this app' | 'others' = 'this app'): string[] {
		return [...this.codes.values()]
			.filter(
				({ discountId, createdBy }) =>
					discountId === nodeId(number) && (createdBy.id === THIS_APP) === (by === 'this app'),
			)
			.map(({ code }) => code);
	}

	/** Adds somebody else's code. */
	addForeign(number: string, code: string): void {
		this.store(nodeId(number), code, OTHER_APP);
	}

	use(code: string): void {
		const stored = this.codes.get(code.toLowerCase());
		if (stored !== undefined) stored.asyncUsageCount++;
	}

	/** Makes the shop forget its jobs, as it does after a while. */
	forgetJobs(): void {
		this.jobs.clear();
	}

	stop(): void {
		this.timers.forEach((timer) => clearTimeout(timer));
	}

	/** The root of a request, for graphql's default resolvers. */
	root(scopes: readonly string[]) {
		return {
			shop: { name: 'Test shop', myshopifyDomain: 'test.myshopify.com' },
			currentAppInstallation: {
				app: { id: THIS_APP },
				accessScopes: scopes.map((handle) => ({ handle, description: handle })),
			},
			discountNode: ({ id }: { id: string }) => {
				const number = id.slice(id.lastIndexOf('/') + 1);
				const discount = this.discountOf(number);
				if (discount === undefined || !/\/(Discount|DiscountCode)Node\/\d+$/.test(id)) return null;
				const codes = (page: Page) => this.pageOf(nodeId(number), page);
				return { id: `gid://shopify/DiscountNode/${number}`, discount: { ...discount, codes } };
			},
			codeDiscountNodeByCode: ({ code }: { code: string }) => {
				const stored = this.codes.get(code.toLowerCase());
				return stored ? { id: stored.discountId } : null;
			},
			discountRedeemCodeBulkCreation: ({ id }: { id: string }) => {
				const job = this.jobs.get(id);
				if (job === undefined) return null;
				const discount = this.discountOf(job.number);
				const failed = job.codes.filter(({ errors }) => errors.length > 0).length;
				return {
					id,
					done: job.done,
					discountCode: discount ? { id: nodeId(job.number), codeDiscount: discount } : null,
					codesCount: job.codes.length,
					failedCount: failed,
					importedCount: job.done ? job.codes.length - failed : 0,
					codes: (page: Page) => paged(job.codes, page),
				};
			},
			discountRedeemCodeBulkAdd: (given: { discountId: string; codes: Array<{ code: string }> }) =>
				this.add(given.discountId, given.codes),
		};
	}

	/** A discount whose end has passed has expired, but codes can still be added to it. */
	private discountOf(number: string): Discount | undefined {
		const discount = this.discounts.get(number);
		const isOver = discount?.endsAt && new Date(discount.endsAt) <= new Date();
		return discount && isOver ? { ...discount, status: 'EXPIRED' } : discount;
	}

	private add(discountId: string, codes: ReadonlyArray<{ code: string }>) {
		const number = /^gid:\/\/shopify\/DiscountCodeNode\/(\d+)$/.exec(discountId)?.[1] ?? '';
		if (!/^DiscountCode(Basic|Bxgy|Free)/.test(this.discounts.get(number)?.__typename ?? '')) {
			const message = 'Code discount does not exist.';
			return {
				bulkCreation: null,
				userErrors: [{ field: ['discountId'], message, code: 'INVALID' }],
			};
		}
		if (codes.length === 0) {
			const message = "Codes can't be blank";
			return { bulkCreation: null, userErrors: [{ field: ['codes'], message, code: 'BLANK' }] };
		}
		const job: Job = {
			id: `gid://shopify/DiscountRedeemCodeBulkCreation/${this.jobs.size + 1}`,
			number,
			done: false,
			codes: codes.map(({ code }) => ({ code, discountRedeemCode: null, errors: [] })),
		};
		this.jobs.set(job.id, job);
		const open = [...this.jobs.values()].filter(({ done }) => !done).length;
		this.mostJobsAtOnce = Math.max(this.mostJobsAtOnce, open);
		// One job after the other.
		const { jobMilliseconds = 20 } = this.settings;
		this.busyUntil = Math.max(this.busyUntil, Date.now()) + jobMilliseconds;
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			this.import(job, discountId);
		}, this.busyUntil - Date.now());
		this.timers.add(timer);
		return { bulkCreation: { id: job.id }, userErrors: [] };
	}

	private import(job: Job, discountId: string): void {
		const seen = new Set<string>();
		for (const one of job.codes) {
			const problem = this.problemOf(one.code, seen, discountId);
			seen.add(one.code.toLowerCase());
			if (problem === null) {
				one.discountRedeemCode = this.store(discountId, one.code, THIS_APP);
			} else {
				one.errors.push({ field: ['code'], message: problem, code: null });
			}
		}
		job.done = true;
	}

	/** In the words of recorded answers. */
	private problemOf(code: string, seen: ReadonlySet<string>, discountId: string): string | null {
		if (code === '') return 'is too short (minimum is 1 character)';
		if (/[\r\n]/.test(code)) return 'cannot contain newline characters.';
		if (code.length > 255) return 'is too long (maximum is 255 characters)';
		if (seen.has(code.toLowerCase())) {
			return 'Codes must be unique within BulkDiscountCodeCreation';
		}
		if (!this.codes.has(code.toLowerCase()) && this.settings.collides?.(code)) {
			this.store(discountId, code, OTHER_APP);
		}
		return this.codes.has(code.toLowerCase())
			? 'must be unique. Please try a different code.'
			: null;
	}

	private store(discountId: string, code: string, app: string): StoredCode {
		const id = `gid://shopify/DiscountRedeemCode/${++this.made}`;
		const stored = { id, code, discountId, createdBy: { id: app }, asyncUsageCount: 0 };
		this.codes.set(code.toLowerCase(), stored);
		return stored;
	}

	private pageOf(discountId: string, page: Page) {
		const query = page.query ?? '';
		const text = query.replaceAll('"', '').toLowerCase();
		// A search by text is a look-up here, since there may be many codes.
		const found = query.startsWith('times_used')
			? [...this.codes.values()].filter(({ asyncUsageCount }) => asyncUsageCount > 0)
			: [this.codes.get(text)].filter((code) => code !== undefined);
		return paged(
			found.filter((code) => code.discountId === discountId),
			page,
		);
	}
}

function paged<Node>(all: readonly Node[], { first, after }: Page) {
	const start = Number(after ?? 0);
	const end = start + first;
	return {
		nodes: all.slice(start, end),
		pageInfo: { hasNextPage: end < all.length, endCursor: String(end) },
	};
}

function nodeId(number: string): string {
	return `gid://shopify/DiscountCodeNode/${number}`;
}
