/** Tests under faults: see run.mjs, which starts them. */
module.exports = {
	rootDir: __dirname,
	testMatch: ['**/*.faults.ts'],
	testEnvironment: 'node',
	// Each file starts processes and a server of its own.
	maxWorkers: 1,
	testTimeout: 1_800_000,
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/../tsconfig.json', diagnostics: false }],
	},
};
