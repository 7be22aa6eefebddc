import type { ICredentialTestFunctions } from 'n8n-workflow';

import { type CouponPoolsError, openCouponPools, type DatabaseSettings } from '../../../lib';
import { couponPoolsDatabaseTest } from '../../../nodes/shared/database-credential';
import { openDatabase } from '../../../lib/database/open';
import { allOf } from '../../support/all-of';
import { onPostgres, testUrl } from '../../support/databases';
import { openFlakyProxy } from '../../support/flaky-proxy';

const SECRET = 'hunter2-s3cr3t';

const errorOf = async (settings: DatabaseSettings): Promise<CouponPoolsError> =>
	await openCouponPools(settings).then(
		() => {
			throw new Error('It was opened.');
		},
		(error: CouponPoolsError) => error,
	);

describe('the password stands nowhere in the error', () => {
	const server = () => new URL(testUrl());
	const fields = () => ({
		host: server().hostname,
		port: Number(server().port),
		user: server().username,
		database: 'postgres',
		password: SECRET,
		ssl: false,
	});
	const withPassword = (change: (url: URL) => void) => {
		const url = server();
		url.password = SECRET;
		change(url);
		return url.toString();
	};

	it.each<[string, () => DatabaseSettings]>([
		['a wrong password', fields],
		[
			'a wrong password in a connection string',
			() => ({ connectionString: withPassword(() => undefined) }),
		],
		['a server that is not there', () => ({ ...fields(), port: 1 })],
		[
			'a host that is not there',
			() => ({ connectionString: withPassword((url) => (url.hostname = 'no-such-host.invalid')) }),
		],
		['a server without TLS', () => ({ ...fields(), ssl: true })],
		[
			'a connection string whose port is none',
			() => ({ connectionString: `postgres://postgres:${SECRET}@127.0.0.1:port/postgres` }),
		],
		[
			'a connection string that is none',
			() => ({ connectionString: `postgres//postgres:${SECRET}@127.0.0.1 5432` }),
		],
		[
			'a connection string with broken escapes',
			() => ({ connectionString: `postgres://postgres:${SECRET}%zz@127.0.0.1:1/postgres` }),
		],
		[
			'a certificate file that is not there',
			() => ({
				connectionString: `${withPassword(() => undefined)}?sslrootcert=/nowhere/root.crt`,
			}),
		],
	])('of %s', async (_, settings) => {
		const error = await errorOf(settings());
		expect(error.name).toBe('CouponPoolsError');
		expect(error.code).toMatch(/^database_|^invalid_input/);
		expect(error.hint).not.toBe('');
		expect(allOf(error)).not.toContain(SECRET);
	});

	it('of the credential test', async () => {
		const { host, port, user } = fields();
		const answer = await couponPoolsDatabaseTest.call(
			{} as ICredentialTestFunctions,
			{
				id: '1',
				name: 'Coupon Pools',
				type: 'couponPoolsDatabaseApi',
				data: {
					database: 'postgres',
					host,
					port,
					databaseName: 'postgres',
					user,
					password: SECRET,
					ssl: false,
				},
			} as never,
		);
		expect(answer.status).toBe('Error');
		expect(allOf(answer)).not.toContain(SECRET);
	});
});

onPostgres('the password stands nowhere in the error of a connection', (fixture) => {
	it('that is lost in the middle', async () => {
		const role = `secret_${fixture.settings.schema}`;
		const administrator = await openDatabase({ ...fixture.settings, connectionString: testUrl() });
		await administrator.query(`create role ${role} login superuser password '${SECRET}'`);
		const proxy = await openFlakyProxy(testUrl());
		const url = new URL(proxy.url);
		url.username = role;
		url.password = SECRET;
		const coupons = await openCouponPools({
			connectionString: url.toString(),
			schema: fixture.settings.schema,
		});
		try {
			proxy.loseAnswerTo('pools');
			const error: unknown = await coupons.listPools().catch((failure: unknown) => failure);
			expect(error).toMatchObject({ code: 'database_lost' });
			expect(allOf(error)).not.toContain(SECRET);
		} finally {
			await coupons.close();
			await proxy.close();
			await administrator.query(`drop role ${role}`);
			await administrator.close();
		}
	});
});
