-- The customer whose a key is: it opens what is the customer's own. Null for the tenant's own keys.
alter table keys add column customer bigint;
alter table keys add foreign key (tenant, customer) references customers (tenant, id);

create trigger keys_customer_fixed before update of customer on keys
for each row execute function refused('of a key only its end may change');
