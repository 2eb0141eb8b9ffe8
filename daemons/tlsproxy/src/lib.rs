//! tlsproxy(8): speaks TLS with a client whose socket another daemon hands over (postscreen), and passes clear text
//! between the two. It reads nothing of what it passes, and looks nothing up.
//!
//! Postfix's smtp(8) also keeps TLS sessions open with it; ours keeps them itself, since one process serves all.

mod settings;

use ipc::tlsproxy::{ClearEnd, Reply, Request};
use ipc::{Conversation, IpcError};
use maillog::Log;
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use settings::Settings;
use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use std::time::Duration;
use tls::{Credentials, Fault, Server, ServerSettings, Session, Tickets, Trust, Watch};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// Runs the daemon.
pub fn main(args: Vec<OsString>) -> ExitCode {
    service::main::<TlsProxy>(&args)
}

struct TlsProxy {
    log_level: u8,
    /// None when the certificates can't be used.
    server: Option<Server>,
    tickets: Tickets,
    tlsmgr: ipc::Client,
    watch: Option<Watch>,
}

impl Daemon for TlsProxy {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "tlsproxy",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: false }),
        resident: false,
    };

    fn open(conf: &config::Conf, before: &BeforeJail) -> Result<Self, Fatal> {
        let settings = Settings::from_conf(conf)?;
        let tickets = Tickets::new(settings.ticket_lifetime);
        let server = server(&settings, &tickets);
        if let Err(fault) = &server {
            before.log.warning(format_args!("{fault}: disabling TLS support"));
        }
        Ok(Self {
            log_level: settings.log_level,
            server: server.ok(),
            tickets,
            tlsmgr: ipc::Client::new(&settings.tlsmgr_socket, 1, TLSMGR_PATIENCE),
            watch: Watch::new(&settings.certificates.paths()),
        })
    }

    async fn run(&self, jailed: &Jailed) {
        if let Some(watch) = &self.watch
            && watch.changed().await.is_ok()
        {
            jailed.retire();
        }
        std::future::pending().await
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        let Stream::Unix(stream) = stream else {
            return jailed.log().warning("requests come by unix-domain sockets only");
        };
        let mut asker = Conversation::new(stream);
        let handed = match Handed::receive(&mut asker).await {
            Ok(Some(handed)) => handed,
            Ok(None) => return,
            Err(error) => return jailed.log().warning(error),
        };
        let _place = jailed.request().await;
        self.proxy(&mut asker, handed, &jailed.log().session()).await;
    }
}

/// What was handed over.
struct Handed {
    request: Request,
    client: TcpStream,
    clear: UnixStream,
}

impl Handed {
    /// None from a peer that only looked in.
    async fn receive(asker: &mut Conversation) -> Result<Option<Self>, IpcError> {
        let Some(request) = asker.receive::<Request>().await? else { return Ok(None) };
        let ClearEnd = asker.expect().await?;
        let missing = || IpcError::Malformed("a request without sockets");
        let client: OwnedFd = asker.take_descriptor().ok_or_else(missing)?;
        let clear: OwnedFd = asker.take_descriptor().ok_or_else(missing)?;
        let client = std::net::TcpStream::from(client);
        client.set_nonblocking(true)?;
        let clear = std::os::unix::net::UnixStream::from(clear);
        clear.set_nonblocking(true)?;
        let (client, clear) = (TcpStream::from_std(client)?, UnixStream::from_std(clear)?);
        Ok(Some(Self { request, client, clear }))
    }
}

