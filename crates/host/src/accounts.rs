//! A machine's accounts: who there is, whether cron runs their jobs, what they may do with a file.

use std::io;
use std::path::Path;

use crate::{FileState, Machine};

/// An account, as /etc/passwd has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u32,
    /// The numbers of its groups.
    pub groups: Vec<u32>,
    /// Its home directory.
    pub home: String,
}

impl Machine {
    /// The account of that name; `Err` where nobody can tell whether there is one. Names that only a directory service
    /// knows are asked of `getent`.
    pub fn account(&self, name: &str) -> io::Result<Option<Account>> {
        let passwd = self.text("/etc/passwd");
        if passwd.is_empty() {
            return Err(io::Error::other("/etc/passwd cannot be read"));
        }
        let found = passwd.lines().find_map(|line| account(line, name));
        let found = match found {
            None if self.is_here() => asked(name)?,
            found => found,
        };
        Ok(found.map(|mut account| {
            account.groups.extend(groups(&self.text("/etc/group"), name));
            account
        }))
    }

    /// The day, counted from 1970, on which the account expired, if it did so before `today`.
    pub fn expired(&self, name: &str, today: i64) -> Option<i64> {
        let day: i64 = self.shadow(name, 7)?.parse().ok()?;
        (day > 0 && day <= today).then_some(day)
    }

    /// Whether its password was locked (`usermod -L`, `passwd -l`), and not merely never set.
    pub fn is_locked(&self, name: &str) -> bool {
        self.shadow(name, 1)
            .is_some_and(|password| password.starts_with('!') && password.len() > 2)
    }

    /// A field of the account's line in /etc/shadow, which only root may read.
    fn shadow(&self, name: &str, field: usize) -> Option<String> {
        let shadow = self.text("/etc/shadow");
        let mut lines = shadow.lines().map(|line| line.split(':'));
        let mut line = lines.find(|line| line.clone().next() == Some(name))?;
        line.nth(field).map(str::to_owned)
    }

    /// Why `crontab` refuses the account: a name in /etc/cron.deny, or none in /etc/cron.allow. root is never refused.
    pub fn crontab_refuses(&self, name: &str) -> Option<&'static str> {
        let lists = |path: &str| self.text(path).lines().any(|line| line.trim() == name);
        if name == "root" {
            None
        } else if self.has("/etc/cron.allow") {
            (!lists("/etc/cron.allow")).then_some("/etc/cron.allow does not list it")
        } else {
            lists("/etc/cron.deny").then_some("/etc/cron.deny lists it")
        }
    }

    /// Whether the account may do that with a file: `4` read, `2` write, `1` execute. The directories above it must let
    /// the account through: the first part that does not is handed back.
    pub fn refuses(&self, account: &Account, path: &Path, wanted: u32) -> Option<String> {
        let way = self.way(path).ok()?;
        way.parts.iter().find_map(|part| {
            let state = self.link_state(part).ok()?;
            let wanted = if *part == way.real { wanted } else { 1 };
            (!may(account, &state, wanted)).then(|| part.display().to_string())
        })
    }
}

/// root may do everything, but not execute what nobody may.
fn may(account: &Account, state: &FileState, wanted: u32) -> bool {
    if account.number == 0 {
        return wanted & 1 == 0 || state.directory || state.is_executable();
    }
    let bits = if state.owner == account.number {
        state.mode >> 6
    } else if account.groups.contains(&state.group) {
        state.mode >> 3
    } else {
        state.mode
    };
    bits & wanted == wanted
}

/// `name:password:number:group:comment:home:shell`
fn account(line: &str, name: &str) -> Option<Account> {
    let fields: Vec<&str> = line.split(':').collect();
    let [first, _, number, group, _, home, ..] = fields[..] else {
        return None;
    };
    (first == name).then_some(())?;
    Some(Account {
        name: name.to_owned(),
        number: number.parse().ok()?,
        groups: group.parse().into_iter().collect(),
        home: home.to_owned(),
    })
}

