//! Links over real loopback sockets.

mod tls;

use super::*;
use model::record::{Event, Record};
use model::time::{Micros, Position};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire::frame::{Events, Frame, Heartbeat, Hello, Offer, Plan, Refuse, Welcome, encode};
use wire::link::{Incoming, LinkEvent, Subscription};

const PATIENCE: Duration = Duration::from_secs(10);

fn any_port() -> ServerSettings {
    ServerSettings { addr: ([127, 0, 0, 1], 0).into(), tls: None, limits: ServerLimits::default() }
}

fn welcome() -> Frame {
    let offer = Offer { name: "pbx1".into(), switch: None, epoch: 7, seq: 0, plan: Plan::Resume };
    Frame::Welcome(Welcome { v: 1, sources: vec![offer] })
}

fn events(seqs: std::ops::RangeInclusive<u64>) -> Frame {
    let record = |seq| Record { epoch: 7, seq, ..Record::new("pbx1", Event::Queued, Micros::from_secs(1)) };
    Frame::Events(Events { source: "pbx1".into(), records: seqs.map(record).collect() })
}

/// A client whose hello names the last record that it has taken in, as a collector would.
struct Client {
    link: Subscription,
    position: Arc<Mutex<Position>>,
}

impl Client {
    fn connect(settings: ClientSettings) -> Self {
        let position = Arc::new(Mutex::new(Position::default()));
        let known = position.clone();
        let hello = move || {
            let positions = [("pbx1".into(), *known.lock().unwrap())].into();
            Hello { v: 1, role: "dcu".into(), positions, ..Hello::default() }
        };
        Self { link: subscribe(settings, hello).unwrap(), position }
    }

    async fn next(&mut self) -> LinkEvent {
        let event =
            timeout(PATIENCE, self.link.events.recv()).await.expect("in time").expect("the link goes on");
        if let LinkEvent::Events(events) = &event {
            *self.position.lock().unwrap() = events.records.last().unwrap().position();
        }
        event
    }

    /// Why the link was lost.
    async fn lost(&mut self) -> String {
        loop {
            if let LinkEvent::Lost { cause, .. } = self.next().await {
                return cause;
            }
        }
    }
}

async fn accepted(incoming: &mut mpsc::Receiver<Incoming>) -> Incoming {
    timeout(PATIENCE, incoming.recv()).await.expect("in time").expect("the server runs")
}

fn plain(server: &ServerHandle) -> ClientSettings {
    ClientSettings::plain(server.addr().to_string())
}

#[tokio::test]
async fn a_client_says_hello_gets_records_and_acknowledges_them() {
    let (server, mut incoming) = serve(any_port()).await.unwrap();
    let mut client = Client::connect(plain(&server));
    let mut link = accepted(&mut incoming).await;
    assert_eq!(link.hello.role, "dcu");
    for frame in [welcome(), events(1..=3), events(4..=5)] {
        link.outbox.push(encode(&frame).unwrap()).await.unwrap();
    }
    assert!(matches!(client.next().await, LinkEvent::Connected(_)));
    assert!(matches!(client.next().await, LinkEvent::Events(events) if events.records.len() == 3));
    assert!(matches!(client.next().await, LinkEvent::Events(events) if events.records.len() == 2));
    client.link.acks.send([("pbx1".into(), Position { epoch: 7, seq: 5 })].into()).await.unwrap();
    let Some(Frame::Ack(ack)) = timeout(PATIENCE, link.frames.recv()).await.unwrap() else { panic!() };
    assert_eq!(ack.positions["pbx1"].seq, 5);
    drop(client);
    timeout(PATIENCE, link.outbox.closed()).await.expect("the server notices that the client is gone");
}

#[tokio::test]
async fn a_link_cut_in_the_middle_of_a_frame_goes_on_from_the_last_whole_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = Client::connect(ClientSettings::plain(listener.local_addr().unwrap().to_string()));
    let (hello, first, second) =
        (encode(&welcome()).unwrap(), events(1..=3), encode(&events(4..=6)).unwrap());
    let first = encode(&first).unwrap();
    for cut in [1, 5, second.len() - 1] {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&[&hello[..], &first, &second[..cut]].concat()).await.unwrap();
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "a hello");
        drop(stream);
        assert!(matches!(client.next().await, LinkEvent::Connected(_)));
        assert!(matches!(client.next().await, LinkEvent::Events(_)));
        let cause = client.lost().await;
        assert!(cause.contains("closed") || cause.contains("reset"), "{cause}");
        assert_eq!(client.position.lock().unwrap().seq, 3);
    }
    // The next hello tells the position.
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut decoder = wire::frame::Decoder::default();
    let mut buffer = [0; 4096];
    let count = stream.read(&mut buffer).await.unwrap();
    decoder.push(&buffer[..count]);
    let Some(Frame::Hello(hello)) = decoder.next_frame().unwrap() else { panic!() };
    assert_eq!(hello.positions["pbx1"], Position { epoch: 7, seq: 3 });
}

#[tokio::test]
async fn a_resync_begins_anew_with_the_positions_of_the_moment() {
    let (server, mut incoming) = serve(any_port()).await.unwrap();
    let mut client = Client::connect(plain(&server));
    let link = accepted(&mut incoming).await;
    link.outbox.push(encode(&welcome()).unwrap()).await.unwrap();
    link.outbox.push(encode(&events(1..=3)).unwrap()).await.unwrap();
    client.next().await;
    client.next().await;
    client.link.resync.send("a record is missing".into()).await.unwrap();
    assert_eq!(client.lost().await, "a record is missing");
    assert_eq!(accepted(&mut incoming).await.hello.positions["pbx1"].seq, 3);
}

