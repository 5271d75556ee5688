//! Who we are to etcd: user and password, certificates. Read from files and variables, never from argv, and
//! never printed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// How to be let in, and whom to trust.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// User and password, when the cluster asks for them.
    pub login: Option<Login>,
    /// The authority that signed the servers' certificates, as PEM; else the host's own list.
    pub ca: Option<PathBuf>,
    /// The certificate that we show, as PEM.
    pub certificate: Option<PathBuf>,
    /// Its private key, as PEM.
    pub key: Option<PathBuf>,
}

/// A user and a password. Printing it does not show the password.
///
/// ```
/// let login = etcd::Login::new("cron", "hunter2");
/// assert_eq!(format!("{login:?}"), "Login { user: \"cron\", .. }");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub user: String,
    password: String,
}

/// What is wrong with the settings of [`Access`].
#[derive(Debug)]
#[non_exhaustive]
pub enum AccessError {
    /// A file cannot be read.
    File(PathBuf, io::Error),
    /// A file has no password in its first line.
    Empty(PathBuf),
    /// A variable is not UTF-8.
    Variable(String),
    /// There is a password without a user, or a user without a password.
    Half,
    /// There is a certificate without its key, or a key without its certificate.
    HalfCertificate,
}

/// A password's file holds one line.
const LARGEST: u64 = 4096;

impl Login {
    /// A user and a password that the caller already has.
    pub fn new(user: &str, password: &str) -> Login {
        Login {
            user: user.to_owned(),
            password: password.to_owned(),
        }
    }

    /// A user whose password is the first line of a file.
    fn from_file(user: &str, path: &Path) -> Result<Login, AccessError> {
        let failed = |error| AccessError::File(path.to_owned(), error);
        let file = fs::File::open(path).map_err(failed)?;
        let mut text = String::new();
        io::Read::read_to_string(&mut io::Read::take(file, LARGEST), &mut text).map_err(failed)?;
        match text.lines().next() {
            Some(password) if !password.is_empty() => Ok(Login::new(user, password)),
            _ => Err(AccessError::Empty(path.to_owned())),
        }
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }
}

impl Access {
    /// Reads `PREFIX_USER`, `PREFIX_PASSWORD` or `PREFIX_PASSWORD_FILE`, `PREFIX_CA`, `PREFIX_CERT` and
    /// `PREFIX_KEY` through `variable`, such as [`std::env::var_os`]; empty ones count as missing.
    ///
    /// ```
    /// let variable = |name: &str| match name {
    ///     "CRONWRAP_ETCD_USER" => Some("cron".into()),
    ///     "CRONWRAP_ETCD_PASSWORD" => Some("hunter2".into()),
    ///     _ => None,
    /// };
    /// let access = etcd::Access::from_variables("CRONWRAP_ETCD", variable).unwrap();
    /// assert!(!format!("{access:?}").contains("hunter2"));
    /// ```
    pub fn from_variables(
        prefix: &str,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Access, AccessError> {
        let raw = |name: &str| variable(&format!("{prefix}_{name}")).filter(|value| !value.is_empty());
        let text = |name: &str| match raw(name).map(OsString::into_string) {
            Some(Err(_)) => Err(AccessError::Variable(format!("{prefix}_{name}"))),
            Some(Ok(text)) => Ok(Some(text)),
            None => Ok(None),
        };
        let login = match (text("USER")?, text("PASSWORD")?, raw("PASSWORD_FILE")) {
            (None, None, None) => None,
            (Some(user), Some(password), _) => Some(Login::new(&user, &password)),
            (Some(user), None, Some(file)) => Some(Login::from_file(&user, Path::new(&file))?),
            _ => return Err(AccessError::Half),
        };
        let path = |name: &str| raw(name).map(PathBuf::from);
        let access = Access {
            login,
            ca: path("CA"),
            certificate: path("CERT"),
            key: path("KEY"),
        };
        if access.certificate.is_some() != access.key.is_some() {
            return Err(AccessError::HalfCertificate);
        }
        Ok(access)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccessError::File(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            AccessError::Empty(path) => write!(f, "no password in the first line of {}", path.display()),
            AccessError::Variable(name) => write!(f, "{name} is not UTF-8"),
            AccessError::Half => f.write_str("etcd wants a user and a password, and one of them is missing"),
            AccessError::HalfCertificate => {
                f.write_str("a client certificate needs its key, and a key its certificate; one is missing")
            }
        }
    }
}

impl std::error::Error for AccessError {}
