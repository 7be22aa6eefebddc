import { CouponPoolsError, type ErrorCode } from '../errors';
import { USE_UTF8 } from './use-utf8';

/**
 * The driver's and the server's errors in the user's words: the one place where they are translated.
 * Codes are Node's (`ECONNREFUSED`) and PostgreSQL's SQLSTATEs (appendix A of its manual).
 *
 * @param where the server as `host:port/database`, or the embedded database's folder; no secret
 */
export function explainDatabaseError(error: unknown, where: string): CouponPoolsError {
	if (error instanceof CouponPoolsError) {
		return error;
	}
	const cause = firstCause(error);
	const explanation = explanations.find(({ matches }) =>
		matches.test(`${cause.code} ${cause.message}`),
	);
	if (explanation === undefined) {
		return new CouponPoolsError(
			'database_failed',
			`The database (${where}) says: ${cause.message}`,
			{
				hint: cause.hint || 'See the server’s log for the statement.',
				cause: error,
			},
		);
	}
	return new CouponPoolsError(explanation.code, `${explanation.message} (${where})`, {
		hint: explanation.hint,
		cause: error,
	});
}

/** Whether doing the same again can succeed: a deadlock, a serialization failure, a lost race for a row. */
export function isWorthRetrying(error: unknown): boolean {
	return /^(40001|40P01|23505)$/.test(sqlState(error));
}

