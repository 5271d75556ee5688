//! A command of one's own, for everything that has no channel here.

use std::time::Duration;

use super::{ChannelKind, Limits, Message, Opened};
use crate::Network;
use crate::kind::{Setting, SettingError, Values};
use crate::process::{self, Program};
use crate::template::cut;

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
        let run = message.run.to_string();
        let text = format!(
            "{}\n\n{}\n",
            message.subject,
            cut(&message.text, KIND.limits.length)
        );
        let mut program = Program::new(&["/bin/sh", "-c", &line], text);
        let gaps = message.gaps(&run, "");
        let known = gaps.iter().filter(|(name, _)| *name != "text");
        program.variables = known
            .map(|(name, value)| {
                (
                    format!("CRONTOOLS_{}", name.to_ascii_uppercase()),
                    (*value).to_owned(),
                )
            })
            .collect();
        process::run(program, &shown, deadline)
    });
    Ok(Opened { place, send })
}
