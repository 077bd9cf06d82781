-- What senders sign events with: ed25519 public keys in hexadecimal digits. A key vouches for events of one source, and where it is a
-- customer's for those alone that name the customer.
create table event_keys (
    id integer primary key,
    tenant integer not null references tenants,
    source text not null,
    customer integer references customers,
    public_key text not null,
    actor text not null,
    created_at integer not null,
    unique (tenant, source, public_key)
) strict;

-- Keys that vouch for nothing that comes from then on. What they vouched for stands.
create table event_key_ends (
    key integer primary key references event_keys,
    tenant integer not null references tenants,
    reason text not null,
    actor text not null,
    at integer not null
) strict;

-- Where sources deliver events in webhooks.
create table webhook_endpoints (
    id integer primary key,
    tenant integer not null references tenants,
    source text not null,
    actor text not null,
    created_at integer not null
) strict;

-- What deliveries are signed with, in clear: both sides compute the same keyed hash.
create table webhook_secrets (
    id integer primary key,
    tenant integer not null references tenants,
    endpoint integer not null references webhook_endpoints,
    secret text not null,
    actor text not null,
    created_at integer not null,
    unique (endpoint, secret)
) strict;

-- Secrets that let nothing in any more. What came in by them stands.
create table webhook_secret_ends (
    secret integer primary key references webhook_secrets,
    tenant integer not null references tenants,
    reason text not null,
    actor text not null,
    at integer not null
) strict;

-- Events that bore a key's signature, in hexadecimal digits: once for each key, however often they are told.
create table key_attestations (
    event integer not null references events,
    key integer not null references event_keys,
    tenant integer not null,
    signature text not null,
    recorded_at integer not null,
    primary key (event, key)
) strict, without rowid;

-- Events that came in a signed webhook: once for each secret.
create table webhook_attestations (
    event integer not null references events,
    secret integer not null references webhook_secrets,
    tenant integer not null,
    recorded_at integer not null,
    primary key (event, secret)
) strict, without rowid;

create trigger event_keys_no_update before update on event_keys begin select raise(abort, 'event_keys is insert-only'); end;
create trigger event_keys_no_delete before delete on event_keys begin select raise(abort, 'event_keys is insert-only'); end;
create trigger event_key_ends_no_update before update on event_key_ends begin select raise(abort, 'event_key_ends is insert-only'); end;
create trigger event_key_ends_no_delete before delete on event_key_ends begin select raise(abort, 'event_key_ends is insert-only'); end;
create trigger webhook_endpoints_no_update before update on webhook_endpoints begin select raise(abort, 'webhook_endpoints is insert-only'); end;
create trigger webhook_endpoints_no_delete before delete on webhook_endpoints begin select raise(abort, 'webhook_endpoints is insert-only'); end;
create trigger webhook_secrets_no_update before update on webhook_secrets begin select raise(abort, 'webhook_secrets is insert-only'); end;
create trigger webhook_secrets_no_delete before delete on webhook_secrets begin select raise(abort, 'webhook_secrets is insert-only'); end;
create trigger webhook_secret_ends_no_update before update on webhook_secret_ends begin select raise(abort, 'webhook_secret_ends is insert-only'); end;
create trigger webhook_secret_ends_no_delete before delete on webhook_secret_ends begin select raise(abort, 'webhook_secret_ends is insert-only'); end;
create trigger key_attestations_no_update before update on key_attestations begin select raise(abort, 'key_attestations is insert-only'); end;
create trigger key_attestations_no_delete before delete on key_attestations begin select raise(abort, 'key_attestations is insert-only'); end;
create trigger webhook_attestations_no_update before update on webhook_attestations begin select raise(abort, 'webhook_attestations is insert-only'); end;
create trigger webhook_attestations_no_delete before delete on webhook_attestations begin select raise(abort, 'webhook_attestations is insert-only'); end;
