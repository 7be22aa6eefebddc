/** A value that both databases take as a statement's parameter. Instants are `Date`s; null stands for no value. */
export type SqlValue =
	| string
	| number
	| boolean
	| Date
	| null
	| ReadonlyArray<string | number | boolean | null>;

/**
 * Where statements run.
 *
 * In the text, `:schema` stands for the quoted schema name and `$1`, `$2`… for the values. In what comes back,
 * `timestamptz` is a `Date`, or null where it is infinite ("never"), and `bigint` (ids) and `numeric` are strings; cast
 * counts to `float8` or `int` to get numbers.
 */
export interface Session {
	query<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Database extends Session {
	/**
	 * A statement that is run often and takes longer to plan than to run: planned once per connection, under `name`,
	 * where the way to the database allows it.
	 */
	queryPrepared<Row>(name: string, text: string, values: readonly SqlValue[]): Promise<Row[]>;

	/** Runs `work` in one transaction (read committed); rolls back when it throws. */
	transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;

	/**
	 * Listens to a channel until the returned function is called; a lost connection is replaced. Left out where a
	 * database cannot listen.
	 */
	listen?(channel: string, listener: Listener): Promise<() => Promise<void>>;

	close(): Promise<void>;
}

/** Who listens to a channel. */
export interface Listener {
	/** A payload was sent to the channel. */
	heard(payload: string): void;
	/** From now on it hears everything; it may have missed what was sent before. */
	listening(): void;
	/** Sends the payload to the channel, on a connection other than the one that listens. */
	knock(payload: string): Promise<void>;
}
