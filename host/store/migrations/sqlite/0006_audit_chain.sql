-- The chain over the audit log: a link for each operation of a tenant, or of the installation (0), in the order of their numbers. The
-- hash is over the one before it and everything that the operation says. What has no link yet is recorded and not protected.
create table audit_chain (
    tenant integer not null,
    position integer not null,
    operation integer not null,
    hash blob not null,
    primary key (tenant, position)
) strict, without rowid;

-- What a tenant has that is not chained yet is looked for every few seconds.
create index operations_tenant on operations (tenant, id);

create trigger audit_chain_no_update before update on audit_chain begin select raise(abort, 'audit_chain is insert-only'); end;
create trigger audit_chain_no_delete before delete on audit_chain begin select raise(abort, 'audit_chain is insert-only'); end;
