//! The way out of this host: proxies, certificates, and what must be said to the other side about us.

use std::path::PathBuf;

use crate::SecretUrl;

/// How to reach the network. The default goes straight out, and trusts the certificates that the host trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy for http URLs, such as `http://proxy:3128` or `socks5://...`; it may hold a password.
    pub http_proxy: Option<Proxy>,
    /// The proxy for https URLs.
    pub https_proxy: Option<Proxy>,
    /// Hosts that are reached without a proxy: names (with all below them), addresses, or `*`.
    pub no_proxy: Vec<String>,
    /// A PEM file with the certificates to trust instead of the host's.
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and its key, each a PEM file.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
}

/// The address of a proxy; it may hold a password, so it shows only its host.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(pub(crate) String);

impl Proxy {
    /// The proxy at this address. Whether it can be used is seen when it is.
    pub fn new(address: impl Into<String>) -> Proxy {
        Proxy(address.into())
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.rsplit_once('@').map_or(&self.0, |(_, host)| host))
    }
}

impl Network {
    /// What the usual variables say: `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`, each also in
    /// capitals, and `SSL_CERT_FILE`. `variable` looks one up.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Network {
        let find = |name: &str| {
            let found = variable(name).or_else(|| variable(&name.to_ascii_uppercase()));
            found.filter(|value| !value.trim().is_empty())
        };
        let proxy = |name: &str| find(name).or_else(|| find("all_proxy")).map(Proxy::new);
        Network {
            http_proxy: proxy("http_proxy"),
            https_proxy: proxy("https_proxy"),
            no_proxy: find("no_proxy").map(|list| hosts(&list)).unwrap_or_default(),
            ca_file: variable("SSL_CERT_FILE")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            client_certificate: None,
        }
    }

    /// The proxy to take to this place, if any.
    pub(crate) fn proxy_to(&self, url: &SecretUrl) -> Option<&Proxy> {
        let proxy = if url.is_https() {
            &self.https_proxy
        } else {
            &self.http_proxy
        };
        proxy.as_ref().filter(|_| !self.is_direct(url.host()))
    }

    /// curl's rule: `example.com` and `.example.com` mean the host and all below it.
    fn is_direct(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        self.no_proxy.iter().any(|entry| {
            let entry = entry.trim_start_matches(['*', '.']).to_ascii_lowercase();
            entry.is_empty()
                || host == entry
                || host
                    .strip_suffix(&entry)
                    .is_some_and(|above| above.ends_with('.'))
        })
    }
}

fn hosts(list: &str) -> Vec<String> {
    list.split([',', ' '])
        .map(str::trim)
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], url: &str, expected: Option<&str>) {
        let network = Network::from_variables(|name| {
            variables
                .iter()
                .find(|(variable, _)| *variable == name)
                .map(|(_, value)| (*value).to_owned())
        });
        let url = SecretUrl::parse(url).unwrap();
        assert_eq!(
            network.proxy_to(&url).map(|proxy| proxy.0.as_str()),
            expected,
            "{variables:?} {url}"
        );
    }

    #[test]
    fn each_scheme_has_its_proxy_and_all_proxy_serves_both() {
        check(&[], "http://a.example/", None);
        check(
            &[("http_proxy", "http://p:1")],
            "http://a.example/",
            Some("http://p:1"),
        );
        check(&[("http_proxy", "http://p:1")], "https://a.example/", None);
        check(
            &[("HTTPS_PROXY", "http://p:2")],
            "https://a.example/",
            Some("http://p:2"),
        );
        check(
            &[("ALL_PROXY", "socks5://p:3")],
            "https://a.example/",
            Some("socks5://p:3"),
        );
        check(&[("http_proxy", "")], "http://a.example/", None);
    }

    #[test]
    fn a_host_in_no_proxy_is_reached_directly_and_so_is_all_below_it() {
        let with = |list| [("all_proxy", "http://p:1"), ("no_proxy", list)];
        check(&with("example.org, a.example"), "http://a.example/", None);
        check(&with("a.example"), "http://b.a.example/", None);
        check(&with(".a.example"), "http://a.example/", None);
        check(&with("*.a.example"), "http://b.a.example/", None);
        check(&with("a.example"), "http://ba.example/", Some("http://p:1"));
        check(&with("127.0.0.1"), "http://127.0.0.1:8000/", None);
        check(&with("::1"), "http://[::1]:8000/", None);
        check(&with("*"), "http://a.example/", None);
    }

    #[test]
    fn a_proxy_does_not_show_its_password() {
        assert_eq!(
            format!("{:?}", Proxy::new("http://user:hush@proxy:3128")),
            "proxy:3128"
        );
    }
}
