-- What else a price can depend on: what a success is worth, and who is credited with it.
alter table usage add column value text;
alter table usage add column credit text;
alter table usage add column recorded_at integer;
create index usage_interaction on usage (interaction);
alter table outcomes add column value text;
alter table outcomes add column credit text;

-- Events that a rate card counts by themselves: 1 when one comes to a customer, -1 when it leaves. Numbered with `usage`, so that one
-- number freezes both.
create table metered (
    id integer primary key,
    tenant integer not null,
    customer integer not null,
    type integer not null,
    event integer not null references events,
    interaction integer not null,
    dated_at integer not null,
    sign integer not null,
    recorded_at integer not null
) strict;
create index metered_dated on metered (tenant, customer, type, dated_at);
create index metered_interaction on metered (interaction);

-- Events that left their timeline, and which event stands for each.
create table supersessions (
    event integer primary key references events,
    successor integer not null unique references events,
    tenant integer not null references tenants,
    actor text not null,
    reason text not null,
    recorded_at integer not null
) strict;

-- Whose bill goes to whom.
create table merges (
    customer integer primary key references customers,
    tenant integer not null references tenants,
    payer integer not null references customers,
    actor text not null,
    reason text not null,
    recorded_at integer not null
) strict;

-- Payers whose bill a run could not compute exactly; the next run tries again.
create table unrated (
    run integer not null references billing_runs,
    customer integer not null references customers,
    tenant integer not null references tenants,
    reason text not null,
    at integer not null,
    primary key (run, customer)
) strict, without rowid;

-- What a customer's prices differ in from the card.
alter table agreements add column overrides text;

-- What became of an issued document. kind: 'paid' or 'voided'.
create table invoice_changes (
    id integer primary key,
    tenant integer not null references tenants,
    invoice integer not null references invoices,
    kind text not null,
    reason text not null,
    actor text not null,
    at integer not null,
    unique (invoice, kind)
) strict;

-- Double entry. kind: 'pending' holds, 'post' moves, 'void' and 'correct' undo what `corrects` names, or mend it. Amounts are never
-- negative: a reduction goes the other way.
create table transfers (
    id integer primary key,
    tenant integer not null references tenants,
    key text not null,
    kind text not null,
    customer integer not null references customers,
    currency text not null,
    debit text not null,
    credit text not null,
    amount integer not null check (amount >= 0),
    agreement integer references agreements,
    period text,
    charge text,
    invoice integer references invoices,
    line integer references invoice_lines,
    lot integer,
    corrects integer references transfers,
    reason text,
    at integer not null,
    unique (tenant, key)
) strict;
create index transfers_customer on transfers (tenant, customer, id);
create index transfers_invoice on transfers (invoice);
create index transfers_lot on transfers (lot) where lot is not null;
create index transfers_corrects on transfers (corrects) where corrects is not null;

-- Sums over transfers, kept with them. Pending transfers are not in them.
create table balances (
    tenant integer not null,
    customer integer not null,
    currency text not null,
    account text not null,
    debits integer not null,
    credits integer not null,
    primary key (tenant, customer, currency, account)
) strict, without rowid;

-- Prepaid credit. kind: 'grant', or 'return' of what a reversal gave back to `origin`.
create table lots (
    id integer primary key,
    tenant integer not null references tenants,
    key text not null,
    kind text not null,
    customer integer not null references customers,
    currency text not null,
    amount integer not null check (amount > 0),
    priority integer not null,
    expires_at integer,
    origin integer references lots,
    note text not null,
    created_at integer not null,
    unique (tenant, key)
) strict;
create index lots_customer on lots (tenant, customer, currency);

-- How a customer's wallet behaves.
create table wallets (
    tenant integer not null references tenants,
    customer integer not null references customers,
    currency text not null,
    hard_stop integer not null,
    top_up_below integer,
    top_up_amount integer,
    primary key (tenant, customer, currency)
) strict, without rowid;

-- Requests for money, one each time a balance falls below its mark.
create table top_ups (
    id integer primary key,
    tenant integer not null references tenants,
    customer integer not null references customers,
    currency text not null,
    balance integer not null,
    amount integer not null,
    requested_at integer not null
) strict;
create index top_ups_customer on top_ups (tenant, customer);

create trigger metered_no_update before update on metered begin select raise(abort, 'metered is insert-only'); end;
create trigger metered_no_delete before delete on metered begin select raise(abort, 'metered is insert-only'); end;
create trigger supersessions_no_update before update on supersessions begin select raise(abort, 'supersessions is insert-only'); end;
create trigger supersessions_no_delete before delete on supersessions begin select raise(abort, 'supersessions is insert-only'); end;
create trigger merges_no_update before update on merges begin select raise(abort, 'merges is insert-only'); end;
create trigger merges_no_delete before delete on merges begin select raise(abort, 'merges is insert-only'); end;
create trigger invoice_changes_no_update before update on invoice_changes begin select raise(abort, 'invoice_changes is insert-only'); end;
create trigger invoice_changes_no_delete before delete on invoice_changes begin select raise(abort, 'invoice_changes is insert-only'); end;
create trigger transfers_no_update before update on transfers begin select raise(abort, 'transfers is insert-only'); end;
create trigger transfers_no_delete before delete on transfers begin select raise(abort, 'transfers is insert-only'); end;
create trigger lots_no_update before update on lots begin select raise(abort, 'lots is insert-only'); end;
create trigger lots_no_delete before delete on lots begin select raise(abort, 'lots is insert-only'); end;
create trigger top_ups_no_update before update on top_ups begin select raise(abort, 'top_ups is insert-only'); end;
create trigger top_ups_no_delete before delete on top_ups begin select raise(abort, 'top_ups is insert-only'); end;
create trigger unrated_no_update before update on unrated begin select raise(abort, 'unrated is insert-only'); end;
create trigger unrated_no_delete before delete on unrated begin select raise(abort, 'unrated is insert-only'); end;
