//! Receipts are examined on all threads at once, in pieces; what came of them is put together in their order.

use std::{
    collections::BTreeMap,
    sync::{Arc, mpsc},
};

use assay_runtime::{Engine, Evaluators};

use crate::{dossier::Dossier, error::VerifyError, examine::Examined};

/// Receipts that are examined in one go: enough that handing them over costs nothing, few enough that progress shows.
const PIECE: usize = 64;

/// What executes rules again.
pub struct Executor {
    /// The engine, with [`limits`](crate::limits) or wider ones.
    pub engine: Engine,
    /// The threads.
    pub evaluators: Evaluators,
}

impl Executor {
    /// Examines every receipt; `progress` is told how many are done, and of how many.
    pub(crate) fn examine(&self, dossier: &Arc<Dossier>, progress: &mut dyn FnMut(u64, u64)) -> Result<Examined, VerifyError> {
        let total = dossier.receipts().count();
        let (send, receive) = mpsc::channel();
        for piece in 0..total.div_ceil(PIECE) {
            let (dossier, send) = (Arc::clone(dossier), send.clone());
            self.evaluators.submit(move || drop(send.send((piece, dossier.examine_piece(piece)))));
        }
        drop(send);
        progress(0, total as u64);
        let mut pieces = BTreeMap::new();
        for (piece, examined) in receive {
            pieces.insert(piece, examined);
            progress((pieces.len() * PIECE).min(total) as u64, total as u64);
        }
        if pieces.len() < total.div_ceil(PIECE) {
            return Err(VerifyError::Host("a thread has ended before its work was done".to_owned()));
        }
        let mut all = Examined::default();
        pieces.into_values().for_each(|examined| all.add(examined));
        match all.host.take() {
            Some(fault) => Err(VerifyError::Host(fault.to_string())),
            None => Ok(all),
        }
    }
}

impl Dossier {
    fn examine_piece(&self, piece: usize) -> Examined {
        let mut examined = Examined::default();
        self.receipts().skip(piece * PIECE).take(PIECE).for_each(|(chain, entry)| self.examine(chain, entry, &mut examined));
        examined
    }
}
