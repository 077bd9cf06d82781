//! The console on a temporary installation: requests go through its router in this process, and the clock stands where it is told.

use assay_app::Caller;
use assay_domain::{
    definition::Timing,
    event::{Actor, Disposition, NewEvent},
    key::Role,
};
use assay_tests::assay::{Installation, at};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// What the clock says at first.
pub const NOW: &str = "2016-03-05T00:00:00Z";

const FORM: &str = "application/x-www-form-urlencoded";

/// The console of an installation; pages are those of its first tenant's live side unless a cookie says otherwise.
pub struct Site {
    /// What it shows.
    pub installation: Installation,
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body as text.
    pub text: String,
    headers: HeaderMap,
}

impl Answer {
    /// A header's text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("printable text"))
    }
}

impl Site {
    /// Nothing happened yet.
    pub async fn new() -> Self {
        let installation = Installation::new(NOW).await;
        let router = assay_console::router(installation.assay.clone());
        Self { installation, router }
    }

    /// Five tickets of three days: two succeeded, one failed, two are open, one of these belongs to nobody.
    pub async fn busy() -> Self {
        let site = Self::new().await;
        site.define("fixed").await;
        site.tell(&[
            ("T1", "opened", "2016-03-01T08:00:00Z", Some("acme")),
            ("T1", "resolved", "2016-03-01T10:00:00Z", None),
            ("T2", "opened", "2016-03-02T09:00:00Z", Some("acme")),
            ("T2", "resolved", "2016-03-02T10:00:00Z", None),
            ("T3", "opened", "2016-03-02T11:00:00Z", Some("globex")),
            ("T3", "resolved", "2016-03-02T12:00:00Z", None),
            ("T3", "reopened", "2016-03-02T13:00:00Z", None),
            ("T4", "opened", "2016-03-03T09:00:00Z", Some("globex")),
            ("T5", "opened", "2016-03-03T10:00:00Z", None),
        ])
        .await;
        site
    }

    /// A definition that lets no ticket try twice, in force since the start of the year.
    pub async fn define(&self, slug: &str) {
        let Installation { caller, .. } = &self.installation;
        self.installation.define(caller, slug, &[("retry", "false")], Timing::default(), "2016-01-01T00:00:00Z").await;
    }

    /// Records what happened to tickets, and judges them.
    pub async fn tell(&self, happened: &[(&str, &str, &str, Option<&str>)]) {
        let events = happened.iter().map(|(subject, what, time, customer)| event(subject, what, time, *customer)).collect();
        self.record(&self.installation.caller, events).await;
    }

    /// Records events that are all new, and judges what waits.
    pub async fn record(&self, caller: &Caller, events: Vec<NewEvent>) {
        let assay = &self.installation.assay;
        let dispositions = assay.ingest(caller, events).await.expect("a batch");
        assert!(dispositions.iter().all(|disposition| *disposition == Disposition::Accepted), "{dispositions:?}");
        assay.drain(caller, |_| {}).await.expect("judged");
    }

    /// The id of the interaction with a subject, as text.
    pub async fn id(&self, caller: &Caller, subject: &str) -> String {
        self.installation.assay.interaction(caller, subject).await.expect("an interaction").id.to_string()
    }

    /// Logs in with a key; gives back what a browser would show from then on.
    pub async fn log_in(&self, key: &str) -> String {
        let answer = self.post("/login", &[], &format!("key={key}")).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let cookie = answer.header("set-cookie").split(';').next().expect("a cookie");
        cookie.to_owned()
    }

    /// Logs in at the portal with a new key of a customer.
    pub async fn customer(&self, caller: &Caller, customer: &str) -> String {
        let key = self.installation.customer_key(caller, customer).await;
        let answer = self.post("/portal/login", &[], &format!("key={key}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/portal"), "{}", answer.text);
        answer.header("set-cookie").split(';').next().expect("a cookie").to_owned()
    }

    /// Sends a form of a page in the session of a cookie: the fields, and the token that the page holds.
    pub async fn submit(&self, page: &str, to: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page, cookie).await;
        assert_eq!(shown.status, 200, "GET {page}: {}", shown.text);
        self.post(to, &[("cookie", cookie)], &form(&token(&shown.text), fields)).await
    }

    /// Logs in as somebody who may look at this side of a tenant.
    pub async fn visitor(&self, caller: &Caller) -> String {
        self.log_in(&self.installation.key(caller, &[Role::Viewer]).await).await
    }

    /// A page of the first tenant; it must be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path, &self.visitor(&self.installation.caller).await).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text);
        answer.text
    }

    /// What a browser gets that shows a cookie, or none when it is empty.
    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        let headers = [("accept", "text/html,*/*;q=0.8"), ("cookie", cookie)];
        let shown = if cookie.is_empty() { 1 } else { 2 };
        self.send("GET", path, &headers[..shown], "").await
    }

    /// What a form gets.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut all = vec![("accept", "text/html"), ("content-type", FORM)];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, form).await
    }

    /// A request to `console.test`.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "console.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: parts.status.as_u16(), text, headers: parts.headers }
    }
}

/// What happened to a ticket.
pub fn event(subject: &str, what: &str, time: &str, customer: Option<&str>) -> NewEvent {
    NewEvent {
        source: "helpdesk".into(),
        id: format!("{subject}-{what}"),
        kind: format!("ticket.{what}"),
        subject: subject.into(),
        occurred_at: at(time),
        sequence: 0,
        customer: customer.map(Into::into),
        actor: Actor::Unknown,
        data: "{}".into(),
    }
}

/// Text as a form or an address sends it.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The token that the forms of a page hold.
pub fn token(page: &str) -> String {
    let tokens = between(page, "name=\"token\" value=\"", "\"");
    (*tokens.first().unwrap_or_else(|| panic!("a form with a token: {page}"))).to_owned()
}

/// Fields as a browser sends them, with a token.
pub fn form(token: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields.iter().chain(&[("token", token)]).map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    fields.join("&")
}

/// Every text of a page that stands between two others.
pub fn between<'p>(page: &'p str, before: &str, after: &str) -> Vec<&'p str> {
    page.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

/// What can be read of a piece of a page.
pub fn readable(html: &str) -> String {
    let texts: Vec<&str> = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
    texts.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rows of a table's body, by its caption's beginning, as they can be read.
pub fn rows(page: &str, caption: &str) -> Vec<String> {
    let (_, rest) = page.split_once(&format!("<caption>{caption}")).expect("a table with this caption");
    let (table, _) = rest.split_once("</table>").expect("its end");
    let (_, body) = table.split_once("<tbody>").expect("its body");
    let cells = |row: &&str| row.replace("</th>", " | </th>").replace("</td>", " | </td>");
    between(body, "<tr", "</tr>").iter().map(cells).map(|row| readable(&format!("<tr{row}"))).collect()
}
