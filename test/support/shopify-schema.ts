import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import {
	buildClientSchema,
	buildSchema,
	type GraphQLSchema,
	type IntrospectionQuery,
} from 'graphql';

/** Where the whole schema (11 MB) may lie beside the project; `SHOPIFY_SCHEMA` names another place. */
export const wholeSchemaFile =
	process.env.SHOPIFY_SCHEMA ??
	join(__dirname, '../../../shared/fixtures/shopify-admin-2026-10.json.gz');

let schema: GraphQLSchema | undefined;

/** Shopify's real schema: the whole of it if it is there, else the part that is needed to make codes. */
export function shopifySchema(): GraphQLSchema {
	schema ??= existsSync(wholeSchemaFile) ? wholeSchema() : trimmedSchema();
	return schema;
}

export function trimmedSchema(): GraphQLSchema {
	return buildSchema(readFileSync(join(__dirname, 'shopify.graphql'), 'utf8'));
}

function wholeSchema(): GraphQLSchema {
	const { data } = JSON.parse(gunzipSync(readFileSync(wholeSchemaFile)).toString()) as {
		data: IntrospectionQuery;
	};
	return buildClientSchema(data, { assumeValid: true });
}
