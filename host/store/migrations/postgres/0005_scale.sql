-- Payloads have their tenant and their time from the first step on, as both are in their key.

-- Until when somebody is judging an interaction. Whoever takes it raises `revision`, so that one who took longer settles nothing.
alter table interactions add column leased_until bigint;
