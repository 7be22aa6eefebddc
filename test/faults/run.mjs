// Runs the library under faults: `npm run test:faults -- [--short] [--seed <number>] [<file>…]`.
// The long form takes about half an hour on 2 cores, the short one some minutes.

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
	options: { short: { type: 'boolean', default: false }, seed: { type: 'string' } },
	allowPositionals: true,
});
const seed = values.seed ?? String(randomInt(2 ** 32));
// The seed chooses what is done and when it is disturbed; it cannot choose how fast the machine is.
console.log(`Seed: ${seed} (again with --seed ${seed}), ${values.short ? 'short' : 'long'} form`);

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const jest = spawn(
	process.execPath,
	[
		'--experimental-vm-modules',
		path('../../node_modules/jest/bin/jest.js'),
		'--config',
		path('jest.config.js'),
		'--forceExit',
		...positionals,
	],
	{
		stdio: 'inherit',
		env: {
			...process.env,
			COUPON_POOLS_FAULTS_SEED: seed,
			COUPON_POOLS_FAULTS_FORM: values.short ? 'short' : 'long',
		},
	},
);
jest.on('exit', (code) => (process.exitCode = code ?? 1));
