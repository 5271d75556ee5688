//! Requests to a cluster: endpoint after endpoint until one answers, logged in where that is asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::Agent;

use crate::agent::{self, Answer};
use crate::holder::shown;
use crate::{Login, ServiceError, ServiceErrorKind, Target};

/// Before all endpoints are tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// A cluster and what we know of it.
pub(crate) struct Client {
    agent: Agent,
    endpoints: Vec<String>,
    scheme: &'static str,
    login: Option<Login>,
    key: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The endpoint that answered last, to begin with.
    first: usize,
    token: Option<String>,
    /// The cluster said that it wants no login.
    open: bool,
}

/// What stands at the lock's key.
pub(crate) struct Entry {
    pub(crate) lease: String,
    pub(crate) value: Vec<u8>,
}

impl Client {
    pub(crate) fn new(target: &Target) -> Result<Client, ServiceError> {
        let failed = |kind| ServiceError {
            kind,
            endpoint: String::new(),
            attempts: 0,
        };
        Ok(Client {
            agent: agent::build(target).map_err(failed)?,
            endpoints: target.endpoints.clone(),
            scheme: if target.tls { "https" } else { "http" },
            login: target.access.login.clone(),
            key: target.key(),
            state: Mutex::default(),
        })
    }

    /// A new lease: its id and the time to live that etcd grants.
    pub(crate) fn grant(&self, ttl: Duration, deadline: Instant) -> Result<(String, Duration), ServiceError> {
        let answer = self.call(
            "lease/grant",
            &json!({ "TTL": ttl.as_secs().to_string() }),
            deadline,
        )?;
        let granted = seconds(&answer["TTL"]).filter(|granted| !granted.is_zero());
        match (answer["ID"].as_str(), granted) {
            (Some(id), Some(granted)) => Ok((id.to_owned(), granted)),
            _ => Err(self.odd("a lease without an id")),
        }
    }

    /// What is left of a lease after its renewal; nothing if it is gone, which etcd answers with success.
    pub(crate) fn renew(&self, lease: &str, deadline: Instant) -> Result<Option<Duration>, ServiceError> {
        let answer = self.call("lease/keepalive", &json!({ "ID": lease }), deadline)?;
        match answer.get("result") {
            Some(result) => Ok(seconds(&result["TTL"]).filter(|left| !left.is_zero())),
            None => Err(self.odd("a renewal without a result")),
        }
    }

    /// Ends a lease, and with it the key. One that is gone already is fine.
    pub(crate) fn revoke(&self, lease: &str, deadline: Instant) -> Result<(), ServiceError> {
        match self.call("lease/revoke", &json!({ "ID": lease }), deadline) {
            Err(ServiceError {
                kind: ServiceErrorKind::Refused(404, _),
                ..
            }) => Ok(()),
            other => other.map(drop),
        }
    }

    /// What stands at the key, if anything.
    pub(crate) fn read(&self, deadline: Instant) -> Result<Option<Entry>, ServiceError> {
        let answer = self.call("kv/range", &json!({ "key": self.encoded_key() }), deadline)?;
        Ok(entry(&answer))
    }

    /// Puts the key if it does not exist; else what stands there.
    pub(crate) fn put(
        &self,
        lease: &str,
        value: &[u8],
        deadline: Instant,
    ) -> Result<Option<Entry>, ServiceError> {
        let key = self.encoded_key();
        let transaction = json!({
            "compare": [{ "target": "CREATE", "result": "EQUAL", "key": key, "create_revision": "0" }],
            "success": [{ "request_put": { "key": key, "value": STANDARD.encode(value), "lease": lease } }],
            "failure": [{ "request_range": { "key": key } }],
        });
        let answer = self.call("kv/txn", &transaction, deadline)?;
        if answer["succeeded"] == true {
            return Ok(None);
        }
        match entry(&answer["responses"][0]["response_range"]) {
            Some(entry) => Ok(Some(entry)),
            None => Err(self.odd("a transaction that did neither")),
        }
    }

