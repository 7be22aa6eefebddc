/** The end-to-end tests: a real n8n, its webhooks, and its editor in a real Chromium. */
module.exports = {
	rootDir: __dirname,
	testMatch: ['**/*.e2e.ts'],
	testEnvironment: 'node',
	// Each file has an n8n of its own; two at once would have no core left for the browser.
	maxWorkers: 1,
	testTimeout: 300_000,
	globalSetup: '<rootDir>/support/install.js',
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json', diagnostics: true }],
	},
};
