//! local(8) as a whole, with a stand-in for trivial-rewrite(8), cleanup(8) and another delivery agent.
//! The user who runs the tests is the one who has a mailbox.

use super::*;
use crate::agent::tests::{deliver, request};
use config::HostFacts;
use ipc::cleanup::{Finished, Frame, Opened};
use ipc::rewrite::{Reply as Rewritten, Request as Rewrite, Resolved};
use ipc::{Conversation, deliver as delivery};
use mail::{AddressClass, Diagnosis, Enhanced, Outcome, QueueId};
use os::users::User;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;
use tokio::net::UnixListener;

const BODY: &[&str] = &["Subject: t", "", "From text"];

/// A queue directory with services, a spool, and local(8).
struct House {
    dir: tempfile::TempDir,
    me: User,
    forwarded: Arc<Mutex<Vec<String>>>,
    local: Local,
}

impl House {
    async fn new(main_cf: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        for name in ["private", "public", "spool", "open"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        std::fs::set_permissions(dir.path().join("open"), PermissionsExt::from_mode(0o777)).unwrap();
        let forwarded = Arc::new(Mutex::new(Vec::new()));
        let place = |name: &str| UnixListener::bind(dir.path().join(name)).unwrap();
        serve_rewrite(place("private/rewrite"));
        serve_cleanup(place("public/cleanup"), Arc::clone(&forwarded));
        serve_agent(place("private/other"));
        let host = HostFacts { hostname: "mail.test".into(), ..HostFacts::default() };
        let base = dir.path().display();
        let text = format!("mail_spool_directory = {base}/spool\nalias_maps =\n{main_cf}")
            .replace("DIR", &base.to_string());
        let conf = Conf::parse("main.cf", &text, &host).unwrap();
        let local = Local::from_conf(&conf, "local", dir.path().to_owned(), Warn::new(|_| ()));
        let me = User::by_uid(os::jail::effective_uid()).unwrap().unwrap();
        Self { local: local.unwrap_or_else(|fatal| panic!("{fatal}")), dir, me, forwarded }
    }

    async fn send(&self, user: &str) -> String {
        let address = format!("{}@mail.test", user.replace("ME", &self.me.name));
        deliver(&self.local, request("mail.test", &[&address]), BODY).await.remove(0)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name.replace("ME", &self.me.name))).unwrap_or_default()
    }
}

fn serve_rewrite(listener: UnixListener) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut peer = Conversation::new(stream);
            while let Ok(Some(request)) = peer.receive::<Rewrite>().await {
                let reply = match request {
                    Rewrite::Rewrite { address, .. } if address.contains('@') => {
                        Rewritten::Rewritten(address)
                    }
                    Rewrite::Rewrite { address, .. } => Rewritten::Rewritten(format!("{address}@mail.test")),
                    Rewrite::Resolve { address, .. } => {
                        let here = address.domain() == Some("mail.test");
                        Rewritten::Resolved(Resolved {
                            transport: if here { "local" } else { "smtp" }.into(),
                            nexthop: "n".into(),
                            recipient: address,
                            class: AddressClass::Local,
                            has_routing: false,
                            is_error: false,
                        })
                    }
                };
                peer.send(&reply).await.unwrap();
            }
        }
    });
}

fn serve_cleanup(listener: UnixListener, forwarded: Arc<Mutex<Vec<String>>>) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut peer = Conversation::new(stream);
            let mut told = String::new();
            while let Ok(Some(frame)) = peer.receive::<Frame>().await {
                match frame {
                    Frame::Begin(begin) => {
                        told = format!("from {} to", begin.sender);
                        peer.send(&Opened::Id(QueueId::parse("NEW").unwrap())).await.unwrap();
                    }
                    Frame::Recipient(to) => told += &format!(" {} ({})", to.address, to.original),
                    Frame::Content(text) => told += &format!("\n{}", String::from_utf8(text).unwrap()),
                    Frame::Open => panic!("local knows the sender"),
                    Frame::Finish => {
                        forwarded.lock().unwrap().push(std::mem::take(&mut told));
                        peer.send(&Finished::Queued).await.unwrap();
                    }
                    Frame::Edit(_) => {}
                }
            }
        }
    });
}

