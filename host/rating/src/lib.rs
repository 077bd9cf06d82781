//! Prices, exact arithmetic, invoices.
