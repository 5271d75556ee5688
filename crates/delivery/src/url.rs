//! A URL that is a secret: whoever knows a ping URL can ping, whoever knows a webhook can post.

use std::fmt;

use ureq::http::Uri;

use crate::{DeliveryError, DeliveryErrorKind};

/// An http or https URL that shows only scheme, host and port when printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl {
    base: String,
    query: String,
    place: String,
    host: String,
    https: bool,
}

impl SecretUrl {
    /// Reads a URL; blanks around it (a file's final newline) are ignored, a fragment is dropped.
    pub fn parse(text: &str) -> Result<SecretUrl, DeliveryError> {
        let refuse = |why| DeliveryError {
            kind: DeliveryErrorKind::Address(why),
            place: String::new(),
            attempts: 0,
            retry_after: None,
        };
        let text = text.trim();
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let uri: Uri = text
            .parse()
            .map_err(|_| refuse("this is not a URL: write https://host/path"))?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(refuse("the URL must begin with https:// or http://")),
        };
        let host = uri
            .host()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| refuse("the URL names no host"))?;
        let scheme = if https { "https" } else { "http" };
        let place = match uri.port_u16() {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let query = uri.query().unwrap_or_default().to_owned();
        let base = format!("{scheme}://{authority}{}", uri.path());
        Ok(SecretUrl {
            base,
            query,
            place,
            host: host.to_owned(),
            https,
        })
    }

    /// Scheme, host and port: what may be printed.
    ///
    /// ```
    /// let url = delivery::SecretUrl::parse("https://hooks.example.org/services/T0/secret").unwrap();
    /// assert_eq!(url.place(), "https://hooks.example.org");
    /// assert_eq!(format!("{url} {url:?}").matches("secret").count(), 0);
    /// ```
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The host's name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the connection will be encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.https
    }

    /// The whole URL with `path` added behind its own and `query` behind its own; a secret.
    pub(crate) fn join(&self, path: &str, query: &str) -> String {
        let base = if path.is_empty() {
            self.base.as_str()
        } else {
            self.base.trim_end_matches('/')
        };
        let query: Vec<&str> = [self.query.as_str(), query]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{base}{path}{mark}{}", query.join("&"))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/...", self.place)
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/...", self.place)
    }
}
