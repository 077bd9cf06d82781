-- Times are microseconds since the epoch, UTC. Quantities are millionths of a unit. Amounts are minor units.
-- Everything told or decided is insert-only, by trigger; what may change is a queue, a cache of what stands, or a counter.

create table sequences (
    name text primary key,
    next integer not null
) strict, without rowid;

create table tenants (
    id integer primary key,
    slug text not null unique,
    title text not null,
    created_at integer not null
) strict;

-- Names that events repeat, each stored once per tenant. kind: 'source' or 'type'.
create table names (
    id integer primary key,
    tenant integer not null references tenants,
    kind text not null,
    name text not null,
    unique (tenant, kind, name)
) strict;

-- Created on sight by events, or by hand; `confirmed` once a person or an agreement has named it.
create table customers (
    id integer primary key,
    tenant integer not null references tenants,
    key text not null,
    confirmed integer not null,
    created_at integer not null,
    unique (tenant, key)
) strict;

-- `revision` rises with every new fact and every settlement; settlement compares it and sets it.
-- `opened_at` and `customer` are what the last settlement derived from the timeline.
create table interactions (
    id integer primary key,
    tenant integer not null,
    subject text not null,
    revision integer not null,
    dirty integer not null,
    due_at integer,
    opened_at integer,
    customer integer,
    unique (tenant, subject)
) strict;
create index interactions_dirty on interactions (tenant, id) where dirty = 1;
create index interactions_due on interactions (tenant, due_at) where due_at is not null;
create index interactions_customer on interactions (tenant, customer);

create table events (
    id integer primary key,
    tenant integer not null,
    interaction integer not null,
    source integer not null,
    source_id text not null,
    type integer not null,
    occurred_at integer not null,
    sequence integer not null,
    customer integer,
    actor integer not null,
    content blob not null,
    recorded_at integer not null,
    unique (tenant, source, source_id)
) strict;
create index events_interaction on events (interaction);

-- Apart from the facts, so that personal data can be erased while the facts stay.
create table payloads (
    event integer primary key,
    data text not null
) strict;

-- Events whose identity was taken by other content.
create table conflicts (
    id integer primary key,
    tenant integer not null,
    source integer not null,
    source_id text not null,
    content blob not null,
    event text not null,
    recorded_at integer not null,
    unique (tenant, source, source_id, content)
) strict;

-- Whose interaction it is, said by a person; the latest wins.
create table assignments (
    id integer primary key,
    tenant integer not null,
    interaction integer not null,
    customer integer not null,
    actor text not null,
    reason text not null,
    recorded_at integer not null
) strict;
create index assignments_interaction on assignments (interaction);

create table components (
    digest blob primary key,
    bytes blob not null
) strict, without rowid;

create table rules (
    id integer primary key,
    tenant integer not null references tenants,
    digest blob not null references components,
    name text not null,
    contract text not null,
    manifest text not null,
    created_at integer not null,
    unique (tenant, digest)
) strict;

create table definitions (
    id integer primary key,
    tenant integer not null references tenants,
    slug text not null,
    created_at integer not null,
    unique (tenant, slug)
) strict;

create table versions (
    id integer primary key,
    tenant integer not null references tenants,
    definition integer not null references definitions,
    number integer not null,
    rule integer not null references rules,
    hash blob not null,
    contract text not null,
    parameters text not null,
    reads text not null,
    timing text not null,
    created_at integer not null,
    unique (definition, number)
) strict;

create table activations (
    version integer primary key references versions,
    tenant integer not null references tenants,
    active_from integer not null,
    created_at integer not null
) strict;

create table rate_cards (
    id integer primary key,
    tenant integer not null references tenants,
    name text not null,
    card text not null,
    created_at integer not null,
    unique (tenant, name)
) strict;

create table agreements (
    id integer primary key,
    tenant integer not null references tenants,
    customer integer not null references customers,
    rate_card integer not null references rate_cards,
    definitions text not null,
    active_from integer not null,
    active_until integer,
    created_at integer not null
) strict;
create index agreements_customer on agreements (tenant, customer);

create table evaluations (
    id integer primary key,
    tenant integer not null,
    interaction integer not null,
    version integer not null,
    input_root blob not null,
    as_of integer not null,
    conclusion text not null,
    reason text,
    detail text,
    fuel integer not null,
    recorded_at integer not null
) strict;
create index evaluations_interaction on evaluations (interaction);

-- What stands for one interaction under one definition. `state` is null until a first verdict; `fault` flags a verdict that
-- could not be renewed.
create table outcomes (
    interaction integer not null,
    definition integer not null,
    tenant integer not null,
    version integer not null,
    evaluation integer not null,
    input_root blob not null,
    state text,
    reason text,
    note text,
    evidence text not null,
    quantity integer not null,
    class text,
    succeeded_at integer,
    billed_at integer,
    attempted_at integer,
    customer integer,
    events integer not null,
    late_events integer not null,
    wakes integer not null,
    due_at integer,
    fault text,
    primary key (interaction, definition)
) strict, without rowid;
create index outcomes_state on outcomes (tenant, definition, state);

create table usage (
    id integer primary key,
    tenant integer not null,
    customer integer not null,
    definition integer not null,
    meter text not null,
    dated_at integer not null,
    class text,
    quantity integer not null,
    interaction integer not null,
    version integer not null,
    evaluation integer not null
) strict;
create index usage_dated on usage (tenant, customer, definition, meter, dated_at);

