//! A cluster that asks who we are.

use std::time::Duration;

use crate::support::{Cluster, acquire, within};
use etcd::{Access, AccessError, LockError, Login, ServiceErrorKind, Target};

const SECOND: Duration = Duration::from_secs(1);
const SECRET: &str = "correct horse battery staple";

/// A cluster with a user for the locks, and one who may do nothing.
fn cluster() -> Option<Cluster> {
    let cluster = Cluster::start(1)?;
    for (method, body) in [
        ("auth/user/add", format!(r#"{{"name":"root","password":"{SECRET}"}}"#)),
        ("auth/role/add", r#"{"name":"root"}"#.to_owned()),
        ("auth/user/grant", r#"{"user":"root","role":"root"}"#.to_owned()),
        ("auth/role/add", r#"{"name":"locks"}"#.to_owned()),
        // Reading and writing all from /crontools/lock/ to /crontools/lock0.
        (
            "auth/role/grant",
            r#"{"name":"locks","perm":{"permType":"READWRITE","key":"L2Nyb250b29scy9sb2NrLw==","range_end":"L2Nyb250b29scy9sb2NrMA=="}}"#.to_owned(),
        ),
        ("auth/user/add", format!(r#"{{"name":"cron","password":"{SECRET}"}}"#)),
        ("auth/user/grant", r#"{"user":"cron","role":"locks"}"#.to_owned()),
        ("auth/user/add", format!(r#"{{"name":"guest","password":"{SECRET}"}}"#)),
        ("auth/enable", "{}".to_owned()),
    ] {
        let answer = cluster.post(method, &body);
        assert!(answer.contains("\"header\""), "{method}: {answer}");
    }
    Some(cluster)
}

fn target(cluster: &Cluster, login: Option<(&str, &str)>) -> Target {
    let login = login.map(|(user, password)| Login::new(user, password));
    Target {
        access: Access {
            login,
            ..Access::default()
        },
        ..cluster.target("backup")
    }
}

fn check(cluster: &Cluster, login: Option<(&str, &str)>, expected: &str) {
    let target = target(cluster, login);
    let Err(LockError::Service(error)) = acquire(&target, "first") else {
        panic!("let in")
    };
    let text = error.to_string();
    assert_eq!(
        text.split_once(&format!("etcd at {}: ", error.endpoint))
            .expect("the endpoint is named")
            .1,
        expected
    );
    for printed in [
        text,
        format!("{error:?}"),
        format!("{target:?}"),
        format!("{target}"),
    ] {
        assert!(
            !printed.contains(SECRET) && !printed.contains("wrong word"),
            "{printed}"
        );
    }
}

#[test]
fn who_logs_in_gets_the_lock_and_who_does_not_is_told_why() {
    let Some(cluster) = cluster() else { return };
    check(&cluster, None, "user name is empty: check user and password");
    check(
        &cluster,
        Some(("cron", "wrong word")),
        "authentication failed, invalid user ID or password: check user and password",
    );
    check(
        &cluster,
        Some(("guest", SECRET)),
        "permission denied: the user needs a role that may read and write the key /crontools/lock/backup",
    );
    let held = acquire(&target(&cluster, Some(("cron", SECRET))), "first").unwrap();
    assert!(!within(5 * SECOND, || held.lost()), "{:?}", held.loss());
    assert!(!format!("{held:?}").contains(SECRET));
    held.release(SECOND).unwrap();
}

#[test]
fn a_token_that_the_server_forgot_is_asked_for_anew() {
    let Some(mut cluster) = cluster() else { return };
    let mut target = target(&cluster, Some(("cron", SECRET)));
    target.ttl = Duration::from_secs(10);
    let held = acquire(&target, "first").unwrap();
    // Its tokens live in memory only.
    cluster.restart(0);
    assert!(!within(8 * SECOND, || held.lost()), "{:?}", held.loss());
    held.release(SECOND).unwrap();
    acquire(&target, "second").unwrap();
}

#[test]
fn a_login_where_none_is_asked_for_does_no_harm() {
    let Some(cluster) = Cluster::start(1) else { return };
    acquire(&target(&cluster, Some(("cron", SECRET))), "first").unwrap();
}

#[test]
fn access_comes_from_variables_and_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("password");
    std::fs::write(&file, format!("{SECRET}\nand a second line\n")).unwrap();
    let read = |variables: &[(&str, &str)]| {
        let find = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| name == format!("X_{key}"))
                .map(|(_, value)| value.into())
        };
        Access::from_variables("X", find)
    };
    let path = file.to_str().unwrap();
    let login = Some(Login::new("cron", SECRET));
    assert_eq!(
        read(&[("USER", "cron"), ("PASSWORD", SECRET)]).unwrap().login,
        login
    );
    assert_eq!(
        read(&[("USER", "cron"), ("PASSWORD_FILE", path)]).unwrap().login,
        login
    );
    assert_eq!(read(&[("USER", "")]).unwrap().login, None);
    assert!(matches!(read(&[("USER", "cron")]), Err(AccessError::Half)));
    assert!(matches!(read(&[("PASSWORD", SECRET)]), Err(AccessError::Half)));
    assert!(matches!(
        read(&[("CERT", "a.pem")]),
        Err(AccessError::HalfCertificate)
    ));
    let missing = read(&[("USER", "cron"), ("PASSWORD_FILE", "/nonexistent/password")]).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "cannot read /nonexistent/password: No such file or directory (os error 2)"
    );
    std::fs::write(&file, "\n").unwrap();
    assert!(matches!(
        read(&[("USER", "cron"), ("PASSWORD_FILE", path)]),
        Err(AccessError::Empty(_))
    ));
}

#[test]
fn a_login_failure_is_not_tried_again() {
    let Some(cluster) = cluster() else { return };
    let Err(LockError::Service(error)) = acquire(&target(&cluster, Some(("cron", "wrong word"))), "first")
    else {
        panic!("let in")
    };
    assert!(matches!(error.kind, ServiceErrorKind::Login(_)));
    assert_eq!(
        error.attempts, 1,
        "wrong passwords tried again and again lock users out elsewhere"
    );
}