/// Says what it was asked.
fn serve_agent(listener: UnixListener) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut peer = Conversation::new(stream);
            let asked: delivery::Request = peer.expect().await.unwrap();
            assert!(peer.take_descriptor().is_some());
            let reason = format!("{} via {}", asked.recipients[0].address, asked.nexthop);
            let outcome = Outcome::Sent(Diagnosis::new(Enhanced::new(0, 0), reason));
            peer.send(&delivery::Reply::Recipient { index: 0, outcome, relay: String::new() }).await.unwrap();
            peer.send(&delivery::Reply::Done { unavailable: None }).await.unwrap();
        }
    });
}

#[tokio::test]
async fn a_users_mail_goes_to_the_spool_and_strangers_bounce() {
    let house = House::new("forward_path =\n").await;
    assert_eq!(house.send("ME").await, "2.0.0 delivered to mailbox");
    let text = house.read("spool/ME");
    let address = format!("{}@mail.test", house.me.name);
    assert!(text.starts_with("From s@example.org  "), "{text}");
    let rest = format!(
        "\nReturn-Path: <s@example.org>\nX-Original-To: {address}\nDelivered-To: {address}\nSubject: t\n\n>From text\n\n"
    );
    assert!(text.ends_with(&rest), "{text}");
    assert_eq!(house.send("no-such-user").await, "5.1.1 unknown user: \"no-such-user\"");
    assert_eq!(house.send("postmaster").await, "2.0.0 discarded");
}

#[tokio::test]
async fn shell_words_files_and_includes_as_recipients_are_unknown_users() {
    let house = House::new("forward_path =\n").await;
    for name in ["|/bin/true", "/etc/passwd", ":include:/etc/passwd", "../x", "-x", "${run{x}}"] {
        assert_eq!(house.send(name).await, format!("5.1.1 unknown user: \"{name}\""));
    }
}

#[tokio::test]
async fn a_message_that_was_here_before_is_a_loop() {
    let house = House::new("forward_path =\n").await;
    let address = format!("{}@mail.test", house.me.name);
    let header = format!("Delivered-To: {}", address.to_uppercase());
    let fates = deliver(&house.local, request("mail.test", &[&address]), &[&header, "", "x"]).await;
    assert_eq!(fates, [format!("5.4.6 mail forwarding loop for {address}")]);
    assert_eq!(house.read("spool/ME"), "");
}

#[tokio::test]
async fn aliases_reach_local_users_at_once_and_others_by_a_new_message() {
    let house = House::new(
        "forward_path =\nalias_maps = inline:{{list = ME, far@x.test}}\n".replace("ME", &me()).as_str(),
    )
    .await;
    assert_eq!(house.send("LIST").await, "2.0.0 delivered to mailbox");
    assert!(house.read("spool/ME").contains("Delivered-To: LIST@mail.test\n"));
    let forwarded = house.forwarded.lock().unwrap();
    assert!(
        forwarded[0].starts_with(
            "from s@example.org to far@x.test (LIST@mail.test)\nReceived: by mail.test (Postfix)\n\tid NEW; "
        ),
        "{}",
        forwarded[0]
    );
    assert!(
        forwarded[0].ends_with("\nDelivered-To: LIST@mail.test\nSubject: t\n\nFrom text\n"),
        "{}",
        forwarded[0]
    );
}

#[tokio::test]
async fn the_owner_of_a_list_becomes_the_sender_of_new_messages() {
    let aliases =
        "forward_path =\nalias_maps = inline:{{list = ME}, {owner-list = someone}}\n".replace("ME", &me());
    let house = House::new(&aliases).await;
    assert_eq!(house.send("list").await, "2.0.0 forwarded as NEW");
    let expected = format!("from owner-list@mail.test to {}@mail.test ()\n", me());
    assert!(house.forwarded.lock().unwrap()[0].starts_with(&expected));
}

