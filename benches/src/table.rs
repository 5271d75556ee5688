//! Tables in Markdown, as the README shows them.

use std::fmt;
use std::process::Command;

/// One comparison: who, in which version, and what was measured; the first row is ours.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// What one of the compared came to.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Why there are no figures, or the figures.
    pub(crate) cells: Result<Vec<String>, String>,
}

impl Table {
    pub(crate) fn has_failed_row(&self) -> bool {
        self.rows.iter().any(|row| row.cells.is_err())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "**{}**\n", self.title)?;
        writeln!(f, "| | {} |", self.columns.join(" | "))?;
        writeln!(f, "|---|{}", "---:|".repeat(self.columns.len()))?;
        for row in &self.rows {
            match &row.cells {
                Ok(cells) => writeln!(f, "| {} | {} |", row.name, cells.join(" | "))?,
                Err(reason) => writeln!(f, "| {} | FAILED: {reason} |", row.name)?,
            }
        }
        Ok(())
    }
}

/// `figure`, and how many times `base` it is.
pub(crate) fn ratio(figure: f64, base: f64, unit: &str) -> String {
    let shown = match figure {
        f if f < 10.0 => format!("{f:.2}"),
        f if f < 100.0 => format!("{f:.1}"),
        f => format!("{f:.0}"),
    };
    format!("{shown} {unit} ({:.1}x)", figure / base)
}

/// The version of a crate that this was built with.
pub(crate) fn locked(name: &str) -> String {
    let lock = include_str!("../../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split(&entry).nth(1).and_then(|rest| rest.split('"').next());
    format!("{name} {}", version.unwrap_or("?"))
}

/// The name and version of a program that a Debian package brings, or that it is missing.
pub(crate) fn installed(program: &str, package: &str) -> Result<String, String> {
    let missing = || format!("{program} is missing: apt-get install {package}");
    Command::new("which")
        .arg(program)
        .output()
        .ok()
        .filter(|o| o.status.success())
        .ok_or_else(missing)?;
    let query = Command::new("dpkg-query")
        .args(["-W", "-f", "${Version}", package])
        .output();
    let version = query
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    Ok(format!("{program} ({package} {version})"))
}

/// The machine in one line: figures from two machines do not compare.
pub(crate) fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> = info
        .lines()
        .filter_map(|line| line.strip_prefix("model name\t: "))
        .collect();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{} x {}, Linux {}",
        models.len(),
        models.first().unwrap_or(&"unknown processor"),
        kernel.trim()
    )
}
