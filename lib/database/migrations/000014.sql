-- By which request somebody was told: where its answer was lost, it is told the same again.
alter table :schema.alerts add column request_id text;