impl TlsProxy {
    async fn proxy(&self, asker: &mut Conversation, handed: Handed, log: &Log) {
        let Handed { request, client, mut clear } = handed;
        let remote = &request.remote;
        let Some(server) = &self.server else {
            log.warning(format_args!("TLS is not available for {remote}"));
            let _ = asker.send(&Reply::Failed).await;
            return;
        };
        log.info(format_args!("CONNECT from {remote}"));
        let limit = Duration::from_secs(request.handshake_timeout.into());
        match tokio::time::timeout(limit, self.handshake(server, client, log)).await {
            Ok(Ok((mut secret, session))) => {
                if self.log_level >= 1 {
                    let (status, summary) = (session.status(), session.summary());
                    log.info(format_args!("{status} TLS connection established from {remote}: {summary}"));
                }
                if asker.send(&Reply::Ready(session.summary())).await.is_ok() {
                    let idle = Duration::from_secs(request.idle_timeout.into());
                    pass(&mut secret, &mut clear, idle).await;
                }
            }
            Ok(Err(fault)) => {
                let lost = fault.is_lost_connection();
                let what = if lost { fault.loss() } else { "-1" };
                log.info(format_args!("SSL_accept error from {remote}: {what}"));
                if !lost {
                    log.warning(format_args!("TLS library problem: {fault}"));
                }
                let _ = asker.send(&Reply::Failed).await;
            }
            Err(_) => {
                log.info(format_args!("SSL_accept error from {remote}: Connection timed out"));
                let _ = asker.send(&Reply::Failed).await;
            }
        }
        log.info(format_args!("DISCONNECT {remote}"));
    }

    async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        server: &Server,
        client: S,
        log: &Log,
    ) -> Result<(tls::Stream<S>, Session), Fault> {
        if self.tickets.is_stale() {
            match self.tlsmgr.call(&self.tickets.request()).await {
                Ok(keys) => self.tickets.learn(keys),
                Err(error) => log.warning(format_args!("problem talking to server private/tlsmgr: {error}")),
            }
        }
        server.hello(client).await?.finish(None).await
    }
}

fn server(settings: &Settings, tickets: &Tickets) -> Result<Server, Fault> {
    let credentials = Credentials::load(&settings.certificates)?;
    if credentials.is_empty() {
        return Err(Fault::new("no server certificate is configured"));
    }
    Server::new(ServerSettings {
        params: settings.params.clone(),
        credentials,
        server_order: settings.server_order,
        ask: settings.ask_certificate,
        trust: Trust::load(&settings.ca_file, &settings.ca_path, settings.system_trust)?,
        depth: settings.depth,
        digest: settings.digest,
        tickets: Some(tickets.clone()),
        cache: false,
    })
}

/// Passes bytes in both directions until one side has nothing more to say, or none says anything for so long.
async fn pass<A, B>(one: &mut A, other: &mut B, idle: Duration)
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_one, mut from_other) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let step = async {
            tokio::select! {
                read = one.read(&mut from_one) => forward(read, &from_one, other).await,
                read = other.read(&mut from_other) => forward(read, &from_other, one).await,
            }
        };
        match tokio::time::timeout(idle, step).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false) | Err(_)) | Err(_) => break,
        }
    }
    // Both hear that it is over; TLS says so with a message of its own.
    let _ = tokio::time::timeout(idle, one.shutdown()).await;
    let _ = tokio::time::timeout(idle, other.shutdown()).await;
}

/// False when there was nothing more.
async fn forward<W: AsyncWrite + Unpin>(
    read: io::Result<usize>,
    bytes: &[u8],
    to: &mut W,
) -> io::Result<bool> {
    let length = read?;
    to.write_all(&bytes[..length]).await?;
    to.flush().await?;
    Ok(length > 0)
}

