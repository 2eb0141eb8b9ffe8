//! Sessions that scache(8) keeps for all processes of this transport. It is a convenience: when it is away, or slow,
//! sessions are opened anew.

use crate::cache::Place;
use crate::session::Session;
use crate::settings::{CacheSettings, Timeouts};
use ipc::scache::{Reply, Request};
use ipc::{Client, IpcError};
use std::cell::Cell;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::time::Duration;
use tables::Warn;

/// The way to scache(8).
pub struct Shared {
    client: Client,
    /// In front of all names: another transport may speak another protocol to the same server.
    transport: String,
    /// `connection_cache_protocol_timeout`.
    patience: Duration,
    timeouts: Rc<Timeouts>,
    warn: Warn,
    /// That the service is away has been said.
    warned: Cell<bool>,
}

impl Shared {
    pub(crate) fn new(settings: &CacheSettings, timeouts: Rc<Timeouts>, warn: Warn) -> Self {
        let patience = settings.protocol_timeout;
        let client = Client::new(&settings.service, CONVERSATIONS, patience);
        let transport = settings.transport.clone();
        Self { client, transport, patience, timeouts, warn, warned: Cell::new(false) }
    }

    /// A session to this destination.
    pub(crate) async fn find_destination(&self, destination: &str) -> Option<Session> {
        self.find(&Request::FindDestination(self.name(destination))).await
    }

    /// A session to this server.
    pub(crate) async fn find_endpoint(&self, endpoint: &str) -> Option<Session> {
        self.find(&Request::FindEndpoint(self.name(endpoint))).await
    }

    async fn find(&self, request: &Request) -> Option<Session> {
        // A service that is away has no sessions.
        let (reply, connection) = self.ask(request, None).await.ok()?;
        let Reply::Found(properties) = reply else { return None };
        Session::activate(connection?, &properties, self.timeouts.clone())
    }

    /// Tells scache which server a destination has; false when there is no scache.
    pub(crate) async fn bind(&self, place: &Place, ttl: Duration) -> bool {
        let (destination, endpoint) = (self.name(&place.destination), self.endpoint(place));
        self.ask(&Request::SaveDestination { ttl, destination, endpoint }, None).await.is_ok()
    }

    /// Saves a session for so long. What can't be saved is closed, as everything is that scache closes.
    pub(crate) async fn save(&self, place: &Place, session: Session, ttl: Duration) {
        if let Some((connection, properties)) = session.passivate() {
            let save = Request::SaveEndpoint { ttl, endpoint: self.endpoint(place), properties };
            let _ = self.ask(&save, Some(connection.as_fd())).await;
        }
    }

    /// Where sessions differ from one another, only their destination leads to them.
    fn endpoint(&self, place: &Place) -> String {
        self.name(place.endpoint.as_ref().unwrap_or(&place.destination))
    }

    async fn ask(
        &self,
        request: &Request,
        connection: Option<BorrowedFd<'_>>,
    ) -> Result<(Reply, Option<OwnedFd>), IpcError> {
        let exchange = async {
            let mut lease = self.client.begin().await?;
            match connection {
                Some(connection) => lease.send_with(request, connection).await?,
                None => lease.send(request).await?,
            }
            let reply = lease.expect().await?;
            let connection = lease.take_descriptor();
            lease.done();
            Ok((reply, connection))
        };
        let result = tokio::time::timeout(self.patience, exchange).await.unwrap_or(Err(IpcError::Timeout));
        if let Err(error @ IpcError::Connect(..)) = &result
            && !self.warned.replace(true)
        {
            self.warn.say(&format!("connection cache: {error}"));
        }
        result
    }

    fn name(&self, name: &str) -> String {
        format!("{} {name}", self.transport)
    }
}

const CONVERSATIONS: usize = 20;