/// The groups that list the account as a member.
fn groups(group: &str, name: &str) -> Vec<u32> {
    let lines = group.lines().map(|line| line.split(':').collect::<Vec<_>>());
    lines
        .filter(|fields| {
            fields
                .get(3)
                .is_some_and(|members| members.split(',').any(|member| member == name))
        })
        .filter_map(|fields| fields[2].parse().ok())
        .collect()
}

/// The account as `getent` knows it.
fn asked(name: &str) -> io::Result<Option<Account>> {
    let asked = std::process::Command::new("getent")
        .args(["passwd", "--", name])
        .output();
    match asked.map(|output| (output.status.code(), output.stdout)) {
        Ok((Some(0), line)) => Ok(String::from_utf8_lossy(&line)
            .lines()
            .find_map(|line| account(line, name))),
        // 2: the key is not found. Anything else is getent's own trouble.
        Ok((Some(2), _)) => Ok(None),
        Ok(_) => Err(io::Error::other("getent has failed")),
        // Without getent there is no directory service.
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::laid_out;

    const PASSWD: (&str, &str) = (
        "etc/passwd",
        "root:x:0:0::/root:/bin/sh\npi:x:1000:1000:,,:/home/pi:/bin/bash\n",
    );

    #[test]
    fn an_account_has_its_groups() {
        let (_files, machine) = laid_out(&[PASSWD, ("etc/group", "pi:x:1000:\nstaff:x:50:bin,pi\n")]);
        let pi = machine.account("pi").unwrap().unwrap();
        assert_eq!(
            (pi.number, pi.groups, pi.home.as_str()),
            (1000, vec![1000, 50], "/home/pi")
        );
        assert_eq!(machine.account("p").unwrap(), None);
        assert!(Machine::at("/no/such/machine").account("root").is_err());
    }

    #[test]
    fn root_is_an_account_of_this_machine() {
        assert_eq!(Machine::here().account("root").unwrap().unwrap().number, 0);
        assert_eq!(Machine::here().account("no-such-account").unwrap(), None);
    }

    #[test]
    fn an_account_expires_on_its_day() {
        let (_files, machine) =
            laid_out(&[("etc/shadow", "pi:!$6$x:19000:0:99999:7::20000:\nbin:*:1::::::\n")]);
        assert_eq!(machine.expired("pi", 20000), Some(20000));
        assert_eq!(machine.expired("pi", 19999), None);
        assert_eq!(machine.expired("bin", 20000), None);
        assert!(machine.is_locked("pi") && !machine.is_locked("bin") && !machine.is_locked("x"));
    }

    #[test]
    fn cron_allow_wins_over_cron_deny() {
        let (_files, both) = laid_out(&[("etc/cron.allow", "pi\n"), ("etc/cron.deny", "pi\n")]);
        assert_eq!(both.crontab_refuses("pi"), None);
        assert!(both.crontab_refuses("bin").is_some());
        assert_eq!(both.crontab_refuses("root"), None);
        let (_files, deny) = laid_out(&[("etc/cron.deny", "pi\n")]);
        assert!(deny.crontab_refuses("pi").is_some());
        assert_eq!(deny.crontab_refuses("bin"), None);
    }

    #[test]
    fn modes_hold_for_owner_group_and_others() {
        let account = |number, groups: &[u32]| Account {
            name: String::new(),
            number,
            groups: groups.to_vec(),
            home: String::new(),
        };
        let state = |mode| FileState {
            regular: true,
            directory: false,
            link: false,
            mode,
            owner: 5,
            group: 6,
            links: 1,
        };
        assert!(may(&account(5, &[]), &state(0o500), 5));
        assert!(!may(&account(5, &[6]), &state(0o077), 1));
        assert!(may(&account(7, &[6]), &state(0o010), 1));
        assert!(!may(&account(7, &[8]), &state(0o750), 1));
        assert!(may(&account(0, &[]), &state(0o100), 1) && !may(&account(0, &[]), &state(0o644), 1));
    }
}
