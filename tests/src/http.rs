//! A blocking HTTP/1.1 client for one address: it drives a browser, loads a service, and sends what no decent client would.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// How long a silent peer is waited for, unless said otherwise.
const PATIENCE: Duration = Duration::from_secs(120);

/// Bodies up to this length leave in one write with the head.
const INLINE: usize = 64 * 1024;

/// An answer, read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names and values, as they came.
    pub headers: Vec<(String, String)>,
    /// The body, put together if it came in chunks.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} is answered with {:?}: {error}", self.status, String::from_utf8_lossy(&self.body)))
    }
}

/// A client of one address, which keeps its connection as long as the peer does.
pub struct Client {
    address: SocketAddr,
    patience: Duration,
    stream: Option<Connection>,
    request: Vec<u8>,
    line: Vec<u8>,
}

type Connection = BufReader<TcpStream>;

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = Some(open(address, PATIENCE)?);
        Ok(Self { address, patience: PATIENCE, stream, request: Vec::new(), line: Vec::new() })
    }

    /// Fails from now on when the peer is silent for so long; never zero.
    pub fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.patience = patience;
        match &self.stream {
            Some(stream) => limit(stream.get_ref(), patience),
            None => Ok(()),
        }
    }

    /// Gives up the connection for a new one.
    pub fn fresh(&mut self) -> io::Result<()> {
        self.stream = Some(open(self.address, self.patience)?);
        Ok(())
    }

    /// Whether the last answer left the connection open for another request.
    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Sends a request and reads the answer; `Host` and `Content-Length` are added unless given.
    ///
    /// On a kept connection that the peer has closed before it answered anything, the request is sent once more on a new one.
    pub fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Response> {
        let (inline, apart) = body.split_at(if body.len() <= INLINE { body.len() } else { 0 });
        self.compose(method, path, headers, body.len())?;
        self.request.extend_from_slice(inline);
        let kept = self.stream.is_some();
        let mut sent = self.send(apart);
        if kept && sent.as_ref().is_err_and(closed) {
            self.stream = None;
            sent = self.send(apart);
        }
        match sent {
            Ok(()) => self.receive(method == "HEAD"),
            Err(error) => {
                self.stream = None;
                Err(error)
            }
        }
    }

    /// Sends bytes as they are, whatever they mean.
    pub fn send_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        connected(&mut self.stream, self.address, self.patience)?.get_mut().write_all(bytes)
    }

    /// Sends no more on this connection: the peer sees its input end.
    pub fn end_sending(&mut self) -> io::Result<()> {
        connected(&mut self.stream, self.address, self.patience)?.get_mut().shutdown(Shutdown::Write)
    }

    /// Reads the answer to what was sent raw; a connection that ends before it is an unexpected end of file.
    pub fn read_response(&mut self) -> io::Result<Response> {
        self.receive(false)
    }

    fn compose(&mut self, method: &str, path: &str, headers: &[(&str, &str)], length: usize) -> io::Result<()> {
        let given = |name: &str| headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let request = &mut self.request;
        request.clear();
        write!(request, "{method} {path} HTTP/1.1\r\n")?;
        if !given("host") {
            write!(request, "Host: {}\r\n", self.address)?;
        }
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n")?;
        }
        let has_body = length > 0 || matches!(method, "POST" | "PUT" | "PATCH");
        if has_body && !given("content-length") && !given("transfer-encoding") {
            write!(request, "Content-Length: {length}\r\n")?;
        }
        request.extend_from_slice(b"\r\n");
        Ok(())
    }

    /// Sends what is composed and waits for the first byte of the answer.
    fn send(&mut self, apart: &[u8]) -> io::Result<()> {
        let stream = connected(&mut self.stream, self.address, self.patience)?;
        let sent = stream.get_mut().write_all(&self.request).and_then(|()| stream.get_mut().write_all(apart));
        // A peer may refuse a request before it has read all of it: its answer counts, not the broken pipe.
        match (sent, stream.fill_buf()) {
            (_, Ok([_, ..])) => Ok(()),
            (Err(error), _) | (Ok(()), Err(error)) => Err(error),
            (Ok(()), Ok([])) => Err(io::Error::new(ErrorKind::UnexpectedEof, "the connection was closed without an answer")),
        }
    }

    fn receive(&mut self, to_head: bool) -> io::Result<Response> {
        let Some(stream) = &mut self.stream else {
            return Err(io::Error::new(ErrorKind::NotConnected, "nothing was sent on this connection"));
        };
        let outcome = read(stream, &mut self.line, to_head);
        if !matches!(outcome, Ok((_, true))) {
            self.stream = None;
        }
        outcome.map(|(response, _)| response)
    }
}

