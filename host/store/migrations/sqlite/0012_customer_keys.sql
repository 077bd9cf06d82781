-- The customer whose a key is: it opens what is the customer's own. Null for the tenant's own keys.
alter table keys add column customer integer references customers;

create trigger keys_customer_fixed before update of customer on keys
begin select raise(abort, 'of a key only its end may change'); end;
