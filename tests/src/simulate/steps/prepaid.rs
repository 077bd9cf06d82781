//! Prepaid credit.

use assay_app::{GrantRequest, WalletRequest};
use assay_domain::money::{Amount, Currency};

use crate::simulate::world::{ORDINARY, World, length};

impl World {
    /// Credit is granted, or a wallet is told how to behave.
    pub(super) async fn grant(&mut self) -> Result<bool, String> {
        let customer: String = (*self.random.one_of(&self.customers)).into();
        if self.model.merged.contains_key(&customer) {
            return Ok(false);
        }
        let currency: Currency = self.random.one_of(&["USD", "USD", "JPY", "KWD"]).parse().expect("a currency");
        let mut amount = |most: i64| Amount::new(self.random.between(1, most), currency);
        let (granted, below, by) = (amount(20_000), amount(1_000), amount(5_000));
        if self.random.once_in(4) {
            let top_up = self.random.once_in(2).then_some((below, by));
            let request = WalletRequest { customer, currency, hard_stop: self.random.once_in(2), top_up };
            self.say(format!("    {request:?}"));
            self.must(ORDINARY, async |assay, caller| assay.configure_wallet(caller, &request).await).await?;
        } else {
            let expires_at = self.random.once_in(2).then(|| self.now.plus(length(self.random.between(1, 90 * 24 * 60))));
            let (priority, key) = (self.random.between(99, 101), format!("grant-{}", self.number()));
            let request = GrantRequest { customer, amount: granted, priority, expires_at, key, note: "a gift".into() };
            self.say(format!("    {request:?}"));
            self.must(ORDINARY, async |assay, caller| assay.grant(caller, &request).await).await?;
        }
        self.check_books().await.map(|()| true)
    }
}
