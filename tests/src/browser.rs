//! Chromium without a window, driven over WebDriver.

#[cfg(unix)]
use std::os::unix::process::CommandExt as _;
use std::{
    fmt,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{Client, Response};

/// Keys without a letter, for [`Browser::press`].
pub mod key {
    /// Submits, or follows a link.
    pub const ENTER: char = '\u{E007}';
    /// Goes to the next control.
    pub const TAB: char = '\u{E004}';
    /// Leaves.
    pub const ESCAPE: char = '\u{E00C}';
    /// Up.
    pub const UP: char = '\u{E013}';
    /// Down.
    pub const DOWN: char = '\u{E015}';
    /// Held until the last of the keys.
    pub const SHIFT: char = '\u{E008}';
    /// Held until the last of the keys.
    pub const CONTROL: char = '\u{E009}';
    /// Held until the last of the keys.
    pub const ALT: char = '\u{E00A}';
}

const HELD: [char; 3] = [key::SHIFT, key::CONTROL, key::ALT];

/// Tests run as root in containers with little shared memory, and the browser has no business but the page under test.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json; charset=utf-8")];
const NOTHING: &Value = &Value::Null;

/// How WebDriver marks a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Between two looks at something that is not ready.
const TICK: Duration = Duration::from_millis(50);
const TICKS_FOR_A_PAGE: u32 = 400;
const TICKS_FOR_THE_DRIVER: u32 = 1_200;

/// A browser with one window and a profile of its own; it ends when it is dropped, and when the tests do.
///
/// What names an element by its selector means the first that matches, and waits for it; a page that never has it fails the test.
pub struct Browser {
    client: Client,
    session: String,
    driver: Driver,
}

impl Browser {
    /// Starts a driver and a browser, with a page of 1280 by 900.
    pub fn open() -> Self {
        let mut driver = Driver::start();
        let client = Client::connect(driver.address()).expect("a driver that listens");
        let mut browser = Self { client, session: "/session".to_owned(), driver };
        let profile = format!("--user-data-dir={}", browser.driver.folder.path().join("profile").display());
        let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([profile.as_str()]).collect();
        let binary = program(&["chromium", "chromium-browser", "google-chrome"]);
        let options = json!({ "binary": binary.to_str().expect("a path in UTF-8"), "args": arguments });
        let timeouts = json!({ "pageLoad": 60_000, "script": 30_000 });
        let wanted = json!({ "browserName": "chrome", "timeouts": timeouts, "goog:chromeOptions": options });
        let created = browser.command("POST", "", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/session/{}", created["sessionId"].as_str().expect("a session with an id"));
        browser.set_size(1280, 900);
        browser
    }

    /// Goes to an address and waits for its page.
    pub fn goto(&mut self, url: &str) {
        self.command("POST", "/url", &json!({ "url": url }));
    }

    /// The page's address.
    pub fn url(&mut self) -> String {
        string(&self.command("GET", "/url", NOTHING))
    }

    /// The page's title.
    pub fn title(&mut self) -> String {
        string(&self.command("GET", "/title", NOTHING))
    }

    /// Clicks an element as a hand would: one that is covered or hidden is waited for.
    pub fn click(&mut self, css: &str) {
        self.on(css, "POST", "click", &json!({}));
    }

    /// Types after what a field has already.
    pub fn type_into(&mut self, css: &str, text: &str) {
        self.on(css, "POST", "value", &json!({ "text": text }));
    }

    /// Empties a field.
    pub fn clear(&mut self, css: &str) {
        self.on(css, "POST", "clear", &json!({}));
    }

    /// Presses keys one after the other where the focus is; Shift, Control and Alt are held until the last.
    pub fn press(&mut self, keys: &[char]) {
        let stroke = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let mut strokes = Vec::new();
        for &key in keys {
            strokes.push(stroke("keyDown", key));
            if !HELD.contains(&key) {
                strokes.push(stroke("keyUp", key));
            }
        }
        let held = keys.iter().rev().filter(|key| HELD.contains(key));
        strokes.extend(held.map(|&key| stroke("keyUp", key)));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.command("POST", "/actions", &json!({ "actions": [keyboard] }));
    }

    /// What can be read of an element.
    pub fn text(&mut self, css: &str) -> String {
        string(&self.on(css, "GET", "text", NOTHING))
    }

    /// What can be read of each element that matches now, in the page's order.
    pub fn texts(&mut self, css: &str) -> Vec<String> {
        self.patiently(css, |browser| {
            let mut texts = Vec::new();
            for element in browser.find_all(css)? {
                texts.push(string(&browser.attempt("GET", &format!("{element}/text"), NOTHING)?));
            }
            Ok(texts)
        })
    }

    /// An attribute of an element; one that is just there reads `true`.
    pub fn attribute(&mut self, css: &str, name: &str) -> Option<String> {
        self.on(css, "GET", &format!("attribute/{name}"), NOTHING).as_str().map(str::to_owned)
    }

    /// A property of an element as scripts see it, such as `value` or `checked`.
    pub fn property(&mut self, css: &str, name: &str) -> Value {
        self.on(css, "GET", &format!("property/{name}"), NOTHING)
    }

    /// Whether an element matches now.
    pub fn exists(&mut self, css: &str) -> bool {
        !self.patiently(css, |browser| browser.find_all(css)).is_empty()
    }

    /// Waits until an element matches.
    pub fn wait_for(&mut self, css: &str) {
        self.patiently(css, |browser| browser.find(css));
    }

    /// What the body of a function gives back: `return document.forms.length`.
    pub fn evaluate(&mut self, js: &str) -> Value {
        self.command("POST", "/execute/sync", &script(js))
    }

    /// Writes what can be seen of the page as a PNG.
    pub fn screenshot(&mut self, path: &Path) {
        let image = from_base64(&string(&self.command("GET", "/screenshot", NOTHING)));
        fs::write(path, image).expect("a place for the screenshot");
    }

    /// Makes the page prefer dark colours, or light ones.
    pub fn emulate_dark(&mut self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
    }

    /// Makes the page as large as this, however small: a window has a least width, a page has none.
    pub fn set_size(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Sends a command of Chromium's own protocol; it must succeed.
    pub fn cdp(&mut self, command: &str, parameters: &Value) -> Value {
        self.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Sends a command of WebDriver, its path counted from the session; it must succeed.
    pub fn command(&mut self, method: &str, path: &str, body: &Value) -> Value {
        self.attempt(method, path, body)
            .unwrap_or_else(|refusal| panic!("{method} {path} {body}: {refusal}\nthe driver says: {}", self.driver.log()))
    }

    fn attempt(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, Refusal> {
        let path = format!("{}{path}", self.session);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let response = self.client.request(method, &path, JSON, body.as_bytes());
        let response = response.unwrap_or_else(|error| panic!("{method} {path}: {error}\nthe driver says: {}", self.driver.log()));
        value(&response)
    }

    /// Sends a command to the first element that matches.
    fn on(&mut self, css: &str, method: &str, action: &str, body: &Value) -> Value {
        self.patiently(css, |browser| {
            let element = browser.find(css)?;
            browser.attempt(method, &format!("{element}/{action}"), body)
        })
    }

    fn find(&mut self, css: &str) -> Result<String, Refusal> {
        self.attempt("POST", "/element", &selector(css)).map(|found| element(&found))
    }

    fn find_all(&mut self, css: &str) -> Result<Vec<String>, Refusal> {
        let found = self.attempt("POST", "/elements", &selector(css))?;
        Ok(found.as_array().expect("a list of elements").iter().map(element).collect())
    }

    /// Repeats a step that the page is not ready for: elements come late, lie under others, or are replaced while they are looked at.
    fn patiently<T>(&mut self, css: &str, mut step: impl FnMut(&mut Self) -> Result<T, Refusal>) -> T {
        let mut ticks = 0;
        loop {
            match step(self) {
                Ok(done) => return done,
                Err(refusal) if ticks == TICKS_FOR_A_PAGE || !refusal.may_pass() => panic!("{css}: {refusal}\n{}", self.scene()),
                Err(_) => {}
            }
            ticks += 1;
            thread::sleep(TICK);
        }
    }

    /// Where the browser is and what can be read there, for the message of a failure.
    fn scene(&mut self) -> String {
        let js = "return location.href + '\\n' + document.body.innerText";
        self.attempt("POST", "/execute/sync", &script(js)).map_or_else(|refusal| refusal.to_string(), |seen| string(&seen))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that is asked leaves nothing behind. One that does not listen is killed with its driver, and that is no failure: the
        // test may be failing already.
        let _ = self.client.set_patience(Duration::from_secs(10));
        let _ = self.client.request("DELETE", &self.session, &[], b"");
    }
}

/// The driver's process. It leads a group, to which the browser belongs, too.
struct Driver {
    child: Child,
    folder: TempDir,
}

/// Becomes the driver, and leaves a watch in its group: when the pipe from the tests ends, for whatever reason, it kills all of the group.
const WATCHED: &str = r#"exec 3<&0; { read -r _ <&3; kill -s KILL -- "-$$"; } & exec "$0" "$@" 3<&- </dev/null"#;

impl Driver {
    fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let log = File::create(folder.path().join("driver.log")).expect("a log for the driver");
        let errors = log.try_clone().expect("the log once more");
        let mut command = Command::new("sh");
        command.args(["-c", WATCHED]).arg(program(&["chromedriver"])).arg("--port=0");
        command.stdin(Stdio::piped()).stdout(log).stderr(errors);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().expect("a shell that starts the driver");
        Self { child, folder }
    }

    /// Where it listens, once it says so.
    fn address(&mut self) -> SocketAddr {
        for _ in 0..TICKS_FOR_THE_DRIVER {
            if let Some(port) = announced(&self.log()) {
                return SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            }
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                panic!("the driver ended with {status}: {}", self.log());
            }
            thread::sleep(TICK);
        }
        panic!("the driver does not say where it listens: {}", self.log())
    }

    /// All it said so far, and the browser with it.
    fn log(&self) -> String {
        let said = fs::read(self.folder.path().join("driver.log")).unwrap_or_default();
        String::from_utf8_lossy(&said).into_owned()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The end of this pipe is what the watch waits for.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The port the driver chose; an earlier line has the one it was asked for, which is 0.
fn announced(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once("was started successfully on port ")?;
    let (port, _) = rest.split_once('.')?;
    port.parse().ok()
}

/// Why the driver does not do something.
struct Refusal {
    error: String,
    message: String,
}

impl Refusal {
    /// Whether the page may still get ready.
    fn may_pass(&self) -> bool {
        let passing = ["no such element", "stale element reference", "element click intercepted", "element not interactable"];
        passing.contains(&self.error.as_str())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.error, self.message)
    }
}

fn value(response: &Response) -> Result<Value, Refusal> {
    let value = response.json()["value"].take();
    if response.status == 200 {
        return Ok(value);
    }
    Err(Refusal { error: string(&value["error"]), message: string(&value["message"]) })
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("the driver answers {value} for a text")).to_owned()
}

/// The path of an element that was found.
fn element(found: &Value) -> String {
    format!("/element/{}", found[ELEMENT].as_str().expect("a reference to an element"))
}

fn selector(css: &str) -> Value {
    json!({ "using": "css selector", "value": css })
}

fn script(js: &str) -> Value {
    json!({ "script": js, "args": [] })
}

/// The first of these that is on the path, or where Debian puts it.
#[expect(clippy::disallowed_methods, reason = "where programs lie is the machine's to say")]
fn program(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect();
    let mut places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = places.find(|place| place.is_file());
    found.unwrap_or_else(|| panic!("there is no {} on this machine; run `cargo xtask test`, which sees to it", names.join(", no ")))
}

fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes().take_while(|&letter| letter != b'=') {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => panic!("{:?} is no letter of base64", char::from(letter)),
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
