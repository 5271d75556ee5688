//! A mail server that keeps what it gets: plain, or with STARTTLS and a password.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// What was said to the server, and the mails that it took.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) commands: Vec<String>,
    pub(crate) mails: Vec<String>,
}

pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    pub(crate) taken: Arc<Mutex<Taken>>,
    pub(crate) certificate: String,
}

impl Sink {
    /// `answer_to_rcpt` is what RCPT gets, such as `250 ok` or `550 no such user`.
    pub(crate) fn start(answer_to_rcpt: &'static str, first_byte_tls: bool) -> Sink {
        Sink::asking(answer_to_rcpt, first_byte_tls, None)
    }

    /// One that talks to nobody but the owner of this certificate.
    pub(crate) fn asking(
        answer_to_rcpt: &'static str,
        first_byte_tls: bool,
        client: Option<CertificateDer<'static>>,
    ) -> Sink {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = client.map(|client| {
            let mut roots = RootCertStore::empty();
            roots.add(client).unwrap();
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .unwrap()
        });
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let (config, taken) = (Arc::new(config), Arc::new(Mutex::new(Taken::default())));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Sink {
            address: listener.local_addr().unwrap(),
            taken: Arc::clone(&taken),
            certificate: cert.pem(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, taken) = (Arc::clone(&config), Arc::clone(&taken));
                thread::spawn(move || serve(stream, config, first_byte_tls, answer_to_rcpt, &taken));
            }
        });
        sink
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    tls: bool,
    rcpt: &str,
    taken: &Mutex<Taken>,
) -> Option<()> {
    let encrypted = |stream| StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
    if tls {
        return talk(&mut BufReader::new(encrypted(stream)), true, rcpt, taken).map(drop);
    }
    let mut plain = BufReader::new(stream);
    if talk(&mut plain, true, rcpt, taken)? {
        talk(
            &mut BufReader::new(encrypted(plain.into_inner())),
            false,
            rcpt,
            taken,
        )?;
    }
    Some(())
}

/// Talks until the end, or until the client wants TLS.
fn talk(
    stream: &mut BufReader<impl Read + Write>,
    greet: bool,
    rcpt: &str,
    taken: &Mutex<Taken>,
) -> Option<bool> {
    let say = |stream: &mut BufReader<_>, text: &str| {
        let writer: &mut _ = BufReader::get_mut(stream);
        Write::write_all(writer, format!("{text}\r\n").as_bytes()).ok()?;
        Write::flush(writer).ok()
    };
    if greet {
        say(stream, "220 sink")?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return Some(false);
        }
        let line = line.trim_end().to_owned();
        taken.lock().unwrap().commands.push(line.clone());
        let answer = match line.split(' ').next()?.to_ascii_uppercase().as_str() {
            "EHLO" => "250-sink\r\n250-STARTTLS\r\n250 AUTH PLAIN",
            "STARTTLS" => {
                say(stream, "220 go on")?;
                return Some(true);
            }
            "AUTH" => "235 ok",
            "RCPT" => rcpt,
            "DATA" => {
                say(stream, "354 go on")?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut mail).ok()?;
                }
                taken.lock().unwrap().mails.push(mail);
                "250 taken"
            }
            "QUIT" => {
                say(stream, "221 bye")?;
                return Some(false);
            }
            _ => "250 ok",
        };
        say(stream, answer)?;
    }
}
