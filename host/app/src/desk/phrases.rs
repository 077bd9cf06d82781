//! What is said in conversations, of leads and of documents, and what the AI agent's models are. Plain ASCII without quotes or
//! backslashes: it goes into JSON as it is.

/// First and only words of some conversations.
pub(super) const GREETINGS: [&str; 3] = ["Hi", "Hello there", "Good morning"];

/// First words of those who try the chat.
pub(super) const TESTS: [&str; 2] = ["Test, please ignore", "Trying out the chat window"];

/// What is answered, by the AI agent and by people.
pub(super) const ANSWERS: [&str; 4] = [
    "Thank you. These are the steps that usually help.",
    "That is set right now, please try once more.",
    "Could you tell me since when this happens?",
    "It is on its way; you get a mail when it is done.",
];

/// What customers ask on.
pub(super) const INQUIRIES: [&str; 4] = [
    "That did not help, what else can I try?",
    "And how long does it take?",
    "Since yesterday, as far as I know.",
    "Where do I find that page?",
];

/// Comments of the content.
pub(super) const PRAISE: [&str; 3] = ["Quick and friendly", "Solved at once", "All good"];

/// Comments of the others.
pub(super) const COMPLAINTS: [&str; 3] = ["It took too long", "Still not solved", "I had to say everything twice"];

/// Where leads come from.
pub(super) const ORIGINS: [&str; 4] = ["Web form", "Trade fair", "Newsletter", "Referral"];

/// What is asked about a lead.
#[derive(Clone, Copy)]
pub(super) struct Question {
    /// The name of the fact.
    pub(super) name: &'static str,
    /// How often in ten thousand it is answered.
    pub(super) answered: u32,
    /// Possible values.
    pub(super) answers: &'static [&'static str],
}

const fn question(name: &'static str, answered: u32, answers: &'static [&'static str]) -> Question {
    Question { name, answered, answers }
}

/// All questions, in the order in which they are asked.
pub(super) const QUESTIONS: [Question; 5] = [
    question("email", 9_400, &MAILBOXES),
    question("company", 9_000, &["Aldgate Marine", "Brightwell Dairy", "Corran Optics", "Dovedale Print", "Easterly Freight"]),
    question("budget", 5_500, &["under 5,000 USD", "5,000 to 20,000 USD", "over 20,000 USD"]),
    question("timeline", 4_500, &["this month", "this quarter", "this year", "no date yet"]),
    question("role", 3_500, &["buyer", "team lead", "director"]),
];

/// How the addresses of leads begin; a number follows.
pub(super) const MAILBOXES: [&str; 4] = ["office", "purchasing", "it", "operations"];

/// Why a lead is not pursued.
pub(super) const UNFIT: [&str; 4] = ["no budget", "outside the region", "a student project", "a customer already"];

/// Kinds of documents.
pub(super) const FORMS: [&str; 5] = ["invoice", "receipt", "purchase order", "delivery note", "contract"];

/// Why a document cannot be processed.
pub(super) const FAILURES: [&str; 4] = ["unreadable scan", "password protected", "unknown layout", "page missing"];

/// Why what came of a document is withdrawn.
pub(super) const RETRACTIONS: [&str; 3] = ["wrong supplier", "totals do not add up", "sent by mistake"];

/// What the AI agent runs on.
#[derive(Clone, Copy)]
pub(super) struct Model {
    /// The meter's name for it.
    pub(super) name: &'static str,
    /// How often of 100 it is used.
    pub(super) weight: u32,
    /// Billionths of a dollar for a token read.
    pub(super) input_price: i64,
    /// And for a token written.
    pub(super) output_price: i64,
}

/// All models.
pub(super) const MODELS: [Model; 2] = [
    Model { name: "desk-small", weight: 65, input_price: 400, output_price: 1_600 },
    Model { name: "desk-large", weight: 35, input_price: 3_000, output_price: 15_000 },
];
