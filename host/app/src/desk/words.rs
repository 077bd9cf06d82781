//! What the desk's people say. Plain ASCII without quotes or backslashes: it goes into JSON as it is.

/// First words of company names.
pub(super) const COMPANIES: [&str; 24] = [
    "Harbour",
    "Juniper",
    "Kestrel",
    "Larkfield",
    "Meridian",
    "Nettleton",
    "Oakhurst",
    "Pinecrest",
    "Quarry",
    "Redwater",
    "Silverbrook",
    "Thornbury",
    "Umber",
    "Valewood",
    "Westmoor",
    "Yarrow",
    "Alderney",
    "Birchgate",
    "Cobalt",
    "Dunmore",
    "Elmstead",
    "Fernhill",
    "Granite",
    "Highgate",
];

/// Second words of company names.
pub(super) const TRADES: [&str; 12] =
    ["Logistics", "Insurance", "Foods", "Energy", "Retail", "Clinics", "Telecom", "Travel", "Robotics", "Publishing", "Bank", "Textiles"];

/// What a ticket is about.
pub(super) struct Topic {
    /// The desk's category.
    pub(super) category: &'static str,
    /// Its subcategory.
    pub(super) subcategory: &'static str,
    /// The caller's words.
    pub(super) text: &'static str,
}

const fn topic(category: &'static str, subcategory: &'static str, text: &'static str) -> Topic {
    Topic { category, subcategory, text }
}

/// All topics; the early ones come up more often.
pub(super) const TOPICS: [Topic; 20] = [
    topic("Access", "Password", "Cannot sign in after the password change this morning"),
    topic("Access", "Permissions", "Missing rights on the shared folder of the finance team"),
    topic("Orders", "Delivery", "Parcel marked as delivered but nobody has received it"),
    topic("Billing", "Invoice", "Charged twice for the same month, please refund one"),
    topic("Orders", "Return", "Return label does not print, the page stays empty"),
    topic("Software", "Mail", "Mailbox full although everything older than a year is archived"),
    topic("Hardware", "Laptop", "Laptop restarts on its own while on battery"),
    topic("Network", "VPN", "VPN drops every ten minutes when working from home"),
    topic("Software", "ERP", "Posting a goods receipt ends with error 4711"),
    topic("Billing", "Payment", "Card payment declined, the bank says it never saw it"),
    topic("Access", "Two-factor", "New phone, codes for the second factor are gone"),
    topic("Hardware", "Printer", "Printer on the third floor prints blank pages"),
    topic("Network", "Wireless", "No wireless in meeting rooms 4 and 5 since yesterday"),
    topic("Orders", "Change", "Please send order to the new warehouse address instead"),
    topic("Software", "Browser", "Portal shows an empty page in the new browser version"),
    topic("Billing", "Contract", "Wants to move from monthly to yearly billing"),
    topic("Hardware", "Phone", "Desk phone does not ring, calls go straight to voicemail"),
    topic("Software", "Reporting", "Monthly report misses the last two days of the month"),
    topic("Network", "Firewall", "Partner system cannot reach the interface on port 8443"),
    topic("Access", "Onboarding", "Account for a new colleague starting on Monday"),
];

/// How tickets come in, and how often of 100; the third by phone, written down by a person.
pub(super) const CHANNELS: [(&str, u32); 4] = [("Chat", 42), ("Email", 28), ("Phone", 19), ("Self service", 11)];

/// Where tickets are worked on; the first is the AI agent's.
pub(super) const GROUPS: [&str; 8] =
    ["AI Desk", "Service Desk", "Identity", "Network Operations", "Workplace", "Billing Support", "Order Care", "Applications"];

/// Priorities, the most pressing first, and how often of 100.
pub(super) const PRIORITIES: [(&str, u32); 4] = [("1 - Critical", 2), ("2 - High", 8), ("3 - Moderate", 79), ("4 - Low", 11)];

/// Notes on work in progress.
pub(super) const WORKING: [&str; 4] = [
    "Looking into it, checked the account and the recent changes.",
    "Reproduced with a test user; comparing settings with a working case.",
    "Found a similar case from last month, applying the same steps.",
    "Sent instructions and a link to the article in the knowledge base.",
];

/// Notes on questions to the caller.
pub(super) const ASKING: [&str; 3] = [
    "Asked for the exact time of the failure and a screenshot.",
    "Asked which device and which version is in use.",
    "Waiting for the order number and the delivery address.",
];

/// Notes on resolutions.
pub(super) const SOLVED: [&str; 3] = [
    "Setting corrected, works again according to a test.",
    "Explained the steps; the caller can go on.",
    "Replaced and confirmed with the caller.",
];