fn open(address: SocketAddr, patience: Duration) -> io::Result<Connection> {
    let stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_nodelay(true)?;
    limit(&stream, patience)?;
    Ok(BufReader::new(stream))
}

fn limit(stream: &TcpStream, patience: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))
}

fn connected(stream: &mut Option<Connection>, address: SocketAddr, patience: Duration) -> io::Result<&mut Connection> {
    if stream.is_none() {
        *stream = Some(open(address, patience)?);
    }
    Ok(stream.as_mut().expect("just opened"))
}

fn closed(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn broken(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("not HTTP/1.1: {what}"))
}

fn ended() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the connection was closed before the answer's end")
}

/// One answer, and whether the connection outlives it.
fn read(stream: &mut Connection, line: &mut Vec<u8>, to_head: bool) -> io::Result<(Response, bool)> {
    let (mut response, modern) = loop {
        let (response, modern) = read_head(stream, line)?;
        // What comes in between, such as 100 Continue, is not the answer.
        if response.status >= 200 {
            break (response, modern);
        }
    };
    let says = |name: &str, word: &str| response.header(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
    let mut kept = modern && !says("connection", "close");
    let chunked = says("transfer-encoding", "chunked");
    let length: Option<u64> = match response.header("content-length") {
        Some(text) => Some(text.parse().map_err(|_| broken("a length that is no number"))?),
        None => None,
    };
    let body = &mut response.body;
    match length {
        _ if to_head || matches!(response.status, 204 | 304) => {}
        _ if chunked => read_chunks(stream, line, body)?,
        Some(length) => read_part(stream, length, body)?,
        None => {
            stream.read_to_end(body)?;
            kept = false;
        }
    }
    Ok((response, kept))
}

/// Status and headers, and whether the connection is kept when nothing is said of it.
fn read_head(stream: &mut Connection, line: &mut Vec<u8>) -> io::Result<(Response, bool)> {
    let (version, rest) = read_line(stream, line)?.split_once(' ').ok_or_else(|| broken("no status line"))?;
    let status = rest.get(..3).and_then(|digits| digits.parse().ok()).ok_or_else(|| broken("no status"))?;
    let modern = version == "HTTP/1.1";
    let mut headers = Vec::with_capacity(8);
    loop {
        let text = read_line(stream, line)?;
        if text.is_empty() {
            return Ok((Response { status, headers, body: Vec::new() }, modern));
        }
        let (name, value) = text.split_once(':').ok_or_else(|| broken("a header without a colon"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn read_chunks(stream: &mut Connection, line: &mut Vec<u8>, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let head = read_line(stream, line)?;
        let size = head.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| broken("a chunk without a size"))?;
        if size == 0 {
            break;
        }
        read_part(stream, size, body)?;
        if !read_line(stream, line)?.is_empty() {
            return Err(broken("a chunk longer than its size"));
        }
    }
    // Trailers say nothing here.
    while !read_line(stream, line)?.is_empty() {}
    Ok(())
}

fn read_part(stream: &mut Connection, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    // A length may lie: what is reserved for it stays small.
    body.reserve(length.min(1 << 20) as usize);
    let read = stream.by_ref().take(length).read_to_end(body)?;
    if read as u64 == length { Ok(()) } else { Err(ended()) }
}

/// A line without its end.
fn read_line<'a>(stream: &mut Connection, line: &'a mut Vec<u8>) -> io::Result<&'a str> {
    line.clear();
    stream.read_until(b'\n', line)?;
    match line.strip_suffix(b"\r\n") {
        Some(text) => str::from_utf8(text).map_err(|_| broken("a line that is not UTF-8")),
        None if line.ends_with(b"\n") => Err(broken("a line without a carriage return")),
        None => Err(ended()),
    }
}
