const { availableParallelism } = require('node:os');

/** The unit, integration and workflow tests; test/e2e has its own. In a file, since n8n's lint reads package.json. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testPathIgnorePatterns: ['<rootDir>/test/e2e/'],
	globalSetup: '<rootDir>/test/support/start-database.mjs',
	globalTeardown: '<rootDir>/test/support/stop-database.mjs',
	transform: {
		'\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json', diagnostics: false }],
	},
	// A test mostly waits for the database.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	testTimeout: 60_000,
};