const PIECE: usize = 8192;
const TLSMGR_PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;
    use std::path::Path;
    use tokio::net::{TcpListener, UnixListener};

    fn proxy(folder: &Path, more: &str) -> TlsProxy {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/tls");
        let main_cf = format!(
            "tlsproxy_tls_cert_file = {0}/server.pem\ntlsproxy_tls_key_file = {0}/server.key\n{more}",
            data.display()
        );
        let conf = config::Conf::parse("main.cf", &main_cf, &config::HostFacts::default()).unwrap();
        let settings = Settings::from_conf(&conf).unwrap();
        let tickets = Tickets::new(settings.ticket_lifetime);
        TlsProxy {
            log_level: 1,
            server: Some(server(&settings, &tickets).unwrap()),
            tickets,
            tlsmgr: ipc::Client::new(folder.join("tlsmgr"), 1, Duration::from_secs(1)),
            watch: None,
        }
    }

    fn client() -> tls::Client {
        let conf = config::Conf::parse("main.cf", "", &config::HostFacts::default()).unwrap();
        let grades = tls::Grades::from_conf(&conf).unwrap();
        tls::Client::new(tls::ClientSettings {
            params: grades.params(">=TLSv1.2", "medium", &[]).unwrap(),
            credentials: Credentials::default(),
            trust: Trust::default(),
            depth: 9,
            digest: tls::Digest::Sha256,
            resume: false,
        })
        .unwrap()
    }

    fn log() -> Log {
        Log::open("test".to_owned(), maillog::Sink::syslog("mail"), false)
    }

    fn request() -> Request {
        Request { remote: "[127.0.0.1]:1".into(), handshake_timeout: 5, idle_timeout: 5 }
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    /// A service that takes one request, and a pair of connected TCP sockets: the client's and the one to hand over.
    async fn stage(folder: &Path) -> (UnixListener, TcpStream, TcpStream) {
        let service = UnixListener::bind(folder.join("tlsproxy")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (service, client, listener.accept().await.unwrap().0)
    }

    #[test]
    fn clear_text_passes_in_both_directions_until_one_side_ends() {
        let folder = tempfile::tempdir().unwrap();
        run(async {
            let (service, far, near) = stage(folder.path()).await;
            let proxy = proxy(folder.path(), "");
            let daemon = async {
                let mut asker = Conversation::new(service.accept().await.unwrap().0);
                let handed = Handed::receive(&mut asker).await.unwrap().unwrap();
                proxy.proxy(&mut asker, handed, &log()).await;
            };
            let asker = async {
                let path = folder.path().join("tlsproxy");
                let started = ipc::tlsproxy::start(&path, &request(), near.as_fd()).await.unwrap();
                drop(near);
                let (mut clear, session) = started.unwrap();
                assert!(session.starts_with("TLSv1.3 with cipher "), "{session}");
                clear.write_all(b"220 hello\r\n").await.unwrap();
                let mut said = [0; 6];
                clear.read_exact(&mut said).await.unwrap();
                assert_eq!(&said, b"QUIT\r\n");
            };
            let client = async {
                let (mut stream, _) =
                    client().connect(far, "127.0.0.1".parse().unwrap(), None).await.unwrap();
                let mut heard = [0; 11];
                stream.read_exact(&mut heard).await.unwrap();
                assert_eq!(&heard, b"220 hello\r\n");
                stream.write_all(b"QUIT\r\n").await.unwrap();
                // The asker is gone then: the end of the session is told in order.
                assert_eq!(stream.read(&mut heard).await.unwrap(), 0);
            };
            tokio::join!(daemon, asker, client);
        });
    }

    #[test]
    fn a_client_that_speaks_no_tls_is_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        run(async {
            let (service, mut far, near) = stage(folder.path()).await;
            let proxy = proxy(folder.path(), "");
            far.write_all(b"EHLO client.example.net\r\n").await.unwrap();
            let daemon = async {
                let mut asker = Conversation::new(service.accept().await.unwrap().0);
                let handed = Handed::receive(&mut asker).await.unwrap().unwrap();
                proxy.proxy(&mut asker, handed, &log()).await;
            };
            let path = folder.path().join("tlsproxy");
            let request = request();
            let (_, started) = tokio::join!(daemon, ipc::tlsproxy::start(&path, &request, near.as_fd()));
            assert!(started.unwrap().is_none());
        });
    }
}
