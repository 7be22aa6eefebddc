// The product, in a schema of its own, through its public face alone.

import { createRequire } from 'node:module';

import pg from 'pg';

const { openCouponPools } = createRequire(import.meta.url)('../index.js');

/**
 * Opens the pools of an empty schema, and drops it afterwards.
 *
 * @template Result
 * @param {{ url: string, schema: string, connections?: number }} place
 * @param {(bench: Bench) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withPools({ url, schema, connections = 10 }, work) {
	const client = new pg.Client(url);
	await client.connect();
	await client.query(`drop schema if exists ${schema} cascade`);
	const coupons = await openCouponPools({ connectionString: url, schema, poolSize: connections });
	try {
		return await work(new Bench(coupons, client, schema));
	} finally {
		await coupons.close();
		await client.query(`drop schema ${schema} cascade`);
		await client.end();
	}
}

class Bench {
	constructor(coupons, client, schema) {
		this.coupons = coupons;
		this.client = client;
		this.schema = schema;
		this.made = 0;
	}

	/** A new pool with this many codes, which stand in the file in no order. */
	async poolWith(codes) {
		const pool = await this.coupons.createPool({ name: `Pool ${++this.made}` });
		const report = await this.coupons.uploadCodes(pool.id, codeFile(codes), { header: 'no' });
		if (report.added !== codes) throw new Error(`${report.added} codes were added`);
		return pool;
	}

	/**
	 * Brings tables into the state that they have after a minute with autovacuum, which passes over those that nobody has
	 * written to.
	 */
	async settle() {
		const { rows } = await this.client.query(
			`select tablename from pg_tables
			where schemaname = $1 and pg_relation_size(format('%I.%I', schemaname, tablename)) > 0`,
			[this.schema],
		);
		for (const { tablename } of rows) {
			await this.client.query(`vacuum (analyze) ${this.schema}.${tablename}`);
		}
		await this.client.query('checkpoint');
	}
}

/** In pieces, since as one text a million codes would be a string of many megabytes. */
async function* codeFile(codes) {
	const block = 50_000;
	for (let start = 0; start < codes; start += block) {
		const lines = Array.from({ length: Math.min(block, codes - start) }, (_, at) =>
			codeOf(start + at),
		);
		yield Buffer.from(`${lines.join('\n')}\n`);
	}
}

/** Ten characters whose first six all differ, since the factor has no divisor in common with 36^6. */
function codeOf(number) {
	const scattered = (number * 1_000_003) % 36 ** 6;
	return `${scattered.toString(36).padStart(6, '0')}-${String(number % 1000).padStart(3, '0')}`.toUpperCase();
}