#[tokio::test]
async fn aliases_that_name_each_other_end_and_an_alias_of_itself_means_the_user() {
    let aliases = "forward_path =\nalias_maps = inline:{{a = b}, {b = a}, {ME = ME, ME}, {x = x}}\n"
        .replace("ME", &me());
    let house = House::new(&aliases).await;
    assert_eq!(house.send("a").await, "5.4.6 alias database loop for b");
    assert_eq!(house.send("ME").await, "2.0.0 delivered to mailbox");
    assert_eq!(house.read("spool/ME").matches("Subject: t").count(), 1, "one copy");
    assert_eq!(house.send("x").await, "5.1.1 unknown user: \"x\"");
}

#[tokio::test]
async fn a_broken_alias_table_defers() {
    let house = House::new("forward_path =\nalias_maps = fail:x\n").await;
    assert_eq!(house.send("ME").await, "4.3.0 alias database unavailable");
}

#[tokio::test]
async fn commands_get_a_clean_environment_and_their_end_decides() {
    let aliases = "forward_path =\nalias_maps = texthash:DIR/aliases\nrecipient_delimiter = +\n";
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("aliases");
    std::fs::write(
        &table,
        "show \"|echo $RECIPIENT $EXTENSION $SENDER $HOME$MAIL_SPOOL; exit 65\"\nlater nobody-here, \"|exit 75\"\nbad nobody-here, \"|exit 1\"\n",
    )
    .unwrap();
    let house = House::new(&aliases.replace("DIR", &dir.path().display().to_string())).await;
    let fate = house.send("show+a;b").await;
    let home = if os::jail::is_root() { String::new() } else { house.me.home.display().to_string() };
    assert_eq!(
        fate,
        format!("5.6.0 data format error. Command output: show+a_b@mail.test a_b s@example.org {home} ")
            .replace("  ", " ")
    );
    assert_eq!(house.send("later").await, "4.3.0 temporary failure");
    assert_eq!(
        house.send("bad").await,
        "5.1.1 unknown user: \"nobody-here\"",
        "the first that fails is told"
    );
}

#[tokio::test]
async fn files_and_includes_of_aliases_need_permission() {
    let aliases = "forward_path =\nalias_maps = texthash:DIR/aliases\n";
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let place = |name: &str| dir.path().join(name).display().to_string();
    std::fs::create_dir(place("open")).unwrap();
    std::fs::set_permissions(place("open"), PermissionsExt::from_mode(0o777)).unwrap();
    std::fs::write(place("list"), format!("# members\n{}, far@x.test\n", me())).unwrap();
    std::fs::write(place("cmds"), "\"|/bin/true\"\n").unwrap();
    std::fs::write(
        place("aliases"),
        format!(
            "file {0}/open/f\ndir {0}/open/d/\ninc :include:{0}/list\ncmds :include:{0}/cmds\ngone :include:{0}/gone\n\
             null /dev/null\n",
            dir.path().display()
        ),
    )
    .unwrap();
    let house = House::new(&aliases.replace("DIR", &dir.path().display().to_string())).await;
    assert_eq!(house.send("file").await, format!("2.0.0 delivered to file: {}", place("open/f")));
    assert_eq!(house.send("dir").await, "2.0.0 delivered to maildir");
    assert_eq!(house.send("null").await, "2.0.0 delivered to file: /dev/null");
    assert_eq!(house.send("cmds").await, "5.7.1 mail to command is restricted");
    assert_eq!(house.send("gone").await, "5.3.5 mail system configuration error");
    assert_eq!(house.send("inc").await, "2.0.0 forwarded as NEW");
    let expected =
        format!("from s@example.org to {}@mail.test (inc@mail.test) far@x.test (inc@mail.test)\n", me());
    assert!(house.forwarded.lock().unwrap()[0].starts_with(&expected));
}

