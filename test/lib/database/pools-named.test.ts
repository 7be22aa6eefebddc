import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { onPostgres } from '../../support/databases';
import { ACROSS_POOLS, PoolsNamed } from '../../support/pools-named';

const root = join(__dirname, '../../..');

/** The check that all tests on PostgreSQL make of the library's statements. */
onPostgres('a statement in a cluster that is distributed by pool', (fixture) => {
	const faultsOf = async (text: string): Promise<string[]> => {
		const named = new PoolsNamed();
		const values = [...text.matchAll(/\$\d/g)].map(() => '1');
		await named.watch(fixture.database).query(text, values);
		return named.faults;
	};

	it.each([
		'select code from :schema.codes where pool_id = $1 and code = $2',
		'select code from :schema.codes where pool_id = any (array[$1, $2]::bigint[])',
		'select name from :schema.pools where name = $1',
		`select 1 from :schema.assignments as held join :schema.codes on codes.pool_id = held.pool_id
		where held.pool_id = $1`,
		'delete from :schema.events where pool_id = $1',
	])('passes if it names its pool: %s', async (text) => {
		expect(await faultsOf(text)).toEqual([]);
	});

	it.each([
		'select count(*) from :schema.codes where code = $1',
		'delete from :schema.events where request_id = $1',
		'select 1 from :schema.pools join :schema.codes on codes.pool_id = pools.id where pools.name = $1',
		`select 1 from :schema.codes where pool_id = $1 and exists (
			select from :schema.assignments where assignments.code = codes.code
		)`,
		'select count(*) from :schema.codes where pool_id <> $1',
	])('fails if it does not: %s', async (text) => {
		expect(await faultsOf(text)).toEqual([expect.stringMatching(/^\w+ without a pool: /)]);
	});
});

describe('the list of statements that read across pools', () => {
	it('is the one of the documentation', () => {
		const text = readFileSync(join(root, 'docs/scaling.md'), 'utf8');
		const table = text.slice(text.indexOf('but for these, which ask all shards'));
		const rows = table
			.slice(0, table.indexOf('\n\n', table.indexOf('| -')))
			.matchAll(/^\| ([^|]+?) +\|/gm);
		const [, , ...listed] = [...rows].map(([, what]) => what);
		expect(listed).toEqual(ACROSS_POOLS.map(({ what }) => what));
	});

	it('names none that the library does not send any more', () => {
		const folder = join(root, 'lib');
		const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll(/\s+/g, ' '));
		const stale = ACROSS_POOLS.filter(
			({ text }) => !sources.some((source) => source.includes(text)),
		);
		expect(stale).toEqual([]);
	});
});
