-- Candidates for definitions, judged over recorded interactions beside the version in force. kind: 'history' is about what was recorded up
-- to the bounds, 'shadow' about what came in after them. state: 'judging', 'finished', 'suspended' or 'stopped'. `faults` counts those of
-- the candidate in a row.
create table backtests (
    id integer primary key,
    tenant integer not null references tenants,
    definition integer not null references definitions,
    version integer references versions,
    hash blob not null,
    candidate text not null,
    request text not null,
    labels text,
    kind text not null,
    state text not null,
    as_of integer not null,
    facts_until integer not null,
    usage_until integer not null,
    interactions_until integer not null,
    total integer not null,
    faults integer not null,
    leased_until integer,
    report text,
    passed integer,
    created_at integer not null,
    ended_at integer
) strict;
create index backtests_definition on backtests (tenant, definition, id);

-- What was found: over history in a run of interactions up to one, in a shadow about one interaction as of a revision.
create table backtest_pieces (
    backtest integer not null references backtests,
    interaction integer not null,
    tenant integer not null references tenants,
    seen integer not null,
    revision integer,
    due_at integer,
    tally text not null,
    differences text,
    primary key (backtest, interaction)
) strict, without rowid;
