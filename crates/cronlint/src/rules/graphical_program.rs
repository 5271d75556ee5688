use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C025",
    name: "graphical-program",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("graphical_program.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| graphical(command, call))
        })
        .collect()
}

/// Programs that show windows, and what they look for.
const DISPLAY: &[&str] = &[
    "zenity",
    "xdg-open",
    "xrandr",
    "xset",
    "xdotool",
    "wmctrl",
    "firefox",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "gnome-terminal",
    "xterm",
    "kdialog",
    "feh",
    "scrot",
    "xmessage",
    "xinput",
    "xclip",
    "xsel",
    "conky",
    "gedit",
    "kate",
    "nautilus",
    "vlc",
    "i3lock",
    "xscreensaver-command",
    "gnome-screensaver-command",
    "fswebcam-gui",
];

/// Programs that talk to the session's bus.
const BUS: &[&str] = &[
    "notify-send",
    "gsettings",
    "dconf",
    "dbus-send",
    "qdbus",
    "gnome-session-quit",
];

fn graphical(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program()?;
    let base = program.base();
    let (variables, what): (&[&str], _) = if DISPLAY.contains(&base) {
        (&["DISPLAY", "WAYLAND_DISPLAY"], "a screen")
    } else if BUS.contains(&base) {
        (
            &["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "XDG_RUNTIME_DIR"],
            "the session of a user who is logged in",
        )
    } else {
        return None;
    };
    let headless = call.arguments().iter().any(|word| {
        let text = word.leading();
        text.contains("headless")
            || text.contains("display")
            || text == "--system"
            || text == "-I"
            || text == "cvlc"
    });
    let served = call
        .programs
        .iter()
        .any(|program| matches!(program.base(), "xvfb-run" | "dbus-launch" | "dbus-run-session"));
    let given = variables
        .iter()
        .any(|name| command.crontab_sets(name) || command.text().contains(&format!("{name}=")));
    // A script that is read in may set anything.
    let sourced = command
        .calls
        .iter()
        .any(|call| matches!(call.name(), "." | "source" | "eval"));
    if headless || served || given || sourced || call.step.elsewhere {
        return None;
    }
    let message = format!("`{base}` needs {what}, which a job does not have");
    let first = variables.first().copied().unwrap_or_default();
    let value = if first == "DISPLAY" {
        "DISPLAY=:0"
    } else {
        "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/UID/bus"
    };
    Some(
        command
            .finding(&program.word.span, message)
            .help(format!("put `{value}` in front, in a crontab of that user's")),
    )
}
