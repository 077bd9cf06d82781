-- How many parties it takes to put a version in force for the customer: 'one-party' where nothing is said, or 'two-party'.
alter table agreements add column approval text;

-- What customers approve with: ed25519 public keys in hexadecimal digits. `replaces` is the key whose place it takes; `signature` is that
-- key's, over the succession; without it somebody of the tenant has said so, for a `reason`.
create table approval_keys (
    id integer primary key,
    tenant integer not null references tenants,
    customer integer not null references customers,
    name text not null,
    public_key text not null,
    replaces integer references approval_keys,
    signature text,
    reason text,
    actor text not null,
    created_at integer not null,
    unique (customer, public_key)
) strict;

-- Keys that approve nothing any more. kind: 'replaced' or 'revoked'. What they approved stands.
create table approval_key_ends (
    key integer primary key references approval_keys,
    tenant integer not null references tenants,
    kind text not null,
    reason text,
    actor text not null,
    at integer not null
) strict;

-- Versions offered from a time on: to one customer, or to all.
create table proposals (
    id integer primary key,
    tenant integer not null references tenants,
    version integer not null references versions,
    customer integer references customers,
    effective_from integer not null,
    actor text not null,
    created_at integer not null
) strict;
create index proposals_version on proposals (tenant, version);

create table withdrawals (
    proposal integer primary key references proposals,
    tenant integer not null references tenants,
    reason text not null,
    actor text not null,
    at integer not null
) strict;

create table rejections (
    proposal integer not null references proposals,
    customer integer not null references customers,
    tenant integer not null references tenants,
    reason text not null,
    actor text not null,
    at integer not null,
    primary key (proposal, customer)
) strict, without rowid;

-- Versions agreed on for a customer, in force for what opens from a time on. `key` signed it; where there is none, the tenant agreed alone.
create table approvals (
    id integer primary key,
    tenant integer not null references tenants,
    proposal integer not null references proposals,
    version integer not null references versions,
    customer integer not null references customers,
    effective_from integer not null,
    key integer references approval_keys,
    signature text,
    actor text not null,
    at integer not null,
    unique (proposal, customer)
) strict;
create index approvals_version on approvals (tenant, version, customer);

-- Versions that judge nothing that opens from a time on.
create table retirements (
    version integer primary key references versions,
    tenant integer not null references tenants,
    retired_from integer not null,
    reason text not null,
    actor text not null,
    created_at integer not null
) strict;

create trigger approval_keys_no_update before update on approval_keys begin select raise(abort, 'approval_keys is insert-only'); end;
create trigger approval_keys_no_delete before delete on approval_keys begin select raise(abort, 'approval_keys is insert-only'); end;
create trigger approval_key_ends_no_update before update on approval_key_ends begin select raise(abort, 'approval_key_ends is insert-only'); end;
create trigger approval_key_ends_no_delete before delete on approval_key_ends begin select raise(abort, 'approval_key_ends is insert-only'); end;
create trigger proposals_no_update before update on proposals begin select raise(abort, 'proposals is insert-only'); end;
create trigger proposals_no_delete before delete on proposals begin select raise(abort, 'proposals is insert-only'); end;
create trigger withdrawals_no_update before update on withdrawals begin select raise(abort, 'withdrawals is insert-only'); end;
create trigger withdrawals_no_delete before delete on withdrawals begin select raise(abort, 'withdrawals is insert-only'); end;
create trigger rejections_no_update before update on rejections begin select raise(abort, 'rejections is insert-only'); end;
create trigger rejections_no_delete before delete on rejections begin select raise(abort, 'rejections is insert-only'); end;
create trigger approvals_no_update before update on approvals begin select raise(abort, 'approvals is insert-only'); end;
create trigger approvals_no_delete before delete on approvals begin select raise(abort, 'approvals is insert-only'); end;
create trigger retirements_no_update before update on retirements begin select raise(abort, 'retirements is insert-only'); end;
create trigger retirements_no_delete before delete on retirements begin select raise(abort, 'retirements is insert-only'); end;