    fn call(&self, method: &str, body: &Value, deadline: Instant) -> Result<Value, ServiceError> {
        let mut attempts = 0;
        let mut before: Option<ServiceError> = None;
        loop {
            let mut last = None;
            let mut passing = false;
            for offset in 0..self.endpoints.len() {
                let first = self.state().first;
                let index = (first + offset) % self.endpoints.len();
                // One that swallows requests must leave time for the others.
                let others = u32::try_from(self.endpoints.len() - offset).unwrap_or(u32::MAX);
                let left = deadline.saturating_duration_since(Instant::now()) / others;
                attempts += 1;
                let kind = match self.ask(&self.endpoints[index], method, body, Instant::now() + left) {
                    Ok(answer) => {
                        self.state().first = index;
                        return Ok(answer);
                    }
                    Err(kind) => kind,
                };
                passing |= kind.is_passing();
                let is_final = kind.is_final();
                last = Some(ServiceError {
                    kind,
                    endpoint: self.endpoints[index].clone(),
                    attempts,
                });
                if is_final || Instant::now() >= deadline {
                    break;
                }
            }
            let error = last.unwrap_or_else(|| self.odd("no endpoint"));
            // That the time ran out in the middle of an attempt says less than what the one before came to.
            let error = match before {
                Some(told) if error.kind == ServiceErrorKind::Timeout => ServiceError { attempts, ..told },
                _ => error,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if error.kind.is_final() || !passing || left <= PAUSE {
                return Err(error);
            }
            before = Some(error);
            thread::sleep(PAUSE);
        }
    }

    /// One request to one endpoint, after logging in if need be.
    fn ask(
        &self,
        endpoint: &str,
        method: &str,
        body: &Value,
        deadline: Instant,
    ) -> Result<Value, ServiceErrorKind> {
        let mut fresh = false;
        loop {
            let token = match &self.login {
                Some(login) => self.token(endpoint, login, deadline, &mut fresh)?,
                None => None,
            };
            let answer = self.post(endpoint, method, token.as_deref(), body, deadline)?;
            match self.judge(answer) {
                // A token is forgotten when its member restarts, and outdated when anyone changes a role.
                Err(Refusal::Token(_)) if token.is_some() && !fresh => self.state().token = None,
                Err(Refusal::Token(why)) => return Err(ServiceErrorKind::Login(why)),
                Err(Refusal::Open) => {
                    return Err(ServiceErrorKind::Refused(412, "no login is asked".to_owned()));
                }
                Err(Refusal::Other(kind)) => return Err(kind),
                Ok(value) => return Ok(value),
            }
        }
    }

    /// The token that we have, or a new one; none when the cluster asks for no login.
    fn token(
        &self,
        endpoint: &str,
        login: &Login,
        deadline: Instant,
        fresh: &mut bool,
    ) -> Result<Option<String>, ServiceErrorKind> {
        let known = {
            let state = self.state();
            state
                .open
                .then_some(None)
                .or_else(|| state.token.clone().map(Some))
        };
        if let Some(token) = known {
            return Ok(token);
        }
        let body = json!({ "name": login.user, "password": login.password() });
        match self.judge(self.post(endpoint, "auth/authenticate", None, &body, deadline)?) {
            Ok(answer) => {
                let token = answer["token"].as_str().map(str::to_owned);
                let token =
                    token.ok_or_else(|| ServiceErrorKind::NotEtcd("a login without a token".to_owned()))?;
                *fresh = true;
                self.state().token = Some(token.clone());
                Ok(Some(token))
            }
            Err(Refusal::Open) => {
                self.state().open = true;
                Ok(None)
            }
            Err(Refusal::Token(why)) => Err(ServiceErrorKind::Login(why)),
            Err(Refusal::Other(kind)) => Err(kind),
        }
    }

    fn post(
        &self,
        endpoint: &str,
        method: &str,
        token: Option<&str>,
        body: &Value,
        deadline: Instant,
    ) -> Result<Answer, ServiceErrorKind> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ServiceErrorKind::Timeout);
        }
        agent::post(
            &self.agent,
            &format!("{}://{endpoint}/v3/{method}", self.scheme),
            token,
            body,
            left,
        )
    }

    /// The answer's value, or why there is none, by the codes and texts that etcd 3.4 gives (measured).
    fn judge(&self, answer: Answer) -> Result<Value, Refusal> {
        let Some(body) = answer.body.filter(Value::is_object) else {
            let why = format!("it answered {} without JSON", answer.status);
            return Err(Refusal::Other(ServiceErrorKind::NotEtcd(why)));
        };
        // A stream's error comes inside of an answer with success.
        let error = &body["error"];
        if answer.status == 200 && error.is_null() {
            return Ok(body);
        }
        let text = error
            .as_str()
            .or_else(|| error["message"].as_str())
            .unwrap_or_default();
        let why = shown(text.strip_prefix("etcdserver: ").unwrap_or(text));
        let has = |part: &str| text.contains(part);
        if has("authentication is not enabled") {
            return Err(Refusal::Open);
        }
        if has("invalid auth token") || has("auth store is old") || has("revision in header is old") {
            return Err(Refusal::Token(why));
        }
        Err(Refusal::Other(match answer.status {
            _ if has("authentication failed") || has("user name is empty") => ServiceErrorKind::Login(why),
            _ if has("permission denied") => ServiceErrorKind::Permission(self.key.clone()),
            401 => ServiceErrorKind::Login(why),
            200 | 408 | 429 | 500..=599 => ServiceErrorKind::Unavailable(why),
            status => ServiceErrorKind::Refused(status, why),
        }))
    }

    fn odd(&self, why: &str) -> ServiceError {
        let endpoint = self
            .endpoints
            .get(self.state().first)
            .cloned()
            .unwrap_or_default();
        ServiceError {
            kind: ServiceErrorKind::NotEtcd(format!("it answered with {why}")),
            endpoint,
            attempts: 1,
        }
    }

    fn encoded_key(&self) -> String {
        STANDARD.encode(&self.key)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why an answer holds no result.
enum Refusal {
    /// The token is not taken (any more).
    Token(String),
    /// No one logs in here.
    Open,
    Other(ServiceErrorKind),
}

/// The first key of a range's answer.
fn entry(range: &Value) -> Option<Entry> {
    let found = range["kvs"].get(0)?;
    let text = |key: &str| found[key].as_str().unwrap_or_default();
    let value = STANDARD.decode(text("value")).unwrap_or_default();
    Some(Entry {
        lease: text("lease").to_owned(),
        value,
    })
}

/// etcd's 64-bit numbers come as strings, and a zero not at all.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value
        .as_str()
        .and_then(|text| text.parse().ok())
        .or_else(|| value.as_u64());
    seconds.map(Duration::from_secs)
}
