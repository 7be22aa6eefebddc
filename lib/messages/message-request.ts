import type { AssignOptions, AssignResult } from '../assignments/coupon';
import type { CouponPoolsError } from '../errors';
import type { MacroCall, MessageTemplate, RenderedMessage, RenderOptions } from './message';

/** A message to one recipient, whose macros may take codes for them. */
export interface MessageRequest {
	readonly template: MessageTemplate;
	/** What the template's fields are taken from. */
	readonly context: object;
	readonly options?: Omit<RenderOptions, 'macros'>;

	/** Who gets the codes, for what, and under which request; as for `assign`. */
	readonly recipient: string;
	readonly campaign?: string;
	/**
	 * The same id always returns the same code of a pool. Without one, only the rule in `assign` decides what a second
	 * try gets.
	 */
	readonly requestId?: string;
	/** Whose pools the macros name, where several merchants have one of that name. */
	readonly merchant?: string;
	/**
	 * What `promocode` gives to recipients who already hold a code. Default as for `assign`: the same within 24 hours.
	 */
	readonly assign?: AssignOptions;
	/**
	 * What stands for `promocode` if there is neither a code nor a default code: an error (default), in place of the
	 * message, or nothing (`blank`).
	 */
	readonly whenNoCode?: 'error' | 'blank';
}

export interface RenderMessagesOptions {
	/** Take no codes, and put in marked examples; see `preview`. */
	readonly preview?: 'code' | 'defaultCode' | 'outOfStock';
	/**
	 * `stop` (default) throws the first error, with its item. Errors that can be known in advance are thrown before any
	 * code is taken. `continue` returns the error, and renders the other messages.
	 */
	readonly ifOneFails?: 'stop' | 'continue';
	/** Stops between statements; what was assigned until then stays assigned. */
	readonly signal?: AbortSignal;
}

/** What a macro was answered with, from which pool. */
export type MacroCoupon = AssignResult & Pick<MacroCall, 'macro'> & { readonly poolId: string };

export type MessageResult = FinishedMessage | FailedMessage;

export interface FinishedMessage {
	readonly message: RenderedMessage;
	/** One for each macro and pool that the message shows, in the order in which they were asked for. */
	readonly coupons: readonly MacroCoupon[];
	readonly error: null;
}

export interface FailedMessage {
	readonly message: null;
	/** Those that were given before it failed. */
	readonly coupons: readonly MacroCoupon[];
	readonly error: CouponPoolsError;
}
