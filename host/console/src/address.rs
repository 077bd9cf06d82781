//! Addresses within the site: query strings, and what a browser may be sent to.

/// A query string of the pairs that have a value, with its question mark; empty when none has.
pub fn query(pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if let Some(value) = value {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.extend(value.bytes().map(encoded));
        }
    }
    query
}

/// A byte as a query string holds it.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

/// An address as it is when it stays on this site, and the first page otherwise.
///
/// Browsers read `//host`, and `\` as `/`, as another host, and leave out tabs and line ends before they look.
pub fn local(address: &str) -> &str {
    let graphic = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if graphic && address.starts_with('/') && !address.starts_with("//") { address } else { "/" }
}
