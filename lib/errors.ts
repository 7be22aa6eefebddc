/**
 * What went wrong, in the caller's words.
 *
 * `message` says what happened and to what; `hint` says what to do next. `code` is for programs:
 * it never changes once published. `item` is the index of the item of the call that caused it.
 */
export class CouponPoolsError extends Error {
	readonly code: ErrorCode;

	readonly hint: string;

	readonly item?: number;

	constructor(code: ErrorCode, message: string, options: ErrorDetails = {}) {
		super(message, { cause: options.cause });
		this.name = 'CouponPoolsError';
		this.code = code;
		this.hint = options.hint ?? '';
		this.item = options.item;
	}
}

export type ErrorCode =
	/** A parameter or field is not what it should be. */
	| 'invalid_input'
	/** No pool has this id or name. */
	| 'pool_not_found'
	/** Several merchants have a pool of this name. */
	| 'pool_ambiguous'
	/** A pool of this name exists already. */
	| 'pool_exists'
	/** The pool has codes or assignments, so that it cannot be deleted. */
	| 'pool_not_empty'
	/** The pool is of another type than the operation needs. */
	| 'wrong_pool_type'
	/** The code is not in the pool, or not in the state that the operation needs. */
	| 'code_not_found'
	/** The code was on hold, and went back to the stock before it was confirmed. */
	| 'hold_ended'
	/** The file cannot be read as what it is said to be. */
	| 'invalid_file'
	/** Rows of the file break the rules, and the upload was told to refuse such a file. */
	| 'rows_refused'
	/** The pool has no such batch. */
	| 'batch_not_found'
	/** A template does not parse, or names what is not there. */
	| 'invalid_template'
	/** An order is not signed by the shop, so that anybody may have sent it. */
	| 'order_not_signed'
	/** The shop gave no answer, so that it is unknown what it did. */
	| 'shop_unreachable'
	/** The shop did not do what it was asked, and said why. */
	| 'shop_refused'
	/** The database cannot be reached, or refuses the connection. */
	| 'database_unreachable'
	/** The database was reached, and the role may not do what is needed. */
	| 'database_rights'
	/** The connection was lost in the middle; the call may or may not have taken effect. */
	| 'database_lost'
	/** The embedded database's folder is in use by another process. */
	| 'database_in_use'
	/** Anything else that the database says. */
	| 'database_failed';

interface ErrorDetails {
	hint?: string;
	item?: number;
	cause?: unknown;
}

/** The error for a value that is not what it should be. */
export function invalidInput(message: string, hint?: string, item?: number): CouponPoolsError {
	return new CouponPoolsError('invalid_input', message, { hint, item });
}
