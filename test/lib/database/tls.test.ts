import type { ICredentialTestFunctions } from 'n8n-workflow';

import type { CouponPoolsError, DatabaseSettings } from '../../../lib';
import { openDatabase } from '../../../lib/database/open';
import { closeIdleConnections } from '../../../nodes/shared/connections';
import { couponPoolsDatabaseTest } from '../../../nodes/shared/database-credential';
import { selfSignedCertificate } from '../../support/certificate';
import { OwnServer } from '../../support/own-server';

const { certificate, key } = selfSignedCertificate(['127.0.0.1']);

let server: OwnServer;
beforeAll(async () => {
	server = await OwnServer.start();
	await server.offerTls({ certificate, key });
}, 60_000);
afterAll(async () => {
	await closeIdleConnections();
	await server.stop();
});

const settings = () => ({
	host: '127.0.0.1',
	port: server.port,
	database: 'postgres',
	user: server.user,
	password: server.password,
});

async function isEncrypted(change: Partial<DatabaseSettings>): Promise<boolean> {
	const database = await openDatabase({ ...settings(), ...change });
	try {
		const [{ ssl }] = await database.query<{ ssl: boolean }>(
			'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
		);
		return ssl;
	} finally {
		await database.close();
	}
}

const errorOf = async (change: Partial<DatabaseSettings>): Promise<CouponPoolsError> =>
	await isEncrypted(change).then(
		() => {
			throw new Error('It was opened.');
		},
		(error: CouponPoolsError) => error,
	);

describe('a server whose certificate no authority has signed', () => {
	it('is refused by default, with an error that names the ways out', async () => {
		const error = await errorOf({});
		expect(error.code).toBe('database_unreachable');
		expect(error.message).toBe(
			`The server’s certificate could not be verified (127.0.0.1:${server.port}/postgres)`,
		);
		expect(error.hint).toContain('Certificate Authority');
		expect(error.hint).toContain('Ignore SSL Issues');
	});

	it('is refused when the connection string asks for verification', async () => {
		const error = await errorOf({
			connectionString: `${server.url}?sslmode=verify-full`,
		});
		expect(error).toMatchObject({
			code: 'database_unreachable',
			message: expect.stringContaining('certificate could not be verified'),
		});
	});

	it('is accepted with its certificate given, and the connection is encrypted', async () => {
		expect(await isEncrypted({ ssl: { ca: certificate } })).toBe(true);
	});

	it('is accepted with verification turned off, and the connection is encrypted', async () => {
		expect(await isEncrypted({ ssl: { rejectUnauthorized: false } })).toBe(true);
	});

	it('is spoken to in clear only where that is asked for', async () => {
		expect(await isEncrypted({ ssl: false })).toBe(false);
	});

	it('is refused with the certificate of another authority given', async () => {
		const other = selfSignedCertificate(['127.0.0.1']).certificate;
		expect(await errorOf({ ssl: { ca: other } })).toMatchObject({
			code: 'database_unreachable',
			message: expect.stringContaining('certificate could not be verified'),
		});
	});

	it('is refused under an address that its certificate does not name', async () => {
		const error = await errorOf({ host: 'localhost', ssl: { ca: certificate } });
		expect(error).toMatchObject({
			code: 'database_unreachable',
			message: expect.stringContaining('certificate is for another host'),
			hint: expect.stringContaining('as the certificate names it'),
		});
	});

	it('is refused with a CA that is no certificate, and an error that says so', async () => {
		expect(await errorOf({ ssl: { ca: 'not a certificate' } })).toMatchObject({
			code: 'database_unreachable',
			message: expect.stringContaining('certificate'),
		});
	});
});

describe('the credential test of such a server', () => {
	const test = async (change: object) =>
		await couponPoolsDatabaseTest.call(
			{} as ICredentialTestFunctions,
			{
				id: '1',
				name: 'Coupon Pools',
				type: 'couponPoolsDatabaseApi',
				data: {
					database: 'postgres',
					host: '127.0.0.1',
					port: server.port,
					databaseName: 'postgres',
					user: server.user,
					password: server.password,
					...change,
				},
			} as never,
		);

	it('fails by default and names the fields of the credential that let it in', async () => {
		const { status, message } = await test({ ssl: true });
		expect(status).toBe('Error');
		expect(message).toContain('certificate could not be verified');
		expect(message).toContain('Certificate Authority');
		expect(message).not.toContain(server.password);
	});

	it('passes with its certificate in Certificate Authority', async () => {
		expect(await test({ ssl: true, ca: certificate })).toMatchObject({ status: 'OK' });
	});

	it('passes with Ignore SSL Issues', async () => {
		expect(await test({ ssl: true, ignoreSslIssues: true })).toMatchObject({ status: 'OK' });
	});
});
