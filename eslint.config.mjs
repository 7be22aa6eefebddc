import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';

export default [
	{ ignores: ['dist', 'demo', 'coverage', '.data', 'test/e2e/screenshots'] },
	...configWithoutCloudSupport,
	{
		// n8n's verified packages may have none. This one speaks to PostgreSQL, so it cannot be verified.
		files: ['package.json'],
		rules: { '@n8n/community-nodes/no-runtime-dependencies': 'off' },
	},
	{
		// The library knows nothing of n8n; its errors become n8n's in nodes/shared/errors.ts.
		files: ['lib/**/*.ts', 'test/**/*.ts'],
		rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{
		// Tests start what a user has: a second n8n process, the database, npm.
		files: ['test/**/*.ts'],
		rules: { '@n8n/community-nodes/no-dangerous-functions': 'off' },
	},
];