#[tokio::test]
async fn a_forward_file_is_used_only_when_it_is_the_users_own() {
    let dir = tempfile::tempdir().unwrap();
    let forward = dir.path().join("forward");
    let house = House::new(&format!("forward_path = {}\n", forward.display())).await;
    std::fs::write(&forward, format!("\\{}, far@x.test", me())).unwrap();
    assert_eq!(house.send("ME").await, "2.0.0 delivered to mailbox");
    assert_eq!(house.forwarded.lock().unwrap().len(), 1);
    let expect_mailbox_alone = async |why: &str| {
        assert_eq!(house.send("ME").await, "2.0.0 delivered to mailbox", "{why}");
        assert_eq!(house.forwarded.lock().unwrap().len(), 1, "{why}");
    };
    std::fs::write(&forward, "").unwrap();
    expect_mailbox_alone("empty").await;
    std::fs::write(&forward, "far@x.test").unwrap();
    std::fs::set_permissions(&forward, PermissionsExt::from_mode(0o666)).unwrap();
    expect_mailbox_alone("world writable").await;
    std::fs::set_permissions(&forward, PermissionsExt::from_mode(0o600)).unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o777)).unwrap();
    expect_mailbox_alone("world writable home").await;
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o700)).unwrap();
    std::fs::remove_file(&forward).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &forward).unwrap();
    expect_mailbox_alone("symbolic link").await;
    std::fs::remove_file(&forward).unwrap();
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &forward, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    expect_mailbox_alone("FIFO").await;
}

#[tokio::test]
async fn the_mailbox_can_be_elsewhere() {
    let home = House::new("forward_path =\nmailbox_command = exit 69\n").await;
    assert_eq!(home.send("ME").await, "5.3.0 service unavailable");
    let other = House::new("forward_path =\nmailbox_transport = other:unix:x\n").await;
    assert_eq!(other.send("anybody").await, "2.0.0 anybody@mail.test via unix:x");
    let fallback = House::new("forward_path =\nfallback_transport = other\n").await;
    assert_eq!(fallback.send("nobody-here").await, "2.0.0 nobody-here@mail.test via mail.test");
    let absent = House::new("forward_path =\nmailbox_transport = absent:x\n").await;
    assert_eq!(absent.send("ME").await, "4.3.0 unable to pass the message to another delivery agent");
    let relay = House::new("forward_path =\nluser_relay = $user@far.test\n").await;
    assert_eq!(relay.send("nobody-here").await, "2.0.0 forwarded as NEW");
    let maildir = House::new("forward_path =\nmail_spool_directory = DIR/spool/\n").await;
    assert_eq!(maildir.send("ME").await, "2.0.0 delivered to maildir");
}

#[tokio::test]
async fn a_probe_delivers_nothing() {
    let house = House::new("forward_path =\n").await;
    let address = format!("{}@mail.test", me());
    let probe = delivery::Request { probe: true, ..request("mail.test", &[&address]) };
    assert_eq!(deliver(&house.local, probe, BODY).await, ["2.0.0 delivers to mailbox"]);
    assert_eq!(house.read("spool/ME"), "");
}

#[tokio::test]
async fn an_extension_that_no_alias_used_is_passed_on_only_when_asked() {
    let aliases = "alias_maps = inline:{{list = far@x.test}}\nrecipient_delimiter = +\n";
    for (setting, expected) in [("canonical", "to far@x.test"), ("alias", "to far+ext@x.test")] {
        let house = House::new(&format!("{aliases}propagate_unmatched_extensions = {setting}\n")).await;
        assert_eq!(house.send("list+ext").await, "2.0.0 forwarded as NEW");
        let told = house.forwarded.lock().unwrap().pop().unwrap();
        assert!(told.contains(expected), "{setting}: {told}");
    }
}

fn me() -> String {
    User::by_uid(os::jail::effective_uid()).unwrap().unwrap().name
}

#[tokio::test]
async fn the_forward_path_knows_the_user_and_the_extension() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(format!("{}+ext", me())), "ext@x.test").unwrap();
    std::fs::write(dir.path().join(me()), "plain@x.test").unwrap();
    let place = dir.path().display();
    let path = format!("{place}/$user${{recipient_delimiter}}${{extension}}, {place}/$user");
    let house = House::new(&format!("recipient_delimiter = +\nforward_path = {path}\n")).await;
    for (name, expected) in
        [("ME+ext", "to ext@x.test"), ("ME", "to plain@x.test"), ("ME+z", "to plain@x.test")]
    {
        assert_eq!(house.send(name).await, "2.0.0 forwarded as NEW");
        let told = house.forwarded.lock().unwrap().pop().unwrap();
        assert!(told.contains(expected), "{name}: {told}");
    }
}
