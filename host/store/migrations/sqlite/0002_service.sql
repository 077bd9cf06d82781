-- Every tenant has live data and test data, each under a number of its own; `live` names the live side of a test one.
alter table tenants add column live integer references tenants;
insert into tenants (slug, title, created_at, live) select slug || ':test', title, created_at, id from tenants;

-- Since when an interaction has facts that were not judged; the queue is taken in that order.
drop index interactions_dirty;
alter table interactions add column dirty_since integer;
update interactions set dirty_since = 0 where dirty = 1;
alter table interactions drop column dirty;
create index interactions_dirty on interactions (tenant, dirty_since, id) where dirty_since is not null;

-- Who may use the service, as what. Of the secret only its hash is known. A key without a tenant is the installation's.
create table keys (
    id integer primary key,
    tenant integer references tenants,
    name text not null,
    roles text not null,
    secret blob not null,
    created_at integer not null,
    expires_at integer
) strict;
create index keys_tenant on keys (tenant, id);

-- Browsers that a key has let in.
create table sessions (
    secret blob primary key,
    key integer not null references keys,
    created_at integer not null,
    expires_at integer not null
) strict, without rowid;

-- What was answered under an idempotency key, written with what it answers.
create table answers (
    tenant integer not null,
    key text not null,
    request blob not null,
    answer text not null,
    created_at integer not null,
    primary key (tenant, key)
) strict, without rowid;
create index answers_created on answers (tenant, created_at);

-- A run bills each customer once in each currency, and credits each invoice once.
create unique index invoices_once on invoices (run, customer, kind, currency, coalesce(corrects, 0));

create trigger keys_no_delete before delete on keys begin select raise(abort, 'keys are never deleted'); end;
create trigger keys_fixed before update of tenant, name, roles, secret, created_at on keys
begin select raise(abort, 'of a key only its end may change'); end;
