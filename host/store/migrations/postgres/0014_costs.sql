-- What events say an interaction has cost the vendor. They outlive the payloads that said so, so that erasing changes no report. `nanos` are
-- billionths of the currency's major unit; where they are null `problem` says what cannot be read.
create table costs (
    event bigint not null,
    tenant bigint not null references tenants,
    interaction bigint not null,
    nanos bigint,
    currency text collate "C",
    model text collate "C",
    input_tokens bigint,
    output_tokens bigint,
    problem text collate "C",
    primary key (tenant, event),
    foreign key (tenant, interaction) references interactions (tenant, id)
);
create index costs_interaction on costs (tenant, interaction);

create trigger costs_insert_only before update or delete on costs for each row execute function insert_only();
create trigger costs_no_truncate before truncate on costs for each statement execute function insert_only();
alter table costs enable row level security, force row level security;
create policy tenant_only on costs using (tenant = assay_tenant()) with check (tenant = assay_tenant());
