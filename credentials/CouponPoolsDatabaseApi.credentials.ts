import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

const forPostgres = { show: { database: ['postgres'] } };
const forPostgresWithSsl = { show: { database: ['postgres'], ssl: [true] } };
const forEmbedded = { show: { database: ['embedded'] } };

/** Where the coupon pools are kept. Tested by `methods.credentialTest` of the nodes that use it. */
export class CouponPoolsDatabaseApi implements ICredentialType {
	name = 'couponPoolsDatabaseApi';

	displayName = 'Coupon Pools Database API';

	icon: Icon = {
		light: 'file:couponPoolsDatabase.svg',
		dark: 'file:couponPoolsDatabase.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-coupon-pools/n8n-nodes-coupon-pools#install-it-in-your-n8n';

	properties: INodeProperties[] = [
		{
			displayName: 'Database',
			name: 'database',
			type: 'options',
			options: [
				{
					name: 'PostgreSQL',
					value: 'postgres',
					description: 'Your own PostgreSQL 14 or newer: for production and for several workers',
				},
				{
					name: 'Embedded',
					value: 'embedded',
					description: 'A folder on this machine, nothing to install: for one n8n process',
				},
			],
			default: 'postgres',
		},
		{
			displayName:
				'Embedded keeps the pools in a folder and is for a single n8n process. In queue mode, or with several n8n processes, choose PostgreSQL.',
			name: 'embeddedNotice',
			type: 'notice',
			default: '',
			displayOptions: forEmbedded,
		},
		{
			displayName: 'Folder',
			name: 'folder',
			type: 'string',
			default: '~/.n8n/coupon-pools',
			required: true,
			description:
				'The folder for the pools, made if it is not there. ~ stands for the folder that holds n8n’s own .n8n folder. In Docker, keep it on a volume.',
			displayOptions: forEmbedded,
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: 'localhost',
			required: true,
			placeholder: 'e.g. db.example.com',
			displayOptions: forPostgres,
		},
		{
			displayName: 'Port',
			name: 'port',
			type: 'number',
			default: 5432,
			required: true,
			displayOptions: forPostgres,
		},
		{
			displayName: 'Database Name',
			name: 'databaseName',
			type: 'string',
			default: 'postgres',
			required: true,
			displayOptions: forPostgres,
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: 'postgres',
			required: true,
			displayOptions: forPostgres,
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: forPostgres,
		},
		{
			displayName: 'Use SSL',
			name: 'ssl',
			type: 'boolean',
			default: true,
			description:
				'Whether to encrypt the connection and check that the server is who it says it is. Turn off only for a server on the same machine or in a private network.',
			displayOptions: forPostgres,
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description: 'Whether to connect even if the server’s SSL certificate cannot be verified',
			displayOptions: forPostgresWithSsl,
		},
		{
			displayName: 'Certificate Authority',
			name: 'ca',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description:
				'The PEM text of the authority that signed the server’s certificate, if it is not a public one. Database providers offer it for download.',
			displayOptions: {
				show: { database: ['postgres'], ssl: [true], ignoreSslIssues: [false] },
			},
		},
		{
			displayName: 'Schema',
			name: 'schema',
			type: 'string',
			default: 'coupon_pools',
			required: true,
			description: 'Where the pools are kept within the database, made on first use',
			displayOptions: forPostgres,
		},
		{
			displayName: 'Maximum Connections',
			name: 'poolSize',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 100 },
			default: 10,
			description:
				'How many connections each n8n process may open. Times the number of processes, this must stay below what the server allows.',
			displayOptions: forPostgres,
		},
		{
			displayName: 'Distribute with Citus',
			name: 'distributeWithCitus',
			type: 'boolean',
			default: false,
			description:
				'Whether to spread the tables over the nodes of a Citus cluster by pool, when the database is opened. Does nothing on a server without Citus.',
			displayOptions: forPostgres,
		},
	];
}
