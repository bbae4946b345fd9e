//! Each trouble, as a client sees it whose server echoes.
#![allow(clippy::disallowed_methods, reason = "trouble takes real time")]

use super::*;
use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

/// Answers what it hears, for ever.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let (mut from, mut to) = (stream.try_clone().unwrap(), stream);
                let _ = io::copy(&mut from, &mut to);
            });
        }
    });
    addr
}

struct Client(TcpStream);

impl Client {
    fn connect(proxy: &FaultProxy) -> Self {
        let stream = TcpStream::connect(proxy.addr()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(250))).unwrap();
        Self(stream)
    }

    fn say(&mut self, word: &[u8; 4]) -> io::Result<()> {
        self.0.write_all(word)
    }

    fn hear(&mut self) -> Result<[u8; 4], ErrorKind> {
        let mut word = [0; 4];
        self.0.read_exact(&mut word).map(|()| word).map_err(|error| error.kind())
    }
}

const SILENCE: Result<[u8; 4], ErrorKind> = Err(ErrorKind::WouldBlock);

#[test]
fn without_trouble_bytes_pass_and_are_counted() {
    let proxy = FaultProxy::start(echo()).unwrap();
    let mut client = Client::connect(&proxy);
    client.say(b"ping").unwrap();
    assert_eq!(client.hear(), Ok(*b"ping"));
    assert_eq!((proxy.accepted(), proxy.passed()), (1, (4, 4)));
}

#[test]
fn who_hangs_says_nothing_and_goes_on_where_it_was() {
    let proxy = FaultProxy::start(echo()).unwrap();
    let mut old = Client::connect(&proxy);
    old.say(b"one.").unwrap();
    assert_eq!(old.hear(), Ok(*b"one."));
    proxy.set(Trouble::Hang).unwrap();
    let mut new = Client::connect(&proxy);
    old.say(b"two.").unwrap();
    new.say(b"new.").unwrap();
    assert_eq!((old.hear(), new.hear()), (SILENCE, SILENCE));
    proxy.set(Trouble::None).unwrap();
    assert_eq!((old.hear(), new.hear()), (Ok(*b"two."), Ok(*b"new.")));
}

#[test]
fn a_half_open_link_swallows_one_direction() {
    let proxy = FaultProxy::start(echo()).unwrap();
    for (trouble, reaches_server) in [(Trouble::DeafClient, true), (Trouble::DeafServer, false)] {
        proxy.set(trouble).unwrap();
        let before = proxy.passed().0;
        let mut client = Client::connect(&proxy);
        client.say(b"ping").unwrap();
        assert_eq!(client.hear(), SILENCE, "{trouble:?}");
        assert_eq!(proxy.passed().0 > before, reaches_server, "{trouble:?}");
    }
}

#[test]
fn the_dead_refuse_and_come_back_on_the_same_port() {
    let proxy = FaultProxy::start(echo()).unwrap();
    let mut client = Client::connect(&proxy);
    client.say(b"ping").unwrap();
    assert_eq!(client.hear(), Ok(*b"ping"));
    proxy.die().unwrap();
    assert!(TcpStream::connect(proxy.addr()).is_err(), "nobody listens");
    let heard = client.hear();
    assert!(matches!(heard, Err(ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof)), "{heard:?}");
    proxy.set(Trouble::None).unwrap();
    let mut client = Client::connect(&proxy);
    client.say(b"back").unwrap();
    assert_eq!(client.hear(), Ok(*b"back"));
}

#[test]
fn a_cut_link_ends_and_the_next_one_works() {
    let proxy = FaultProxy::start(echo()).unwrap();
    let mut client = Client::connect(&proxy);
    client.say(b"ping").unwrap();
    assert_eq!(client.hear(), Ok(*b"ping"));
    proxy.cut();
    let heard = client.hear();
    assert!(matches!(heard, Err(ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof)), "{heard:?}");
    let mut client = Client::connect(&proxy);
    client.say(b"next").unwrap();
    assert_eq!(client.hear(), Ok(*b"next"));
}

#[test]
fn a_mad_server_says_something_else() {
    let proxy = FaultProxy::start(echo()).unwrap();
    proxy.set(Trouble::Garble).unwrap();
    let mut client = Client::connect(&proxy);
    client.say(b"ping").unwrap();
    assert_eq!(client.hear(), Ok(b"ping".map(|byte| byte ^ 0xA5)));
}

#[test]
fn slowness_takes_time() {
    let proxy = FaultProxy::start(echo()).unwrap();
    for trouble in [Trouble::Delay(Duration::from_millis(60)), Trouble::Throttle(100)] {
        proxy.set(trouble).unwrap();
        let begun = Instant::now();
        let mut client = Client::connect(&proxy);
        client.say(b"slow").unwrap();
        assert_eq!(client.hear(), Ok(*b"slow"), "{trouble:?}");
        assert!(begun.elapsed() >= Duration::from_millis(60), "{trouble:?}: {:?}", begun.elapsed());
    }
}
