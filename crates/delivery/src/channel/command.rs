//! A command of one's own, for everything that has no channel here.

use std::process::Command;
use std::time::Duration;

use super::{ChannelKind, Limits, Message, Opened};
use crate::kind::{Setting, SettingError, Values};
use crate::template::cut;
use crate::{Network, process};

pub(super) static KIND: ChannelKind = ChannelKind {
    name: "command",
    title: "a command of your own, with the message on its standard input",
    page: include_str!("command.md"),
    limits: Limits {
        length: 1_000_000,
        pause: Duration::ZERO,
    },
    settings: &[Setting::required("run", "the command, run by /bin/sh -c")],
    open,
};

fn open(values: &Values, _network: Network) -> Result<Opened, SettingError> {
    let line = values.get("run").cloned().unwrap_or_default();
    let program = line.split_whitespace().next().unwrap_or_default().to_owned();
    if program.is_empty() {
        return Err(SettingError::Value("run", "it is empty".to_owned()));
    }
    // The program's name only: the rest may hold a token.
    let place = format!("command {program}");
    let shown = place.clone();
    let send = Box::new(move |message: &Message, deadline| {
        let mut command = Command::new("/bin/sh");
        let run = message.run.to_string();
        command.args(["-c", &line]);
        for (name, value) in message.gaps(&run, "").iter().filter(|(name, _)| *name != "text") {
            command.env(format!("CRONTOOLS_{}", name.to_ascii_uppercase()), value);
        }
        let text = format!(
            "{}\n\n{}\n",
            message.subject,
            cut(&message.text, KIND.limits.length)
        );
        process::run(command, text.into_bytes(), &shown, deadline)
    });
    Ok(Opened { place, send })
}
