//! How packages are installed: what a shell is told that may do so.

/// Debian's packages ask this program whether they may start their services.
pub const POLICY: &str = "/usr/sbin/policy-rc.d";

/// The answer: no. It says whose it is, so that one that was left behind is not taken for somebody's own.
pub const REFUSAL: &str = "#!/bin/sh\n# while Waxseal installs packages\nexit 101\n";

/// Lets somebody read what SOGo reads.
pub const JOIN_SOGO: &str = "sudo adduser $USER sogo";

/// What is installed, and how.
pub struct Installing<'a> {
    pub missing: &'a [&'a str],
    /// What debconf is told, where packages with services are among them.
    pub answer: Option<&'a str>,
    /// Somebody has a program of their own that says which services may start.
    pub answered: bool,
    /// Services that are not there yet.
    pub fresh: &'a [&'a str],
}

impl Installing<'_> {
    /// For a shell that may install. The tests start servers of their own: those of the packages would only hold the machine's
    /// ports for mail, web and databases. However it ends, services can be started afterwards.
    pub fn script(&self, options: &str) -> String {
        let install = self.install(options);
        match self.answered {
            true => install,
            false => guarded(POLICY, &install),
        }
    }

    fn install(&self, options: &str) -> String {
        let names = self.missing.join(" ");
        format!("apt-get {options}install -y --no-remove --no-install-recommends {names}")
    }

    /// What somebody who is not root types: the same as what root's run does.
    pub fn to_type(&self) -> String {
        let mut lines = vec!["sudo apt-get update".to_owned()];
        if let Some(answer) = self.answer {
            lines.push(format!("echo '{answer}' | sudo debconf-set-selections"));
        }
        // Browsers bring no services.
        lines.push(match self.answered || self.answer.is_none() {
            true => format!("sudo {}", self.install("")),
            false => format!("sudo sh -c '{}'", self.script("")),
        });
        if self.answer.is_some() && !self.fresh.is_empty() {
            lines.push(format!("sudo systemctl disable {}", self.fresh.join(" ")));
        }
        if self.missing.contains(&"sogo") {
            lines.push(JOIN_SOGO.to_owned());
        }
        lines.iter().map(|line| format!("  {line}\n")).collect()
    }
}

/// A command for a shell, while the file `policy` refuses to start services. It goes when the shell ends, also by Ctrl+C or with
/// its terminal. Without single quotes: it may stand between them.
fn guarded(policy: &str, command: &str) -> String {
    let refusal = REFUSAL.replace('\n', "\\n");
    format!(
        "trap \"rm -f {policy}\" EXIT; trap \"exit 1\" HUP INT TERM; printf \"{refusal}\" >{policy} && chmod 755 {policy} && {command}"
    )
}

#[cfg(test)]
mod tests {
    use super::{Installing, JOIN_SOGO, REFUSAL, guarded};
    use crate::shell::Run;

    const ANSWER: &str = "roundcube-core roundcube/dbconfig-install boolean false";

    fn installing<'a>(missing: &'a [&'a str], fresh: &'a [&'a str]) -> Installing<'a> {
        Installing {
            missing,
            answer: Some(ANSWER),
            answered: false,
            fresh,
        }
    }

    fn lines(typed: &str) -> Vec<&str> {
        typed.lines().map(str::trim).collect()
    }

    #[test]
    fn what_is_typed_leaves_no_server_running() {
        let all = installing(&["chromium", "sogo"], &["sogo", "memcached"]);
        let typed = all.to_type();
        let typed = lines(&typed);
        assert_eq!(typed.len(), 5, "{typed:?}");
        assert!(typed[2].starts_with("sudo sh -c 'trap \"rm -f /usr/sbin/policy-rc.d\" EXIT;"));
        assert_eq!(typed[2].matches('\'').count(), 2);
        // What was there before goes on.
        assert_eq!(typed[3], "sudo systemctl disable sogo memcached");
        assert_eq!(typed[4], JOIN_SOGO);
        // Somebody has answered that question already.
        let answered = Installing {
            answered: true,
            ..installing(&["postgresql-15"], &[])
        };
        let typed = answered.to_type();
        assert_eq!(lines(&typed).len(), 3, "{typed}");
        assert!(!typed.contains("policy-rc.d"), "{typed}");
        // Browsers bring no services.
        let browsers = Installing {
            answer: None,
            ..installing(&["chromium"], &["sogo"])
        };
        let typed = browsers.to_type();
        assert_eq!(lines(&typed).len(), 2, "{typed}");
        assert!(!typed.contains("policy-rc.d"), "{typed}");
    }

    #[test]
    fn nothing_is_removed() {
        let all = installing(&["exim4-daemon-light"], &[]);
        assert!(
            all.script("-q ")
                .contains("apt-get -q install -y --no-remove ")
        );
        assert!(all.to_type().contains("apt-get install -y --no-remove "));
    }

    #[test]
    fn services_can_be_started_however_it_ends() {
        let policy = std::env::temp_dir().join(format!("waxseal-policy-{}", std::process::id()));
        let name = policy.to_string_lossy().into_owned();
        let seen = format!("test \"$(cat {name})\" = \"$0\" && test -x {name}");
        for (command, well) in [
            (seen.clone(), true),
            (format!("{seen} && exit 7"), false),
            // One that no shell around has told to be ignored.
            (format!("{seen} && kill -TERM $$"), false),
        ] {
            let ran = Run::new("sh")
                .arg("-c")
                .arg(guarded(&name, &command))
                .arg(REFUSAL.trim_end());
            let (went_well, said) = ran.collect().expect("a shell");
            assert_eq!((went_well, said.as_str()), (well, ""), "{command}");
            assert!(!policy.exists(), "{command}");
        }
    }
}
