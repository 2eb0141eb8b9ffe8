//! Listening to a proxy that stands before us (`smtpd_upstream_proxy_protocol`): its header is read from the connection,
//! and nothing of what the client says.

use smtp::haproxy::{Families, Header, Origin};
use smtp::text::escaped;
use std::io;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Why a proxy did not say where a connection comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoOrigin {
    /// It took too long.
    Time,
    /// It said nothing, or something else; for the log.
    Fault(String),
}

/// Where a connection really comes from.
pub async fn read_origin(
    stream: &TcpStream,
    limit: Duration,
    families: Families,
) -> Result<Origin, NoOrigin> {
    let mut header = Header::default();
    let fault = |text: String| NoOrigin::Fault(text);
    match timeout(limit, read_header(stream, &mut header)).await {
        Err(_) => return Err(NoOrigin::Time),
        Ok(Ok(())) if header.bytes().is_empty() => return Err(fault("EOF".to_owned())),
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(fault(error.to_string())),
    }
    header.read(families).map_err(|why| fault(format!("{why}: {}", escaped(header.bytes()))))
}

/// Reads until the header is complete, or the proxy hangs up.
async fn read_header(stream: &TcpStream, header: &mut Header) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while !header.is_complete() {
        let seen = stream.peek(&mut buffer).await?;
        if seen == 0 {
            break;
        }
        let mut left = header.take(&buffer[..seen]);
        while left > 0 {
            stream.readable().await?;
            match stream.try_read(&mut buffer[..left]) {
                Ok(0) => return Ok(()),
                Ok(count) => left -= count,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const FAMILIES: Families = Families { ipv4: true, ipv6: true };

    /// What is read when the proxy sends these pieces, and what is left of them.
    fn hear(pieces: &[&[u8]]) -> (Result<Origin, NoOrigin>, Vec<u8>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut proxy = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            let speak = async {
                for piece in pieces {
                    proxy.write_all(piece).await.unwrap();
                    tokio::task::yield_now().await;
                }
                proxy.shutdown().await.unwrap();
            };
            let (origin, ()) = tokio::join!(read_origin(&stream, Duration::from_secs(10), FAMILIES), speak);
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.unwrap();
            (origin, rest)
        })
    }

    #[test]
    fn the_clients_own_words_stay_in_the_connection() {
        let (origin, rest) = hear(&[b"PROXY TCP4 192.0.2.1 ", b"192.0.2.2 1 25\r\nEH", b"LO x\r\n"]);
        let (client, server) = ("192.0.2.1:1".parse().unwrap(), "192.0.2.2:25".parse().unwrap());
        assert_eq!(origin, Ok(Origin::Proxied { client, server }));
        assert_eq!(rest, b"EHLO x\r\n");
    }

    #[test]
    fn faults_show_what_was_said() {
        let fault = |text: &str| Err(NoOrigin::Fault(text.to_owned()));
        assert_eq!(hear(&[b"EHLO x\r\n"]).0, fault("short protocol header: EHLO x\\r\\n"));
        assert_eq!(hear(&[]).0, fault("EOF"));
        assert_eq!(hear(&[b"PRO"]).0, fault("short protocol header: PRO"));
    }
}
