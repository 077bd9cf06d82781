-- What events say an interaction has cost the vendor. They outlive the payloads that said so, so that erasing changes no report. `nanos` are
-- billionths of the currency's major unit; where they are null `problem` says what cannot be read.
create table costs (
    event integer primary key,
    tenant integer not null references tenants,
    interaction integer not null references interactions,
    nanos integer,
    currency text,
    model text,
    input_tokens integer,
    output_tokens integer,
    problem text
) strict;
create index costs_interaction on costs (interaction);

create trigger costs_no_update before update on costs begin select raise(abort, 'costs is insert-only'); end;
create trigger costs_no_delete before delete on costs begin select raise(abort, 'costs is insert-only'); end;
