import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CouponPools } from '../../lib/coupon-pools';
import type { Database } from '../../lib/database/database';
import { openDatabase, type DatabaseSettings } from '../../lib/database/open';
import { grantLeastPrivilege } from './least-privilege';
import { PoolsNamed } from './pools-named';

/** What a test works with: an empty schema of its own, dropped afterwards. */
export interface Fixture {
	readonly kind: 'PostgreSQL' | 'embedded';
	readonly database: Database;
	readonly coupons: CouponPools;
	/** Opens the same schema again, in this process or another. */
	readonly settings: DatabaseSettings;
	/**
	 * The same, as the role that made the tables: on PostgreSQL, everything else is done by a role with the least rights.
	 */
	readonly owner: Database;
}

/** `owner` for tests that make schemas or roles. */
interface Who {
	readonly as?: 'owner';
}

/** The PostgreSQL that the run started, or was given. */
export function testUrl(): string {
	const url = process.env.COUPON_POOLS_TEST_URL;
	if (url === undefined) {
		throw new Error(
			'No test database: run the tests with npm test, or npm run jest, or set COUPON_POOLS_TEST_URL.',
		);
	}
	return url;
}

/** The server behind the pooler, if there is one. */
export function serverUrl(): string {
	return process.env.COUPON_POOLS_TEST_SERVER_URL ?? testUrl();
}

/** Whether COUPON_POOLS_TEST_URL is the coordinator of a Citus cluster, over which each test spreads its tables. */
export const onCitus = process.env.COUPON_POOLS_TEST_CITUS === '1';

const bothKinds: ReadonlyArray<Fixture['kind']> = ['PostgreSQL', 'embedded'];

/** What runs through a pooler, or on a cluster, need not be run embedded once more. */
const kinds =
	onCitus || process.env.COUPON_POOLS_TEST_DATABASES === 'PostgreSQL'
		? bothKinds.slice(0, 1)
		: bothKinds;

/** Declares the same tests twice: on PostgreSQL, and on the embedded database. */
export function onBothDatabases(name: string, declare: (fixture: Fixture) => void): void {
	describe.each(kinds)(`${name}, on %s`, (kind) => {
		declareOn(kind, declare);
	});
}

/** The same, always on both, where a snapshot is compared: one that no test asks for makes a run fail. */
export function onBothDatabasesInAnyCase(
	name: string,
	declare: (fixture: Fixture) => void,
	who: Who = {},
): void {
	describe.each(bothKinds)(`${name}, on %s`, (kind) => {
		declareOn(kind, declare, who);
	});
}

/** For what only several connections at once can show. */
export function onPostgres(name: string, declare: (fixture: Fixture) => void, who: Who = {}): void {
	describe(name, () => {
		declareOn('PostgreSQL', declare, who);
	});
}

/** For what a server counts itself: in a cluster, the coordinator knows nothing of what the others read. */
export function onOneServer(name: string, declare: (fixture: Fixture) => void): void {
	(onCitus ? describe.skip : describe)(name, () => {
		declareOn('PostgreSQL', declare);
	});
}

/** For what is told by announcements, which a pooler does not pass on: connects past it, if there is one. */
export function onBothListening(name: string, declare: (fixture: Fixture) => void): void {
	describe.each(kinds)(`${name}, on %s`, (kind) => {
		declareOn(kind, declare, { url: serverUrl() });
	});
}

/** The same on PostgreSQL alone. */
export function onListeningPostgres(name: string, declare: (fixture: Fixture) => void): void {
	describe(name, () => {
		declareOn('PostgreSQL', declare, { url: serverUrl() });
	});
}

function declareOn(
	kind: Fixture['kind'],
	declare: (fixture: Fixture) => void,
	{ url = testUrl(), as }: Who & { url?: string } = {},
): void {
	const fixture = { kind } as { -readonly [Key in keyof Fixture]: Fixture[Key] };
	let place: DatabaseSettings;
	const poolsNamed = new PoolsNamed();
	// Opening the embedded engine takes seconds, so one serves all tests of a file.
	let keepOpen: Database | undefined;

	beforeAll(async () => {
		if (kind === 'PostgreSQL') {
			place = { connectionString: url, distributeWithCitus: onCitus };
		} else {
			place = { dataDirectory: await mkdtemp(join(tmpdir(), 'coupon-pools-embedded-')) };
			keepOpen = await openDatabase(place);
		}
	}, 60_000);

	beforeEach(async () => {
		const settings = { ...place, schema: `test_${randomBytes(6).toString('hex')}` };
		fixture.owner = await openDatabase(settings);
		fixture.settings = as === 'owner' ? settings : await asWhoTests(fixture.owner, settings);
		fixture.database = await openDatabase(fixture.settings);
		fixture.coupons = new CouponPools(
			kind === 'PostgreSQL' ? poolsNamed.watch(fixture.database) : fixture.database,
		);
	});

	// The tests and their own hooks first: hooks after a test run in the order in which they are declared.
	declare(fixture);

	afterEach(() => {
		expect(poolsNamed.faults.splice(0)).toEqual([]);
	});

	afterEach(async () => {
		await fixture.database.close();
		await fixture.owner.query('drop schema :schema cascade');
		await fixture.owner.close();
	});

	afterAll(async () => {
		await keepOpen?.close();
		if ('dataDirectory' in place) {
			await rm(place.dataDirectory, { recursive: true, force: true });
		}
	});
}

/**
 * A role with the rights that the docs name, and no others. On a cluster it is the owner, who distributes the tables.
 */
async function asWhoTests(
	owner: Database,
	settings: DatabaseSettings & { schema: string },
): Promise<DatabaseSettings> {
	if (onCitus || 'dataDirectory' in settings) {
		return settings;
	}
	const { schema, connectionString: as = testUrl() } = settings;
	// One role for each process that runs tests, so that none waits for another.
	const role = `coupon_pools_app_${process.env.JEST_WORKER_ID}`;
	const url = await grantLeastPrivilege(owner, { url: as, schema, role });
	return { connectionString: url, schema };
}
