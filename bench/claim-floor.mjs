import pg from 'pg';

/** Recipients per statement of `claimMany`. */
const CHUNK = 10_000;

/**
 * The bare claim, which is what giving a code costs the database: pick, mark, insert the assignment. Nobody is looked
 * up, nothing is logged. Prepared, with the same driver, in tables with the same columns and indexes.
 */
export class ClaimFloor {
	/**
	 * @param {string} url
	 * @param {string} schema where the product's tables are
	 * @param {number} connections at most
	 */
	constructor(url, schema, connections) {
		this.schema = schema;
		this.connections = new pg.Pool({ connectionString: url, max: connections });
		this.text = `with picked as (
			select code, copy, expires_at from ${schema}.floor_codes
			where pool_id = $1 and state = 'available'
			order by expires_at, batch_id, line
			limit 1
			for update skip locked
		), taken as (
			update ${schema}.floor_codes as codes set state = 'assigned'
			from picked
			where codes.pool_id = $1 and codes.code = picked.code and codes.copy = picked.copy
		)
		insert into ${schema}.floor_assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at)
		select $1, $2, 1, 'abandoned-cart', 'pool', code, copy, expires_at from picked
		returning code`;
	}

	async makeTables() {
		for (const table of ['codes', 'assignments']) {
			await this.connections.query(
				`create table ${this.schema}.floor_${table} (like ${this.schema}.${table} including all)`,
			);
		}
	}

	/** The codes that the pool has by now, none of them taken. */
	async copyStock(poolId) {
		await this.connections.query(
			`truncate ${this.schema}.floor_codes, ${this.schema}.floor_assignments`,
		);
		await this.connections.query(
			`insert into ${this.schema}.floor_codes (pool_id, code, copy, expires_at, batch_id, line)
			select pool_id, code, copy, expires_at, batch_id, line from ${this.schema}.codes
			where pool_id = $1 order by code`,
			[poolId],
		);
	}

	/** @returns {Promise<string>} the code */
	async claim(poolId, recipient) {
		const { rows } = await this.connections.query({
			name: 'bare claim',
			text: this.text,
			values: [poolId, recipient],
		});
		if (rows.length !== 1) throw new Error(`${rows.length} codes for one recipient`);
		return rows[0].code;
	}

	/**
	 * One statement after another. The recipients are made up in the server; nobody is looked up, and nothing is logged or
	 * sent back.
	 *
	 * @param {string} poolId
	 * @param {number} count of recipients, a multiple of 10,000
	 */
	async claimMany(poolId, count) {
		for (let start = 0; start < count; start += CHUNK) {
			const { rowCount } = await this.connections.query(
				`with picked as (
					select code, copy, expires_at, row_number() over () as turn
					from (
						select code, copy, expires_at
						from ${this.schema}.floor_codes
						where pool_id = $1 and state = 'available'
						order by expires_at, batch_id, line
						limit ${CHUNK}
						for update skip locked
					) as free
				), taken as (
					update ${this.schema}.floor_codes as codes set state = 'assigned'
					from picked
					where codes.pool_id = $1 and codes.code = picked.code and codes.copy = picked.copy
				)
				insert into ${this.schema}.floor_assignments (pool_id, recipient, nth, campaign, source, code, copy, expires_at)
				select $1, 'customer-' || $2::int + turn || '@example.com', 1, 'abandoned-cart', 'pool', code, copy, expires_at
				from picked`,
				[poolId, start],
			);
			if (rowCount !== CHUNK) throw new Error(`${rowCount} codes for ${CHUNK} recipients`);
		}
	}

	async close() {
		await this.connections.end();
	}
}
