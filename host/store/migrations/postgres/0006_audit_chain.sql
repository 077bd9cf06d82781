-- The chain over the audit log: a link for each operation of a tenant, or of the installation (0), in the order of their numbers. The
-- hash is over the one before it and everything that the operation says. What has no link yet is recorded and not protected. In months
-- a place could be taken once a month, as the time would be part of the key.
create table audit_chain (
    tenant bigint not null,
    position bigint not null,
    operation bigint not null,
    hash bytea not null,
    primary key (tenant, position)
);

create trigger audit_chain_insert_only before update or delete on audit_chain for each row execute function insert_only();
create trigger audit_chain_no_truncate before truncate on audit_chain for each statement execute function insert_only();

alter table audit_chain enable row level security, force row level security;
create policy tenant_only on audit_chain using (tenant = assay_tenant()) with check (tenant = assay_tenant());
