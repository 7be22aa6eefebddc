// The fields of credentials, from a database's URL.

/** Of the credential of this package. */
export function couponPoolsCredential(url, schema) {
	const { database, ...server } = placeOf(url);
	return { database: 'postgres', ...server, databaseName: database, ssl: false, schema };
}

/** Of that of n8n's Postgres node. */
export function postgresCredential(url) {
	return { ...placeOf(url), ssl: 'disable', sshTunnel: false, maxConnections: 100 };
}

function placeOf(url) {
	const { hostname, port, pathname, username, password } = new URL(url);
	return {
		host: hostname,
		port: Number(port || 5432),
		database: decodeURIComponent(pathname.slice(1)),
		user: decodeURIComponent(username),
		password: decodeURIComponent(password),
	};
}
