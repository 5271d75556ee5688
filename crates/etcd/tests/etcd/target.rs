//! Addresses of locks.

use etcd::{Target, TargetError};

fn check(address: &str, expected: Result<&str, TargetError>) {
    let target = Target::parse(address).map(|target| {
        format!(
            "{} tls={} {} {}s",
            target.endpoints.join(" "),
            target.tls,
            target.name,
            target.ttl.as_secs()
        )
    });
    assert_eq!(target.as_deref().map_err(|error| *error), expected, "{address}");
}

#[test]
fn an_address_is_hosts_and_a_name() {
    check("etcd://a/n", Ok("a:2379 tls=false n 30s"));
    check("etcds://a:1/n", Ok("a:1 tls=true n 30s"));
    check("etcd://a:1,b,c:65535/n", Ok("a:1 b:2379 c:65535 tls=false n 30s"));
    check("etcd://[::1]/n", Ok("[::1]:2379 tls=false n 30s"));
    check(
        "etcd://[::1]:7,127.0.0.1/n/m",
        Ok("[::1]:7 127.0.0.1:2379 tls=false n/m 30s"),
    );
    check("etcd://a/n?ttl=2", Ok("a:2379 tls=false n 2s"));
    check("etcd://a/nächtlich", Ok("a:2379 tls=false nächtlich 30s"));
}

#[test]
fn what_is_missing_or_odd_is_told() {
    check("", Err(TargetError::Scheme));
    check("http://a/n", Err(TargetError::Scheme));
    check("etcd:///n", Err(TargetError::Host));
    check("etcd://a,/n", Err(TargetError::Host));
    check("etcd://a b/n", Err(TargetError::Host));
    check("etcd://[nonsense]/n", Err(TargetError::Host));
    check("etcd://a%/n", Err(TargetError::Host));
    check("etcd://a:/n", Err(TargetError::Port));
    check("etcd://a:0/n", Err(TargetError::Port));
    check("etcd://a:65536/n", Err(TargetError::Port));
    check("etcd://a:+1/n", Err(TargetError::Port));
    check("etcd://[::1]7/n", Err(TargetError::Port));
    check("etcd://::1/n", Err(TargetError::Host));
    check("etcd://a", Err(TargetError::Name));
    check("etcd://a/", Err(TargetError::Name));
    check("etcd://a/b c", Err(TargetError::Name));
    check("etcd://a/b\u{1b}", Err(TargetError::Name));
    check("etcd://a/?ttl=5", Err(TargetError::Name));
    check("etcd://a/n?ttl=1", Err(TargetError::Option));
    check("etcd://a/n?ttl=x", Err(TargetError::Option));
    check("etcd://a/n?password=x", Err(TargetError::Option));
}

#[test]
fn a_password_in_the_address_is_refused_and_not_repeated() {
    for address in ["etcd://cron:hunter2@a/n", "etcd://cron:hun/ter2@a/n"] {
        let error = Target::parse(address).unwrap_err();
        assert_eq!(error, TargetError::Login);
        assert!(!format!("{error} {error:?}").contains("hun"));
    }
}
