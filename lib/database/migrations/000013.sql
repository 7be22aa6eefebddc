-- A shop's address in the one form that it has had since: small letters in its host, and no port that goes without
-- saying. Spelt otherwise, one shop was two, and a credential that was corrected was another shop's.
update :schema.dynamic_pools
set shop = regexp_replace(
		lower(substring(shop from '^[^/]+//[^/]+')), '^(https://.+):443$|^(http://.+):80$', '\1\2'
	) || substring(shop from '^[^/]+//[^/]+(.*)$')
where shop ~ '^[^/]+//[^/]+';
