import { createReadStream } from 'node:fs';

import pg from 'pg';

/** What PostgreSQL itself takes for the codes of a file: the floor of an upload. */
export class CopyFloor {
	/**
	 * @param {string} url
	 * @param {string} schema where the product's tables are, or will be; made anew
	 */
	constructor(url, schema) {
		this.client = new pg.Client(url);
		this.schema = schema;
	}

	async open() {
		await this.client.connect();
		await this.client.query(`drop schema if exists ${this.schema} cascade`);
	}

	/** Makes a table with the same indexes, once the product's tables exist. */
	async makeTable() {
		await this.client.query(
			`create table ${this.schema}.floor (like ${this.schema}.codes including all)`,
		);
	}

	/** The same start for both. */
	async empty() {
		await this.client.query(`truncate ${this.schema}.codes, ${this.schema}.floor`);
		await this.client.query('checkpoint');
	}

	/**
	 * A bare `copy` into a temporary table, and one sorted insert; nothing is checked or counted. The lines
	 * are numbered, since they make the second index: without them its keys would all be one and the same,
	 * which takes a third less time than any real batch can.
	 */
	async upload(path) {
		const { client, schema } = this;
		await client.query('begin');
		await client.query(
			'create temporary table bare (line int generated always as identity, code text collate "C") on commit drop',
		);
		await copyFile(client, 'copy bare (code) from stdin with (format csv, header)', path);
		await client.query(
			`insert into ${schema}.floor (pool_id, code, batch_id, line) select 1, code, 1, line from bare order by code`,
		);
		await client.query('commit');
	}

	async close() {
		await this.client.query(`drop schema if exists ${this.schema} cascade`);
		await this.client.end();
	}
}

/** The driver has the messages for `copy … from stdin`, but no query that sends them. */
async function copyFile(client, text, path) {
	await new Promise((resolve, reject) => {
		client.query({
			submit: (connection) => connection.query(text),
			handleCopyInResponse: (connection) => {
				createReadStream(path)
					.on('data', (piece) => connection.sendCopyFromChunk(piece))
					.on('end', () => connection.endCopyFrom())
					.on('error', reject);
			},
			handleCommandComplete: () => undefined,
			handleError: reject,
			handleReadyForQuery: () => resolve(),
		});
	});
}
