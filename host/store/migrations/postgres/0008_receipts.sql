-- The keys of a tenant's log, one after the other; each signs from a size of the log on. `rotation` is the note by which the key before
-- hands over to it.
create table log_keys (
    tenant bigint not null references tenants,
    number bigint not null,
    seed bytea not null,
    since bigint not null,
    rotation text collate "C",
    created_at bigint not null,
    primary key (tenant, number)
);

-- What the salts of an interaction derive from; drawn with its first receipt, and gone when it is erased.
create table veils (
    interaction bigint not null,
    tenant bigint not null references tenants,
    key bytea not null,
    primary key (tenant, interaction)
);

-- When its payloads were erased; it is judged no more. Null where they were not.
alter table interactions add column erased_at bigint;

-- A receipt for each change of usage: `number` in its customer's chain, `leaf` in the tenant's log; the digest is that of its canonical
-- document, the salt that of its leaf. In months a change could have one a month, as the time would be part of the key.
create table receipts (
    usage bigint not null,
    tenant bigint not null references tenants,
    customer bigint not null,
    number bigint not null,
    leaf bigint not null,
    interaction bigint not null,
    dated_at bigint not null,
    digest bytea not null,
    salt bytea not null,
    receipt text collate "C" not null,
    recorded_at bigint not null,
    primary key (tenant, usage),
    unique (tenant, customer, number),
    unique (tenant, leaf),
    foreign key (tenant, customer) references customers (tenant, id)
);
create index receipts_interaction on receipts (tenant, interaction);
create index receipts_dated on receipts (tenant, customer, dated_at);

-- The hashes of the log's tree in tiles of 256 (C2SP tlog-tiles); the last tile of each level grows.
create table log_tiles (
    tenant bigint not null references tenants,
    level bigint not null,
    position bigint not null,
    hashes bytea not null,
    primary key (tenant, level, position)
);

-- What the log has signed of itself.
create table checkpoints (
    tenant bigint not null references tenants,
    size bigint not null,
    note text collate "C" not null,
    at bigint not null,
    primary key (tenant, size)
);

-- What a document names: how large the log was, and the newest receipt of each customer whose usage it bills, null where there was none.
create table invoice_heads (
    invoice bigint not null,
    customer bigint not null,
    tenant bigint not null references tenants,
    number bigint,
    digest bytea,
    log_size bigint not null,
    primary key (tenant, invoice, customer),
    foreign key (tenant, invoice) references invoices (tenant, id),
    foreign key (tenant, customer) references customers (tenant, id)
);
create index invoice_heads_customer on invoice_heads (tenant, customer, invoice);

create trigger log_keys_insert_only before update or delete on log_keys for each row execute function insert_only();
create trigger log_keys_no_truncate before truncate on log_keys for each statement execute function insert_only();
create trigger receipts_insert_only before update or delete on receipts for each row execute function insert_only();
create trigger receipts_no_truncate before truncate on receipts for each statement execute function insert_only();
create trigger checkpoints_insert_only before update or delete on checkpoints for each row execute function insert_only();
create trigger checkpoints_no_truncate before truncate on checkpoints for each statement execute function insert_only();
create trigger invoice_heads_insert_only before update or delete on invoice_heads for each row execute function insert_only();
create trigger invoice_heads_no_truncate before truncate on invoice_heads for each statement execute function insert_only();

alter table log_keys enable row level security, force row level security;
create policy tenant_only on log_keys using (tenant = assay_tenant()) with check (tenant = assay_tenant());
alter table veils enable row level security, force row level security;
create policy tenant_only on veils using (tenant = assay_tenant()) with check (tenant = assay_tenant());
alter table receipts enable row level security, force row level security;
create policy tenant_only on receipts using (tenant = assay_tenant()) with check (tenant = assay_tenant());
alter table log_tiles enable row level security, force row level security;
create policy tenant_only on log_tiles using (tenant = assay_tenant()) with check (tenant = assay_tenant());
alter table checkpoints enable row level security, force row level security;
create policy tenant_only on checkpoints using (tenant = assay_tenant()) with check (tenant = assay_tenant());
alter table invoice_heads enable row level security, force row level security;
create policy tenant_only on invoice_heads using (tenant = assay_tenant()) with check (tenant = assay_tenant());
