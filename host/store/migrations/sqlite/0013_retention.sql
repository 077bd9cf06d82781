-- For how many days what is told of interactions is kept after the last of it was recorded; null is for ever. One row per side of a tenant.
create table retentions (
    tenant integer primary key references tenants,
    days integer
) strict;
