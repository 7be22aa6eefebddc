import type { CodeForm } from '../codes/code-form';

/** Where the codes of a dynamic pool are made. `local`: here, without a shop. */
export type ProviderName = 'shopify' | 'magento' | 'woocommerce' | 'local';

/** A shop in which codes are made. All calls end by their deadline, and throw CouponPoolsErrors. */
export interface Provider {
	readonly name: Exclude<ProviderName, 'local'>;
	/** As people call it. */
	readonly label: string;
	/** The shop's address. Pools with the same one belong to the same shop. */
	readonly shop: string;
	/** How many codes one push takes. */
	readonly mostCodes: number;
	/** Whether the shop works on one push at a time. */
	readonly oneAtATime: boolean;
	/** Whether each code can have an expiry of its own. */
	readonly expiresCodes: boolean;
	/** How long to wait between two looks at the shop's job, in milliseconds. */
	readonly pollEvery: number;

	/** The form as the shop will spell it. */
	spell(form: Required<CodeForm>): Required<CodeForm>;

	/**
	 * The rule that a person named, by its id or by its address in the shop's administration.
	 *
	 * @param wanted what its codes are to be, for warnings where the shop makes something else of it
	 * @throws CouponPoolsError `shop_refused` if codes cannot be made for it, with what to change in the shop
	 */
	lookUpRule(reference: string, limits: Limits, wanted?: Wanted): Promise<Rule>;

	/**
	 * Has the shop make these codes: answers what became of them, or the job that is making them.
	 *
	 * @throws CouponPoolsError `shop_refused` if none was made; `shop_unreachable` if that is unknown
	 */
	push(codes: readonly string[], order: Order, limits: Limits): Promise<Pushed>;

	/** What became of the codes of a job; null while it runs, `unknown` if the shop has no such job. */
	poll(jobId: string, limits: Limits): Promise<readonly CodeOutcome[] | null | 'unknown'>;

	/** Asks the shop for each code: `made` for this order, `taken` by something else, or `absent`. */
	ask(codes: readonly string[], order: Order, limits: Limits): Promise<readonly CodeOutcome[]>;

	/**
	 * How many codes `findUsed` is best given: few where the shop is asked code by code, since it answers at the end;
	 * many where the shop lists all that were used each time.
	 */
	readonly askedAtOnce: number;

	/** Those of the rule's codes that were used in an order. */
	findUsed(codes: readonly string[], ruleId: string, limits: Limits): Promise<readonly string[]>;
}

/** What the codes of a push are for. */
export interface Order {
	readonly ruleId: string;
	/** Names the push, for shops that can note it on the code. */
	readonly reference: string;
	/** When the codes are to expire; null for when the rule says. */
	readonly expiresAt: Date | null;
}

/** What codes are to be. */
export interface Wanted {
	/** Days from assignment to the expiry of each code; null for when the rule says. */
	readonly expiresAfterDays?: number | null;
}

export interface Limits {
	/** The instant, as `Date.now()` counts, at which the caller stops waiting. */
	readonly deadline: number;
	readonly signal?: AbortSignal;
}

/** What the shop makes codes for. */
export interface Rule {
	/** As the shop's interface wants it. */
	readonly id: string;
	readonly title: string;
	/** What works, but perhaps not as meant, and what to change in the shop. */
	readonly warnings: readonly string[];
}

export type Pushed = { readonly jobId: string } | { readonly outcomes: readonly CodeOutcome[] };

/** What became of one code in the shop. */
export interface CodeOutcome {
	readonly code: string;
	/**
	 * `made`: the shop has it, for this rule. `taken`: it has such a code already. `refused`: it does not want it.
	 * `absent`: it does not know it.
	 */
	readonly state: 'made' | 'taken' | 'refused' | 'absent';
	/** The shop's words, where it refused. */
	readonly reason?: string;
	/** As the shop spells the code, where that may differ. */
	readonly spelling?: string;
	/** When it expires: on a date of its own or with its rule, whichever is earlier; null for never. */
	readonly expiresAt?: Date | null;
	/** What is not as it was ordered, as a sentence. */
	readonly notice?: string;
}
