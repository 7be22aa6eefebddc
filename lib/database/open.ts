import type { Database } from './database';
import { distribute } from './distribute';
import { openEmbedded } from './embedded';
import { migrate } from './migrate';
import { openPostgres, type PostgresSettings } from './postgres';
import { quoteSchema } from './sql-text';

/** Where the coupon pools live. */
export type DatabaseSettings = { /** Default `coupon_pools`. */ schema?: string } & (
	| PostgresSettings
	| { /** Folder of the embedded database. */ dataDirectory: string }
);

/** Opens the database and brings its schema up to date; nothing stays open if that fails. */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
	const schema = quoteSchema(settings.schema ?? 'coupon_pools');
	const database =
		'dataDirectory' in settings
			? await openEmbedded(settings.dataDirectory, schema)
			: openPostgres(settings, schema);
	try {
		await migrate(database);
		if ('distributeWithCitus' in settings && settings.distributeWithCitus) {
			await distribute(database);
		}
		return database;
	} catch (error) {
		await database.close();
		throw error;
	}
}