create table billing_runs (
    id integer primary key,
    tenant integer not null references tenants,
    period text not null,
    as_of integer not null,
    state text not null,
    usage_until integer,
    created_at integer not null,
    unique (tenant, period)
) strict;

-- kind: 'invoice' or 'credit-note'; a credit note names the invoice it corrects.
create table invoices (
    id integer primary key,
    tenant integer not null references tenants,
    run integer not null references billing_runs,
    customer integer not null references customers,
    kind text not null,
    number text not null,
    period text not null,
    currency text not null,
    total integer not null,
    corrects integer references invoices,
    issued_at integer not null,
    unique (tenant, number)
) strict;
create index invoices_run on invoices (run, customer);
create index invoices_customer on invoices (tenant, customer);

-- kind: 'charge' of the invoice's own period, or 'correction' of an earlier one.
create table invoice_lines (
    id integer primary key,
    tenant integer not null,
    invoice integer not null references invoices,
    position integer not null,
    customer integer not null,
    agreement integer not null references agreements,
    period text not null,
    kind text not null,
    charge text not null,
    tier integer not null,
    label text not null,
    unit_price text not null,
    quantity integer not null,
    amount integer not null,
    -- The line bills changes of usage numbered after the one and up to the other.
    usage_after integer not null,
    usage_until integer not null,
    unique (invoice, position)
) strict;
create index invoice_lines_posted on invoice_lines (tenant, customer, agreement, period);

create table operations (
    id integer primary key,
    tenant integer,
    actor text not null,
    action text not null,
    subject text not null,
    before text,
    after text,
    at integer not null
) strict;

-- Insert-only.
create trigger tenants_no_update before update on tenants begin select raise(abort, 'tenants is insert-only'); end;
create trigger tenants_no_delete before delete on tenants begin select raise(abort, 'tenants is insert-only'); end;
create trigger names_no_update before update on names begin select raise(abort, 'names is insert-only'); end;
create trigger names_no_delete before delete on names begin select raise(abort, 'names is insert-only'); end;
create trigger events_no_update before update on events begin select raise(abort, 'events is insert-only'); end;
create trigger events_no_delete before delete on events begin select raise(abort, 'events is insert-only'); end;
create trigger conflicts_no_update before update on conflicts begin select raise(abort, 'conflicts is insert-only'); end;
create trigger conflicts_no_delete before delete on conflicts begin select raise(abort, 'conflicts is insert-only'); end;
create trigger assignments_no_update before update on assignments begin select raise(abort, 'assignments is insert-only'); end;
create trigger assignments_no_delete before delete on assignments begin select raise(abort, 'assignments is insert-only'); end;
create trigger components_no_update before update on components begin select raise(abort, 'components is insert-only'); end;
create trigger components_no_delete before delete on components begin select raise(abort, 'components is insert-only'); end;
create trigger rules_no_update before update on rules begin select raise(abort, 'rules is insert-only'); end;
create trigger rules_no_delete before delete on rules begin select raise(abort, 'rules is insert-only'); end;
create trigger definitions_no_update before update on definitions begin select raise(abort, 'definitions is insert-only'); end;
create trigger definitions_no_delete before delete on definitions begin select raise(abort, 'definitions is insert-only'); end;
create trigger versions_no_update before update on versions begin select raise(abort, 'versions is insert-only'); end;
create trigger versions_no_delete before delete on versions begin select raise(abort, 'versions is insert-only'); end;
create trigger activations_no_update before update on activations begin select raise(abort, 'activations is insert-only'); end;
create trigger activations_no_delete before delete on activations begin select raise(abort, 'activations is insert-only'); end;
create trigger rate_cards_no_update before update on rate_cards begin select raise(abort, 'rate_cards is insert-only'); end;
create trigger rate_cards_no_delete before delete on rate_cards begin select raise(abort, 'rate_cards is insert-only'); end;
create trigger agreements_no_update before update on agreements begin select raise(abort, 'agreements is insert-only'); end;
create trigger agreements_no_delete before delete on agreements begin select raise(abort, 'agreements is insert-only'); end;
create trigger evaluations_no_update before update on evaluations begin select raise(abort, 'evaluations is insert-only'); end;
create trigger evaluations_no_delete before delete on evaluations begin select raise(abort, 'evaluations is insert-only'); end;
create trigger usage_no_update before update on usage begin select raise(abort, 'usage is insert-only'); end;
create trigger usage_no_delete before delete on usage begin select raise(abort, 'usage is insert-only'); end;
create trigger invoices_no_update before update on invoices begin select raise(abort, 'invoices is insert-only'); end;
create trigger invoices_no_delete before delete on invoices begin select raise(abort, 'invoices is insert-only'); end;
create trigger invoice_lines_no_update before update on invoice_lines begin select raise(abort, 'invoice_lines is insert-only'); end;
create trigger invoice_lines_no_delete before delete on invoice_lines begin select raise(abort, 'invoice_lines is insert-only'); end;
create trigger operations_no_update before update on operations begin select raise(abort, 'operations is insert-only'); end;
create trigger operations_no_delete before delete on operations begin select raise(abort, 'operations is insert-only'); end;
