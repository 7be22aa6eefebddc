import type { CodeForm } from '../codes/code-form';

/** Where the codes of a dynamic pool are made. `local`: here, without a shop. */
export type ProviderName = 'shopify' | 'magento' | 'woocommerce' | 'local';

/** A shop in which codes are made. All calls end by their deadline, and throw `CouponPoolsError`s. */
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
	/** Milliseconds to wait between two looks at the shop's job. */
	readonly pollEvery: number;

	/** The form as the shop will spell it. */
	spell(form: Required<CodeForm>): Required<CodeForm>;

	/**
	 * The rule that a person named, by its id or by its address in the shop's administration.
	 *
	 * @param wanted what its codes are meant to be, to warn where the shop does something else
	 * @throws CouponPoolsError `shop_refused` if codes cannot be made for it, with what to change in the shop
	 */
	lookUpRule(reference: string, limits: Limits, wanted?: Wanted): Promise<Rule>;

	/**
	 * Has the shop make these codes: returns what became of them, or the job that is making them.
	 *
	 * @throws CouponPoolsError `shop_refused` if none was made; `shop_unreachable` if it is unknown whether any was
	 */
	push(codes: readonly string[], order: Order, limits: Limits): Promise<Pushed>;

	/** What became of the codes of a job; null while it runs, `unknown` if the shop has no such job. */
	poll(jobId: string, limits: Limits): Promise<readonly CodeOutcome[] | null | 'unknown'>;

	/** Asks the shop for each code: `made` for this order, `taken` by something else, or `absent`. */
	ask(codes: readonly string[], order: Order, limits: Limits): Promise<readonly CodeOutcome[]>;

	/**
	 * How many codes `findUsed` should be given at once: few where the shop is asked code by code, since the answer comes
	 * at the end; many where the shop lists all used codes each time.
	 */
	readonly askedAtOnce: number;

	/** Which of the rule's codes were used in an order. */
	findUsed(codes: readonly string[], ruleId: string, limits: Limits): Promise<readonly string[]>;
}

/** What the codes of a push are for. */
export interface Order {
	readonly ruleId: string;
	/** Names the push, for shops that can note it with the code. */
	readonly reference: string;
	/** When the codes are to expire; null for when the rule ends. */
	readonly expiresAt: Date | null;
}

/** What codes are meant to be. */
export interface Wanted {
	/** Days from assignment to the expiry of each code; null if the codes end with the rule. */
	readonly expiresAfterDays?: number | null;
}

export interface Limits {
	/** The instant, as `Date.now()` counts, at which the caller stops waiting. */
	readonly deadline: number;
	readonly signal?: AbortSignal;
}

/** What the shop makes codes for. */
export interface Rule {
	/** As the shop's API identifies it. */
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
	 * `made`: the shop has it, for this rule. `taken`: it already has this code. `refused`: it does not accept it.
	 * `absent`: it does not know it.
	 */
	readonly state: 'made' | 'taken' | 'refused' | 'absent';
	/** The shop's words, if it refused. */
	readonly reason?: string;
	/** As the shop spells the code, where that may differ. */
	readonly spelling?: string;
	/** When it expires: on a date of its own or with its rule, whichever is earlier; null for never. */
	readonly expiresAt?: Date | null;
	/** How it differs from what was ordered, as a sentence. */
	readonly notice?: string;
}
