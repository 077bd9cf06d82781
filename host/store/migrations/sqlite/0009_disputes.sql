-- The dispute whose ruling a change of usage follows from; null where it follows from a verdict.
alter table usage add column dispute integer;

-- What disputes keep to where an agreement says otherwise than the product. Lengths are microseconds. default_ruling: 'uphold' or 'reject'.
create table dispute_terms (
    agreement integer primary key references agreements,
    tenant integer not null references tenants,
    open_within integer not null,
    answer_within integer not null,
    appeal_within integer not null,
    default_ruling text not null
) strict;

-- Outcomes that their customer contests, each as it stood then. `usage_change` is the number of the change that had added it, `invoice` the
-- document that had counted that; `amount` is what it was worth, null where it cannot be priced. `judged` is how many events its verdict was
-- about, `events` a list of the numbers of those that are contested.
create table disputes (
    id integer primary key,
    tenant integer not null references tenants,
    interaction integer not null,
    definition integer not null references definitions,
    customer integer not null references customers,
    version integer not null references versions,
    evaluation integer not null references evaluations,
    judged integer not null,
    reason text not null,
    category text not null,
    claim text not null,
    events text not null,
    quantity integer not null,
    class text,
    dated_at integer not null,
    usage_change integer not null,
    agreement integer references agreements,
    period text,
    invoice integer references invoices,
    amount integer,
    currency text,
    actor text not null,
    opened_at integer not null
) strict;
create index disputes_interaction on disputes (interaction);
create index disputes_customer on disputes (tenant, customer);

-- What became of each, step by step; the last one says how it stands. state: 'open', 'decided', 'appealed' or 'final'. ruling: 'uphold',
-- 'reject' or 'split', null where it is open. effect, on what is billed from then on: 'stands', 'withheld', 'split' or 'reversed'. `share` are
-- the millionths that a split takes back. due_at: when the default ruling is given, or until when it may be appealed.
create table dispute_steps (
    id integer primary key,
    tenant integer not null references tenants,
    dispute integer not null references disputes,
    state text not null,
    ruling text,
    effect text not null,
    share integer,
    due_at integer,
    by_default integer not null,
    reason text not null,
    actor text not null,
    at integer not null
) strict;
create index dispute_steps_dispute on dispute_steps (dispute);

-- What executing the judgement again has found, once for each time that a dispute was opened. finding: 'reproduces', 'contested', 'differs'
-- or 'unexecuted'.
create table dispute_findings (
    step integer primary key references dispute_steps,
    tenant integer not null references tenants,
    finding text not null,
    detail text,
    found_at integer not null
) strict;

-- Disputes that every later version of their definition must get right: the decision that there should have been. What happened is read
-- from the events, so that what is erased there is erased here.
create table dispute_fixtures (
    dispute integer primary key references disputes,
    tenant integer not null references tenants,
    decision text not null,
    reason text,
    quantity integer,
    actor text not null,
    saved_at integer not null
) strict;

-- How versions did with them: by the hash of what a version fixes, which always does alike. result: 'passed', 'failed', or 'unreadable' where
-- what happened cannot be read any more.
create table fixture_trials (
    dispute integer not null references dispute_fixtures,
    hash blob not null,
    tenant integer not null references tenants,
    result text not null,
    found text not null,
    tried_at integer not null,
    primary key (dispute, hash)
) strict, without rowid;

-- Billed outcomes that were drawn by chance: the same seed draws the same again from the population, which is that of the time of the draw up
-- to a change of usage.
create table samples (
    id integer primary key,
    tenant integer not null references tenants,
    period text not null,
    definition integer references definitions,
    customer integer references customers,
    seed blob not null,
    usage_until integer not null,
    population integer not null,
    size integer not null,
    actor text not null,
    drawn_at integer not null
) strict;

create table sample_items (
    sample integer not null references samples,
    position integer not null,
    tenant integer not null references tenants,
    interaction integer not null,
    definition integer not null references definitions,
    customer integer not null references customers,
    dated_at integer not null,
    quantity integer not null,
    amount integer,
    currency text,
    primary key (sample, position)
) strict, without rowid;

-- What people say of them; of each the latest counts. `should_be` is how much of the outcome there should be.
create table sample_judgements (
    id integer primary key,
    tenant integer not null references tenants,
    sample integer not null references samples,
    position integer not null,
    is_right integer not null,
    should_be integer not null,
    reason text not null,
    actor text not null,
    at integer not null
) strict;
create index sample_judgements_sample on sample_judgements (sample);

create trigger disputes_no_update before update on disputes begin select raise(abort, 'disputes is insert-only'); end;
create trigger disputes_no_delete before delete on disputes begin select raise(abort, 'disputes is insert-only'); end;
create trigger dispute_steps_no_update before update on dispute_steps begin select raise(abort, 'dispute_steps is insert-only'); end;
create trigger dispute_steps_no_delete before delete on dispute_steps begin select raise(abort, 'dispute_steps is insert-only'); end;
create trigger dispute_findings_no_update before update on dispute_findings begin select raise(abort, 'dispute_findings is insert-only'); end;
create trigger dispute_findings_no_delete before delete on dispute_findings begin select raise(abort, 'dispute_findings is insert-only'); end;
create trigger dispute_fixtures_no_update before update on dispute_fixtures begin select raise(abort, 'dispute_fixtures is insert-only'); end;
create trigger dispute_fixtures_no_delete before delete on dispute_fixtures begin select raise(abort, 'dispute_fixtures is insert-only'); end;
create trigger fixture_trials_no_update before update on fixture_trials begin select raise(abort, 'fixture_trials is insert-only'); end;
create trigger fixture_trials_no_delete before delete on fixture_trials begin select raise(abort, 'fixture_trials is insert-only'); end;
create trigger samples_no_update before update on samples begin select raise(abort, 'samples is insert-only'); end;
create trigger samples_no_delete before delete on samples begin select raise(abort, 'samples is insert-only'); end;
create trigger sample_items_no_update before update on sample_items begin select raise(abort, 'sample_items is insert-only'); end;
create trigger sample_items_no_delete before delete on sample_items begin select raise(abort, 'sample_items is insert-only'); end;
create trigger sample_judgements_no_update before update on sample_judgements begin select raise(abort, 'sample_judgements is insert-only'); end;
create trigger sample_judgements_no_delete before delete on sample_judgements begin select raise(abort, 'sample_judgements is insert-only'); end;
