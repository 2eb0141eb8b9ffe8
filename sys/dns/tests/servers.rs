//! The resolver against name servers of our own: silence, trouble, cut replies, aliases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test without its servers must stop

use dns::{Ask, Data, Error, Families, Kind, NameCode, ResolvConf, Resolver};
use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Name};
use domain::rdata::{A, Cname, Ptr};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

/// A zone: question in, message out; None is silence.
type Zone = fn(&str, Rtype, &[u8], bool) -> Option<Vec<u8>>;

/// Serves `zone` by UDP and TCP on one port; ends with the runtime of the test.
async fn serve(zone: Zone) -> SocketAddr {
    let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = udp.local_addr().unwrap();
    let tcp = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, client)) = udp.recv_from(&mut buffer).await {
            if let Some(reply) = answer(zone, &buffer[..length], false) {
                udp.send_to(&reply, client).await.unwrap();
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = tcp.accept().await {
            let mut query = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut query).await.unwrap();
            if let Some(reply) = answer(zone, &query, true) {
                stream.write_all(&(reply.len() as u16).to_be_bytes()).await.unwrap();
                stream.write_all(&reply).await.unwrap();
            }
        }
    });
    address
}

fn answer(zone: Zone, query: &[u8], tcp: bool) -> Option<Vec<u8>> {
    let question = Message::from_slice(query).unwrap().first_question().unwrap();
    zone(&question.qname().to_string().to_lowercase(), question.qtype(), query, tcp)
}

fn resolver(servers: &[SocketAddr]) -> Resolver {
    let timeout = Duration::from_secs(1);
    Resolver::with_conf(ResolvConf {
        servers: servers.to_vec(),
        timeout,
        attempts: 1,
        ..ResolvConf::default()
    })
}

fn name(text: &str) -> Name<Vec<u8>> {
    Name::vec_from_str(text).unwrap()
}

fn error(query: &[u8], rcode: Rcode) -> Option<Vec<u8>> {
    let query = Message::from_slice(query).unwrap();
    Some(MessageBuilder::new_vec().start_error(query, rcode).finish())
}

fn address_zone(qname: &str, qtype: Rtype, query: &[u8], tcp: bool) -> Option<Vec<u8>> {
    let message = Message::from_slice(query).unwrap();
    let mut reply = MessageBuilder::new_vec().start_answer(message, Rcode::NOERROR).unwrap();
    match (qname, qtype) {
        ("host.example", Rtype::A) => {
            reply.push((name("host.example"), Class::IN, 60, A::from_octets(192, 0, 2, 1))).unwrap();
        }
        ("alias.example", Rtype::A) => {
            reply.push((name("alias.example"), Class::IN, 60, Cname::new(name("host.example")))).unwrap();
        }
        ("big.example", Rtype::A) if tcp => {
            for last in 0..50 {
                let a = A::from_octets(192, 0, 2, last);
                reply.push((name("big.example"), Class::IN, 60, a)).unwrap();
            }
        }
        ("big.example", Rtype::A) => reply.header_mut().set_tc(true),
        (q, Rtype::A) if q.starts_with('a') && q.ends_with(".chain.example") => {
            let next = format!("a{q}");
            reply.push((name(q), Class::IN, 60, Cname::new(name(&next)))).unwrap();
        }
        ("1.2.0.192.in-addr.arpa", Rtype::PTR) => {
            reply.push((name(qname), Class::IN, 60, Ptr::new(name("host.example")))).unwrap();
        }
        ("2.2.0.192.in-addr.arpa", Rtype::PTR) => {
            reply.push((name(qname), Class::IN, 60, Ptr::new(name("host.example")))).unwrap();
        }
        ("3.2.0.192.in-addr.arpa", Rtype::PTR) => {
            reply.push((name(qname), Class::IN, 60, Ptr::new(name("silent.example")))).unwrap();
        }
        ("silent.example", _) => return None,
        ("host.example", _) => {}
        _ => return error(query, Rcode::NXDOMAIN),
    }
    Some(reply.finish())
}

fn trouble(_: &str, _: Rtype, query: &[u8], _: bool) -> Option<Vec<u8>> {
    error(query, Rcode::SERVFAIL)
}

#[tokio::test]
async fn addresses_are_found_and_absence_is_told_in_two_ways() {
    let resolver = resolver(&[serve(address_zone).await]);
    let found = resolver.addresses("host.example", Families::ALL, Ask::default()).await.unwrap();
    assert_eq!(found.records[0].data, Data::Address("192.0.2.1".parse().unwrap()));
    let no_data = resolver.query("host.example", Kind::Mx, Ask::default()).await.unwrap_err();
    assert_eq!(no_data.error, Error::NoData);
    let no_name = resolver.query("other.example", Kind::Mx, Ask::default()).await.unwrap_err();
    assert_eq!(
        no_name.to_string(),
        "Host or domain name not found. Name service error for name=other.example type=MX: Host not found"
    );
}

#[tokio::test]
async fn a_cut_reply_is_fetched_by_tcp() {
    let resolver = resolver(&[serve(address_zone).await]);
    let answer = resolver.query("big.example", Kind::A, Ask::default()).await.unwrap();
    assert_eq!(answer.records.len(), 50);
}

#[tokio::test]
async fn aliases_are_followed_but_not_for_ever() {
    let resolver = resolver(&[serve(address_zone).await]);
    let answer = resolver.query("alias.example", Kind::A, Ask::default()).await.unwrap();
    assert_eq!(answer.canonical, "host.example");
    let endless = resolver.query("a.chain.example", Kind::A, Ask::default()).await.unwrap_err();
    assert_eq!(endless.error, Error::Loop);
}

#[tokio::test]
async fn silence_and_trouble_are_temporary_and_the_next_server_is_asked() {
    let good = serve(address_zone).await;
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let silent_address = silent.local_addr().unwrap();
    let bad = serve(trouble).await;
    let started = Instant::now();
    let nobody = resolver(&[silent_address, bad]);
    let failure = nobody.query("host.example", Kind::A, Ask::default()).await.unwrap_err();
    assert_eq!(failure.error, Error::TryAgain);
    assert!(started.elapsed() < Duration::from_secs(5));
    let some = resolver(&[silent_address, bad, good]);
    assert!(some.query("host.example", Kind::A, Ask::default()).await.is_ok());
}

#[tokio::test]
async fn a_client_name_counts_only_when_it_leads_back() {
    let resolver = resolver(&[serve(address_zone).await]);
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    let good = resolver.client_name(ip("::ffff:192.0.2.1")).await;
    assert_eq!((good.name.as_deref(), good.name_code), (Some("host.example"), NameCode::Ok));
    let forged = resolver.client_name(ip("192.0.2.2")).await;
    assert_eq!((forged.name, forged.name_code, forged.reverse_code), (None, NameCode::Forged, NameCode::Ok));
    assert_eq!(
        forged.warning.as_deref(),
        Some("hostname host.example does not resolve to address 192.0.2.2")
    );
    let unsure = resolver.client_name(ip("192.0.2.3")).await;
    assert_eq!(unsure.name_code, NameCode::Temporary);
    let none = resolver.client_name(ip("192.0.2.4")).await;
    assert_eq!((none.reverse, none.reverse_code), (None, NameCode::Permanent));
}