#[tokio::test]
async fn a_refusal_is_told_with_code_and_cure() {
    let (server, mut incoming) = serve(any_port()).await.unwrap();
    let mut client = Client::connect(plain(&server));
    let link = accepted(&mut incoming).await;
    let refuse = Refuse { code: "token".into(), text: "check the secret".into() };
    link.outbox.push(encode(&Frame::Refuse(refuse)).unwrap()).await.unwrap();
    drop(link);
    let LinkEvent::Refused { code, text, retry_in } = client.next().await else { panic!() };
    assert_eq!((code.as_str(), text.as_str()), ("token", "check the secret"));
    assert_eq!(retry_in, ClientLimits::default().retry_max);
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_told_and_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let silence_max = Duration::from_millis(200);
    let limits = ClientLimits { silence_max, welcome_within: silence_max, ..ClientLimits::default() };
    let settings = ClientSettings { limits, ..ClientSettings::plain(&address) };
    let mut client = Client::connect(settings.clone());
    let (_silent, _) = listener.accept().await.unwrap();
    assert!(client.lost().await.contains("no answer"), "no welcome");
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.write_all(&encode(&welcome()).unwrap()).await.unwrap();
    assert!(client.lost().await.contains("sent nothing"), "no heartbeat");
    drop((listener, stream));
    let cause = loop {
        let cause = client.lost().await;
        if cause.contains("can't connect") {
            break cause;
        }
    };
    assert!(cause.contains(&address), "{cause}");
}

#[tokio::test]
async fn a_server_that_ends_in_mid_answer_or_before_any_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = Client::connect(ClientSettings::plain(listener.local_addr().unwrap().to_string()));
    let mut hello = [0; 4096];
    let (mut stream, _) = listener.accept().await.unwrap();
    assert!(stream.read(&mut hello).await.unwrap() > 0);
    drop(stream);
    let cause = client.lost().await;
    assert!(cause.contains("without an answer") && cause.contains("want TLS"), "{cause}");
    let (mut stream, _) = listener.accept().await.unwrap();
    assert!(stream.read(&mut hello).await.unwrap() > 0);
    stream.write_all(&encode(&welcome()).unwrap()).await.unwrap();
    let half = encode(&events(1..=50)).unwrap();
    stream.write_all(&half[..half.len() / 2]).await.unwrap();
    stream.shutdown().await.unwrap();
    let cause = client.lost().await;
    assert!(cause.contains("in the middle of a frame"), "{cause}");
}

#[tokio::test]
async fn a_client_that_speaks_something_else_is_told_so_and_counted() {
    let limits = ServerLimits { hello_within: Duration::from_millis(300), ..ServerLimits::default() };
    let (server, _incoming) = serve(ServerSettings { limits, ..any_port() }).await.unwrap();
    let heartbeat = Heartbeat { source: "x".into(), epoch: 1, seq: 1, now: Micros::ZERO };
    let no_hello = encode(&Frame::Heartbeat(heartbeat)).unwrap().to_vec();
    for (bytes, word) in
        [(&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..], "over the limit"), (&no_hello, "no hello")]
    {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        let mut decoder = wire::frame::Decoder::default();
        decoder.push(&answer);
        let Some(Frame::Refuse(refuse)) = decoder.next_frame().unwrap() else { panic!("{answer:?}") };
        assert!(refuse.text.contains(word), "{}", refuse.text);
    }
    let mut silent = TcpStream::connect(server.addr()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, silent.read_to_end(&mut answer)).await.expect("closed after a while").unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.counts().broken(), 3);
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off() {
    let limits = ServerLimits { write_within: Duration::from_millis(300), ..ServerLimits::default() };
    let (server, mut incoming) = serve(ServerSettings { limits, ..any_port() }).await.unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(&encode(&Frame::Hello(Hello::default())).unwrap()).await.unwrap();
    let link = accepted(&mut incoming).await;
    let frame = encode(&events(1..=5_000)).unwrap();
    let ended = timeout(PATIENCE, async { while link.outbox.push(frame.clone()).await.is_ok() {} }).await;
    assert!(ended.is_ok(), "the link ends");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.counts().slow(), 1);
}

#[tokio::test]
async fn connections_over_the_limit_are_turned_away() {
    let limits = ServerLimits { connections_max: 2, ..ServerLimits::default() };
    let (server, _incoming) = serve(ServerSettings { limits, ..any_port() }).await.unwrap();
    let first = TcpStream::connect(server.addr()).await.unwrap();
    let second = TcpStream::connect(server.addr()).await.unwrap();
    let mut third = TcpStream::connect(server.addr()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, third.read_to_end(&mut answer)).await.expect("closed at once").unwrap();
    assert_eq!(server.counts().turned_away(), 1);
    drop((first, second));
}

#[tokio::test]
async fn a_port_in_use_is_told_with_its_address_and_the_cure() {
    let (server, _incoming) = serve(any_port()).await.unwrap();
    let error = serve(ServerSettings { addr: server.addr(), ..any_port() }).await.unwrap_err().to_string();
    assert!(error.contains(&server.addr().to_string()) && error.contains("another"), "{error}");
}
