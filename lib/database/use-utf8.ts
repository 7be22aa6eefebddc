/** What to do about a database in another encoding. UTF8 goes with the locale C on any server, whatever its template has. */
export const USE_UTF8 =
	'Make a database for the coupon pools, and choose it in the credential: ' +
	"create database coupon_pools encoding 'UTF8' locale 'C' template template0.";
