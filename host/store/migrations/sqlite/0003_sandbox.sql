-- The engines that rules ran on: everything a verdict could depend on besides the rule and its question, hashed. One is written here
-- once recorded verdicts have come out the same on it.
create table engines (
    id integer primary key,
    fingerprint blob not null unique,
    description text not null,
    created_at integer not null
) strict;

-- On which engine, and about what: the facts up to a number that had happened by a time.
alter table evaluations add column engine integer references engines;
alter table evaluations add column facts_until integer;
alter table evaluations add column known_at integer;
create index evaluations_version on evaluations (version, id);

-- How many faults in a row each version has ended in, and since when it is suspended for them. `round` rises each time a person lets it
-- try again.
create table breakers (
    version integer primary key references versions,
    tenant integer not null references tenants,
    round integer not null,
    faults integer not null,
    suspended_at integer,
    fault text
) strict;
create index breakers_tenant on breakers (tenant);

-- Evaluations that came out otherwise when they were executed again, and laws that rules broke. kind: 'replay', 'irrelevant-event' or
-- 'decided-verdict'.
create table discrepancies (
    id integer primary key,
    tenant integer not null references tenants,
    evaluation integer not null references evaluations,
    engine integer not null references engines,
    kind text not null,
    recorded text not null,
    found text not null,
    found_at integer not null,
    unique (evaluation, engine, kind)
) strict;
create index discrepancies_tenant on discrepancies (tenant, id);

create trigger engines_no_update before update on engines begin select raise(abort, 'engines is insert-only'); end;
create trigger engines_no_delete before delete on engines begin select raise(abort, 'engines is insert-only'); end;
create trigger discrepancies_no_update before update on discrepancies begin select raise(abort, 'discrepancies is insert-only'); end;
create trigger discrepancies_no_delete before delete on discrepancies begin select raise(abort, 'discrepancies is insert-only'); end;
