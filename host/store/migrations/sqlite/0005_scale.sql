-- Whose a payload is and when its event was recorded, as the event itself says: where tables are cut into months, a payload lies beside
-- its event.
alter table payloads add column tenant integer not null default 0;
alter table payloads add column recorded_at integer not null default 0;
update payloads set tenant = events.tenant, recorded_at = events.recorded_at from events where events.id = payloads.event;

-- Until when somebody is judging an interaction. Whoever takes it raises `revision`, so that one who took longer settles nothing.
alter table interactions add column leased_until integer;
