//! Back-tests as the worker carries them: piece by piece, behind everything that waits to be judged.

use std::time::Duration as Wait;

use assay_store::{
    backtests::{self, BacktestKind, BacktestRow},
    interactions,
};
use tokio::sync::watch;

use super::carry::Step;
use crate::{Assay, Caller, error::Result};

/// How long after one round the next begins.
const PULSE: Wait = Wait::from_secs(2);

impl Assay {
    /// Carries what is open again and again until it is told to stop; a piece that is not kept by then is judged again.
    pub(crate) async fn backtest_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = self.backtest_later() => {}
                // Whoever would tell it to stop has gone.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn backtest_later(&self) {
        tokio::time::sleep(PULSE).await;
        let sides = match self.every_side().await {
            Ok(sides) => sides,
            Err(error) => return self.failed("back-testing", &error),
        };
        for tenant in sides {
            if let Err(error) = self.backtest_round(&Caller::new(tenant, "worker")).await {
                self.failed("back-testing", &error);
            }
        }
    }

    /// A turn of every back-test of the tenant that is open: a piece at least of one over history, and as much as there is while nothing
    /// else waits to be judged. A shadow waits until nothing does.
    pub async fn backtest_round(&self, caller: &Caller) -> Result<()> {
        let open = backtests::open(&mut self.store.read(caller.tenant).await?).await?;
        for row in open {
            if let Err(error) = self.backtest_turn(caller, &row).await {
                self.failed("back-testing", &error);
            }
        }
        Ok(())
    }

    async fn backtest_turn(&self, caller: &Caller, row: &BacktestRow) -> Result<()> {
        if row.kind == BacktestKind::Shadow && self.has_waiting(caller).await? {
            return Ok(());
        }
        let mut carried = None;
        while self.backtest_step(caller, row.id, &mut carried, &mut |_, _| {}).await? == Step::More {
            if self.has_waiting(caller).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn has_waiting(&self, caller: &Caller) -> Result<bool> {
        Ok(interactions::queue(&mut self.store.read(caller.tenant).await?).await?.0.is_some())
    }
}
