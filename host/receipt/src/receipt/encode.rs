//! The canonical document of a receipt: `assay.1.receipt` and every field in the order of the structures.

use assay_domain::{
    approval::Parties,
    canon::{Digest, Encoder},
    time::Limit,
};

use super::{Change, Evidence, JudgedBy, Judgement, Receipt, Voucher};

impl Receipt {
    pub(super) fn encode(&self, to: &mut Encoder) {
        to.text(&self.origin).bytes(self.customer.as_bytes()).int(self.number);
        optional_digest(self.previous.as_ref(), to);
        to.int(self.recorded_at.micros());
        self.change.encode(to);
        self.definition.encode(to);
        self.judgement.encode(to);
    }
}

impl Change {
    fn encode(&self, to: &mut Encoder) {
        to.int(self.usage).text(self.meter.name()).int(self.quantity.micros()).int(self.dated_at.micros());
        to.optional_text(self.class.as_deref());
        match self.value {
            Some(value) => to.tag(1).int(value.mantissa()).tag(value.scale()),
            None => to.tag(0),
        };
        to.optional_text(self.credit.as_ref().map(ToString::to_string).as_deref()).bytes(self.earned_under.as_bytes());
        match self.dispute {
            Some(dispute) => to.tag(1).int(dispute.0),
            None => to.tag(0),
        };
    }
}

impl JudgedBy {
    fn encode(&self, to: &mut Encoder) {
        to.text(&self.name).int(i64::from(self.version)).bytes(self.hash.as_bytes()).bytes(self.component.as_bytes());
        to.text(&self.contract).len(self.parameters.len());
        self.parameters.iter().for_each(|value| value.encode(to));
        for limit in [self.timing.deadline, Limit::Limited(self.timing.settles_after), self.timing.reversible_for] {
            match limit {
                Limit::Limited(length) => to.tag(1).int(length.micros()),
                Limit::Unlimited => to.tag(0),
            };
        }
        to.tag(match self.parties {
            Parties::One => 1,
            Parties::Two => 2,
        });
        match &self.approval {
            Some(approved) => to.tag(1).text(&approved.key.to_string()).int(approved.from.micros()).text(&approved.signature.to_string()),
            None => to.tag(0),
        };
    }
}

impl Judgement {
    fn encode(&self, to: &mut Encoder) {
        to.int(self.evaluation.0).int(self.interaction.0).bytes(self.input.as_bytes()).int(self.as_of.micros());
        to.text(&self.conclusion).optional_text(self.reason.as_deref());
        optional_digest(self.detail.as_ref(), to);
        to.len(self.evidence.len());
        self.evidence.iter().for_each(|evidence| evidence.encode(to));
    }
}

impl Evidence {
    fn encode(&self, to: &mut Encoder) {
        to.int(self.event.0).bytes(self.fact.as_bytes()).len(self.vouchers.len());
        self.vouchers.iter().for_each(|voucher| voucher.encode(to));
    }
}

impl Voucher {
    fn encode(&self, to: &mut Encoder) {
        match self {
            Self::EventKey { key, signature, own } => {
                to.tag(1).text(&key.to_string()).text(&signature.to_string()).tag(u8::from(*own));
            }
            Self::Webhook { endpoint, secret } => {
                to.tag(2).int(*endpoint).int(*secret);
            }
        }
    }
}

fn optional_digest(digest: Option<&Digest>, to: &mut Encoder) {
    match digest {
        Some(digest) => to.tag(1).bytes(digest.as_bytes()),
        None => to.tag(0),
    };
}
