//! What the AI agent's work costs: the meter tells one event for each stretch of it.

use assay_domain::event::Actor;

use super::{
    dice::Dice,
    phrases::MODELS,
    told::{Told, What, object},
};

/// What one stretch of work took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Index into the desk's models.
    model: usize,
    /// Tokens read.
    input: i64,
    /// Tokens written.
    output: i64,
}

impl Cost {
    fn draw(dice: &mut Dice) -> Self {
        let model = dice.weighted(&MODELS.map(|model| model.weight));
        Self { model, input: dice.skewed(2_400), output: dice.skewed(300) }
    }

    /// The data of its event; altered, it took more.
    pub(super) fn data(&self, altered: bool) -> String {
        let (name, input_price, output_price) =
            MODELS.get(self.model).map_or(("", 0, 0), |model| (model.name, model.input_price, model.output_price));
        let (input, output) = (self.input, if altered { self.output + 1_000 } else { self.output });
        // Billionths of a dollar; the meter rounds up to ten-thousandths.
        let amount = (input * input_price + output * output_price + 99_999) / 100_000;
        let (dollars, rest) = (amount / 10_000, amount % 10_000);
        object(
            altered,
            format_args!(
                ",\"amount\":\"{dollars}.{rest:04}\",\"currency\":\"USD\",\"model\":\"{name}\",\
                 \"input_tokens\":{input},\"output_tokens\":{output}"
            ),
        )
    }
}

/// One cost when each stretch of the AI agent's work ends, with a sequence of the meter's own.
pub(super) fn tell(dice: &mut Dice, told: &[Told]) -> Vec<Told> {
    let stretches = told.chunk_by(|one, next| one.actor == next.actor).filter_map(<[Told]>::last);
    let ends = stretches.filter(|last| last.actor == Actor::Ai).zip(0..);
    ends.map(|(end, sequence)| Told { minute: end.minute, sequence, actor: Actor::System, what: What::Cost(Cost::draw(dice)) }).collect()
}
