//! What this program is.

use crate::args::Args;
use crate::command::{COMMANDS, encrypt, generate};
use crate::failure::Failure;
use crate::indirect;

/// The revision of the draft that this follows.
const SPEC: &str = "draft-dkg-openpgp-stateless-cli-15";

/// The engine under the core: its name, and the version that `Cargo.toml` of the workspace pins.
const BACKEND: &str = "rpgp 0.21.0";

pub fn version(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let asked = ["backend", "extended", "sop-spec", "sopv"];
    let asked: Vec<_> = asked.into_iter().filter(|one| args.flag(one)).collect();
    let own = concat!("waxseal-sop ", env!("CARGO_PKG_VERSION"));
    let text = match asked.as_slice() {
        [] => own.to_owned(),
        ["backend"] => BACKEND.to_owned(),
        ["extended"] => format!("{own}\n{BACKEND}"),
        ["sop-spec"] => SPEC.to_owned(),
        ["sopv"] => "1.0".to_owned(),
        _ => return Err(Failure::IncompatibleOptions("one of them at a time".into())),
    };
    indirect::stdout(format!("{text}\n").as_bytes())
}

pub fn list_profiles(args: &Args) -> Result<(), Failure> {
    let lines: Vec<String> = match args.required("SUBCOMMAND")? {
        [name] if name == "generate-key" => generate::PROFILES
            .iter()
            .map(|profile| line(profile.name, profile.says, profile.aliases))
            .collect(),
        [name] if name == "encrypt" => encrypt::PROFILES
            .iter()
            .map(|(name, says, _)| line(name, says, &[]))
            .collect(),
        [_, more, ..] => return Err(Failure::UnsupportedOption(more.clone())),
        names => return Err(Failure::UnsupportedProfile(names.concat())),
    };
    indirect::stdout(lines.concat().as_bytes())
}

fn line(name: &str, says: &str, aliases: &[&str]) -> String {
    match aliases {
        [] => format!("{name}: {says}\n"),
        some => format!("{name}: {says} (aliases: {})\n", some.join(", ")),
    }
}

pub fn help() -> Result<(), Failure> {
    let mut text = format!("waxseal-sop COMMAND, after {SPEC}\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {} {}\n", command.name, command.usage));
    }
    indirect::stdout(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backend_is_the_one_that_is_built_in() {
        let lock = include_str!("../../../../Cargo.lock");
        let (_, version) = BACKEND.split_once(' ').unwrap();
        assert!(lock.contains(&format!("name = \"pgp\"\nversion = \"{version}\"\n")));
    }
}
