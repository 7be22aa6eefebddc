import type { Session } from '../database/database';
import type { GivenCode } from './read-given';

/**
 * Writes the given codes into a temporary table, `staged_given`, which ends with the transaction. As with uploaded
 * codes, one block is read while the one before is on its way.
 *
 * @param onBlock called after each block
 */
export async function stageGiven(
	session: Session,
	blocks: AsyncIterable<readonly GivenCode[]>,
	onBlock: () => void,
): Promise<void> {
	await session.query(CREATE);
	let underWay: Promise<unknown> = Promise.resolve();
	try {
		for await (const block of blocks) {
			await underWay;
			underWay = session.query(INSERT, [JSON.stringify(block)]);
			// Whoever awaits it gets the error; until then it must not count as unhandled.
			underWay.catch(() => undefined);
			onBlock();
		}
	} finally {
		await underWay;
	}
	await session.query('analyze pg_temp.staged_given');
}

const CREATE = `
	create temporary table staged_given (
		line int not null,
		code text collate "C" not null,
		recipient text not null,
		campaign text not null,
		assigned_at timestamptz not null,
		expires_at timestamptz,
		redeemed_at timestamptz
	) on commit drop`;

const INSERT = `
	insert into pg_temp.staged_given (line, code, recipient, campaign, assigned_at, expires_at, redeemed_at)
	select line, code, recipient, campaign, assigned_at, expires_at, redeemed_at
	from json_to_recordset($1::json) as row (
		line int, code text, recipient text, campaign text,
		assigned_at timestamptz, expires_at timestamptz, redeemed_at timestamptz
	)`;
