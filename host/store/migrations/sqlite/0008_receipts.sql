-- The keys of a tenant's log, one after the other; each signs from a size of the log on. `rotation` is the note by which the key before
-- hands over to it.
create table log_keys (
    tenant integer not null references tenants,
    number integer not null,
    seed blob not null,
    since integer not null,
    rotation text,
    created_at integer not null,
    primary key (tenant, number)
) strict, without rowid;

-- What the salts of an interaction derive from; drawn with its first receipt, and gone when it is erased.
create table veils (
    interaction integer primary key,
    tenant integer not null references tenants,
    key blob not null
) strict;

-- When its payloads were erased; it is judged no more. Null where they were not.
alter table interactions add column erased_at integer;

-- A receipt for each change of usage: `number` in its customer's chain, `leaf` in the tenant's log; the digest is that of its canonical
-- document, the salt that of its leaf.
create table receipts (
    usage integer primary key references usage,
    tenant integer not null references tenants,
    customer integer not null references customers,
    number integer not null,
    leaf integer not null,
    interaction integer not null,
    dated_at integer not null,
    digest blob not null,
    salt blob not null,
    receipt text not null,
    recorded_at integer not null,
    unique (tenant, customer, number),
    unique (tenant, leaf)
) strict;
create index receipts_interaction on receipts (interaction);
create index receipts_dated on receipts (tenant, customer, dated_at);

-- What a tenant has without a receipt is looked for every few seconds.
create index usage_tenant on usage (tenant, id);

-- The hashes of the log's tree in tiles of 256 (C2SP tlog-tiles); the last tile of each level grows.
create table log_tiles (
    tenant integer not null references tenants,
    level integer not null,
    position integer not null,
    hashes blob not null,
    primary key (tenant, level, position)
) strict, without rowid;

-- What the log has signed of itself.
create table checkpoints (
    tenant integer not null references tenants,
    size integer not null,
    note text not null,
    at integer not null,
    primary key (tenant, size)
) strict, without rowid;

-- What a document names: how large the log was, and the newest receipt of each customer whose usage it bills, null where there was none.
create table invoice_heads (
    invoice integer not null references invoices,
    customer integer not null references customers,
    tenant integer not null references tenants,
    number integer,
    digest blob,
    log_size integer not null,
    primary key (invoice, customer)
) strict, without rowid;
create index invoice_heads_customer on invoice_heads (tenant, customer, invoice);

create trigger log_keys_no_update before update on log_keys begin select raise(abort, 'log_keys is insert-only'); end;
create trigger log_keys_no_delete before delete on log_keys begin select raise(abort, 'log_keys is insert-only'); end;
create trigger receipts_no_update before update on receipts begin select raise(abort, 'receipts is insert-only'); end;
create trigger receipts_no_delete before delete on receipts begin select raise(abort, 'receipts is insert-only'); end;
create trigger checkpoints_no_update before update on checkpoints begin select raise(abort, 'checkpoints is insert-only'); end;
create trigger checkpoints_no_delete before delete on checkpoints begin select raise(abort, 'checkpoints is insert-only'); end;
create trigger invoice_heads_no_update before update on invoice_heads begin select raise(abort, 'invoice_heads is insert-only'); end;
create trigger invoice_heads_no_delete before delete on invoice_heads begin select raise(abort, 'invoice_heads is insert-only'); end;
