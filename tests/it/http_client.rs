//! The tests' own client, against a peer that plays its answers from a script.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::Duration,
};

use assay_tests::http::Client;
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(20);

/// A peer that gives each connection its answers, one to each request, and closes it; it gives back the requests.
struct Peer {
    address: SocketAddr,
    script: JoinHandle<Vec<String>>,
}

impl Peer {
    fn new(connections: &'static [&'static [&'static str]]) -> Self {
        Self::with(move |listener| {
            let mut requests = Vec::new();
            for answers in connections {
                let mut stream = BufReader::new(accept(&listener));
                for answer in *answers {
                    requests.push(read_request(&mut stream));
                    stream.get_mut().write_all(answer.as_bytes()).expect("a client that reads");
                }
            }
            requests
        })
    }

    fn with(script: impl FnOnce(TcpListener) -> Vec<String> + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self { address, script: thread::spawn(move || script(listener)) }
    }

    fn client(&self) -> Client {
        let mut client = Client::connect(self.address).expect("a peer that listens");
        client.set_patience(PATIENCE).expect("a patience");
        client
    }

    fn requests(self) -> Vec<String> {
        self.script.join().expect("a script that was played to its end")
    }
}

fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = listener.accept().expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a patience");
    stream
}

fn read_request(stream: &mut BufReader<TcpStream>) -> String {
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut request).expect("a line"), 0, "the client left after {request:?}");
    }
    let length = request.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |text| text.parse().expect("a number"))];
    stream.read_exact(&mut body).expect("a body");
    request.push_str(&String::from_utf8(body).expect("text"));
    request
}

#[test]
fn one_connection_carries_many_requests() {
    let peer = Peer::new(&[&[
        "HTTP/1.1 201 Created\r\nContent-Length: 9\r\nX-Kind:  a b \r\n\r\n{\"id\": 7}",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ]]);
    let mut client = peer.client();

    let created = client.request("POST", "/things?a=b", &[("Accept", "*/*")], b"{}").expect("an answer");
    assert_eq!((created.status, created.json()), (201, json!({ "id": 7 })));
    assert_eq!((created.header("x-kind"), created.header("x-other")), (Some("a b"), None));
    assert_eq!(client.request("PUT", "/empty", &[], b"").expect("an answer").status, 204);
    assert_eq!(client.request("HEAD", "/head", &[], b"").expect("an answer").body, b"");
    assert!(client.is_open());
    assert_eq!(client.request("GET", "/none", &[("Host", "elsewhere")], b"").expect("an answer").status, 404);
    assert!(!client.is_open());

    let host = peer.address;
    assert_eq!(
        peer.requests(),
        [
            format!("POST /things?a=b HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n{{}}"),
            format!("PUT /empty HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"),
            format!("HEAD /head HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            "GET /none HTTP/1.1\r\nHost: elsewhere\r\n\r\n".to_owned(),
        ]
    );
}

#[test]
fn chunks_are_put_together() {
    let peer = Peer::new(&[&[
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nB;note=x\r\n, wide\r\nwor\r\n2\r\nld\r\n0\r\nSum: 18\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]]);
    let mut client = peer.client();
    let whole = client.request("GET", "/", &[], b"").expect("an answer");
    assert_eq!(whole.text(), "hello, wide\r\nworld");
    let empty = client.request("GET", "/", &[], b"").expect("an answer");
    assert_eq!(empty.text(), "");
    assert_eq!(peer.requests().len(), 2);
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let peer = Peer::new(&[&["HTTP/1.0 200 OK\r\n\r\nall of it"]]);
    let mut client = peer.client();
    let response = client.request("GET", "/", &[], b"").expect("an answer");
    assert_eq!(response.text(), "all of it");
    assert!(!client.is_open());
    peer.requests();
}

#[test]
fn a_long_body_comes_and_goes_whole() {
    let long = vec![b'x'; 3_000_000];
    let expected = long.clone();
    let peer = Peer::with(|listener| {
        let mut stream = BufReader::new(accept(&listener));
        let request = read_request(&mut stream);
        let (_, body) = request.split_once("\r\n\r\n").expect("a head");
        write!(stream.get_mut(), "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("a client that reads");
        Vec::new()
    });
    let response = peer.client().request("POST", "/", &[], &long).expect("an answer");
    assert!(response.body == expected, "{} bytes came back", response.body.len());
    peer.requests();
}

#[test]
fn a_kept_connection_that_was_closed_is_replaced() {
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let peer = Peer::new(&[&[OK], &[OK, OK]]);
    let mut client = peer.client();
    for path in ["/1", "/2", "/3"] {
        assert_eq!(client.request("GET", path, &[], b"").expect("an answer").status, 200, "{path}");
    }
    assert_eq!(peer.requests().len(), 3);
}

#[test]
fn a_request_that_was_answered_in_part_is_not_sent_again() {
    let peer = Peer::new(&[&["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbro"]]);
    let mut client = peer.client();
    assert_eq!(client.request("GET", "/", &[], b"").expect("an answer").status, 200);
    let error = client.request("GET", "/", &[], b"").expect_err("half an answer");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert!(!client.is_open());
    assert_eq!(peer.requests().len(), 2);
}

#[test]
fn what_is_not_http_is_refused() {
    for answer in ["hello\r\n\r\n", "HTTP/1.1 ok\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "HTTP/1.1 200 OK\n\n"] {
        let peer = Peer::with(move |listener| {
            let mut stream = BufReader::new(accept(&listener));
            let request = read_request(&mut stream);
            stream.get_mut().write_all(answer.as_bytes()).expect("a client that reads");
            vec![request]
        });
        let error = peer.client().request("GET", "/", &[], b"").expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{answer:?}");
        peer.requests();
    }
}

#[test]
fn a_request_may_be_broken_off() {
    let peer = Peer::with(|listener| {
        let mut stream = accept(&listener);
        let mut request = String::new();
        stream.read_to_string(&mut request).expect("text");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nConnection: close\r\n\r\nshort").expect("a client that reads");
        drop(stream);
        drop(accept(&listener));
        vec![request]
    });
    let mut client = peer.client();
    client.send_raw(b"POST / HTTP/1.1\r\nContent-Le").expect("a peer that reads");
    client.send_raw(b"ngth: 9\r\n\r\n123").expect("a peer that reads");
    client.end_sending().expect("an open connection");
    let response = client.read_response().expect("an answer");
    assert_eq!((response.status, response.text()), (400, "short"));
    assert_eq!(client.read_response().expect_err("nothing was sent").kind(), ErrorKind::NotConnected);

    client.fresh().expect("a peer that listens");
    assert_eq!(client.read_response().expect_err("a closed connection").kind(), ErrorKind::UnexpectedEof);
    assert_eq!(peer.requests(), ["POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n123"]);
}
