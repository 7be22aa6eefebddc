/** A value that both databases take as a statement's parameter. Instants are `Date`s, no value is null. */
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
 * In the text, `:schema` stands for the quoted schema name and `$1`, `$2`… for the values. Of what
 * comes back, `timestamptz` is a `Date`, or null where it is infinite ("never"), `bigint` (ids) a
 * string, and `numeric` a string; cast counts to `float8` or `int` to get numbers.
 */
export interface Session {
	query<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Database extends Session {
	/**
	 * A statement that is run often and takes longer to plan than to run: planned once a connection, under
	 * `name`, where the way to the database allows it.
	 */
	queryPrepared<Row>(name: string, text: string, values: readonly SqlValue[]): Promise<Row[]>;

	/** Runs `work` in one transaction (read committed); rolls back when it throws. */
	transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;

	/**
	 * Listens to a channel until the returned function is called; a connection that is lost is made anew. Left out
	 * where a database cannot.
	 */
	listen?(channel: string, listener: Listener): Promise<() => Promise<void>>;

	close(): Promise<void>;
}

/** Who listens to a channel. */
export interface Listener {
	/** A payload was sent to the channel. */
	heard(payload: string): void;
	/** From now on it hears everything; what was sent before, it may have missed. */
	listening(): void;
	/** Sends the payload to the channel, on another connection than the one that listens. */
	knock(payload: string): Promise<void>;
}