/** PostgreSQL's five characters for what went wrong; empty if the error is not the server's. */
export function sqlState(error: unknown): string {
	const { code, routine } = firstCause(error);
	if (routine === REFUSED_BY_WORKER) {
		return UNIQUE_VIOLATION;
	}
	return /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** Somebody else has inserted the same first. */
export const UNIQUE_VIOLATION = '23505';

/**
 * The routine in which a Citus cluster reports that a worker refused rows. It does not pass on the worker's SQLSTATE;
 * what is refused there is a number or a request id that is taken.
 */
const REFUSED_BY_WORKER = 'ReportCopyError';

interface Cause {
	code: string;
	message: string;
	hint: string;
	/** The function of the server that raised it. */
	routine: string;
}

/** The error that the driver or the server gave: inside our own, and the first if several addresses were tried. */
function firstCause(error: unknown): Cause {
	if (error instanceof CouponPoolsError && error.cause !== undefined) {
		return firstCause(error.cause);
	}
	if (error instanceof AggregateError && error.errors.length > 0) {
		return firstCause(error.errors[0]);
	}
	const { code = '', message = String(error), hint = '', routine = '' } = error as Partial<Cause>;
	return { code: String(code), message, hint, routine };
}

interface Explanation {
	matches: RegExp;
	code: ErrorCode;
	message: string;
	hint: string;
}

const explanations: readonly Explanation[] = [
	{
		matches: /^ECONNREFUSED/,
		code: 'database_unreachable',
		message: 'The database refused the connection',
		hint: 'Check host and port, that PostgreSQL is running, and that it listens on this address.',
	},
	{
		matches: /^(ENOTFOUND|EAI_AGAIN)/,
		code: 'database_unreachable',
		message: 'The database’s host is unknown',
		hint: 'Check the host’s spelling. Inside Docker, use the name of the database’s service, not localhost.',
	},
	{
		matches:
			/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)|timeout exceeded when trying to connect|Connection terminated due to connection timeout/,
		code: 'database_unreachable',
		message: 'The database did not answer in time',
		hint: 'Check host, port and firewall. If the server is up, it may be out of connections: lower Maximum Connections in the credential, or raise max_connections.',
	},
	{
		matches: /Query read timeout/,
		code: 'database_lost',
		message: 'The database took too long to answer',
		hint: 'The server is overloaded or frozen. Try again: with the same Request ID, nothing is given twice.',
	},
	{
		// Has the code of a refused log-in, too.
		matches: /pg_hba\.conf.*(no encryption|SSL off)/,
		code: 'database_unreachable',
		message: 'The server does not let this user in without encryption',
		hint: 'Turn SSL on in the credential. If that changes nothing, pg_hba.conf does not let this user in from here at all.',
	},
	{
		// PgBouncer reports everything that happens at the log-in as 08P01, here and below.
		matches: /^28P01|^28000|password must be a string|(SASL|password) authentication failed/,
		code: 'database_unreachable',
		message: 'The database refused user or password',
		hint: 'Check user and password, and that pg_hba.conf lets this user in from here.',
	},
	{
		matches: /^3D000|^08P01.*(no such database|database "[^"]*" does not exist)/,
		code: 'database_unreachable',
		message: 'There is no such database on the server',
		hint: 'Check the database’s name, or create it with: create database …',
	},
	{
		matches: /does not support SSL/,
		code: 'database_unreachable',
		message: 'The server does not offer an encrypted connection',
		hint: 'Turn SSL off in the credential if the server is on this machine or in a network you trust; otherwise turn SSL on in the server.',
	},
	{
		matches: /^ERR_TLS_CERT_ALTNAME_INVALID/,
		code: 'database_unreachable',
		message: 'The server’s certificate is for another host',
		hint: 'Enter the host as the certificate names it. Ignore SSL Issues connects without verifying, which lets anybody in between read along.',
	},
	{
		matches:
			/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|CERT_|ERR_TLS_)/,
		code: 'database_unreachable',
		message: 'The server’s certificate could not be verified',
		hint: 'Paste the certificate of its authority into Certificate Authority. Ignore SSL Issues connects without verifying, which lets anybody in between read along.',
	},
	{
		matches: /^53300|^08P01.*(no more connections allowed|query_wait_timeout)/,
		code: 'database_unreachable',
		message: 'The database has no connection left',
		hint: 'Lower Maximum Connections in the credential, or raise max_connections of the server.',
	},
	{
		matches: /^(EACCES|EPERM|EROFS)\b(?!.*\bconnect\b)/,
		code: 'database_rights',
		message: 'The embedded database’s folder cannot be written to',
		hint: 'Let the user that runs n8n write there, or choose another folder in the credential. In Docker, it must be in a volume that belongs to the user of the container.',
	},
	{
		matches: /^(EEXIST|ENOTDIR)\b/,
		code: 'database_failed',
		message: 'The embedded database’s folder is the name of a file',
		hint: 'Choose another folder in the credential.',
	},
	{
		matches: /PGlite failed to initialize/,
		code: 'database_failed',
		message: 'The embedded database does not start',
		hint: 'Its disk may be full: free space and try again. Otherwise choose another folder in the credential, or put back a copy of this one.',
	},
	{
		matches: /^42501/,
		code: 'database_rights',
		message: 'The database user lacks a right',
		hint: 'Let an administrator open the database once with this version of the package (which makes the schema, or brings it up to date), then grant usage on the schema, select, insert, update, delete on all its tables, and temporary on the database, to this user.',
	},
	{
		matches: /^25006/,
		code: 'database_rights',
		message: 'The database is read-only',
		hint: 'Connect to the primary server, not to a replica. Some hosts also make a database read-only while its disk is full.',
	},
	{
		matches: /^22P05/,
		code: 'database_failed',
		message: 'The database cannot store a character of this text, since its encoding is not UTF8',
		hint: USE_UTF8,
	},
	{
		matches: /^57014/,
		code: 'database_failed',
		message: 'The server broke off a statement that took too long',
		hint: "Nothing of it was stored. Let this user’s statements take longer: alter role … set statement_timeout = '5min'.",
	},
	{
		matches: /^55P03/,
		code: 'database_failed',
		message: 'Another transaction kept this one waiting longer than lock_timeout allows',
		hint: "Nothing of it was stored: try again. If that happens often, let this user wait longer: alter role … set lock_timeout = '1min'.",
	},
	{
		matches: /^25P0[34]/,
		code: 'database_failed',
		message: 'The server ended a transaction that took too long',
		hint: 'Nothing of it was stored. A file is read within one: let this user’s transactions last longer (idle_in_transaction_session_timeout, transaction_timeout).',
	},
	{
		matches: /^53100/,
		code: 'database_failed',
		message: 'The database’s disk is full',
		hint: 'Nothing was stored. Free space on the server and try again.',
	},
	{
		matches:
			/^(57P0[1-35]|08\w{3}|ECONNRESET|EPIPE)|Connection terminated|Client has encountered a connection error/,
		code: 'database_lost',
		message: 'The connection to the database was lost',
		hint: 'Try again: with the same Request ID, nothing is given twice.',
	},
];
