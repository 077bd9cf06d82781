-- For how many days what is told of interactions is kept after the last of it was recorded; null is for ever. One row per side of a tenant.
create table retentions (
    tenant bigint primary key references tenants,
    days bigint
);
alter table retentions enable row level security, force row level security;
create policy tenant_only on retentions using (tenant = assay_tenant()) with check (tenant = assay_tenant());
