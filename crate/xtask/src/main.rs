//! `cargo xtask …`: every command that developers and CI run. Start with `cargo xtask help`.
#![expect(
    clippy::print_stdout,
    reason = "a command line tool speaks on its output"
)]

mod args;
mod attacks;
mod audit;
mod bench;
mod build;
mod fuzz;
mod interop;
mod lint;
mod project;
mod run;
mod shell;
mod stamp;
mod test;
mod tidy;
mod tools;

use args::Args;
use project::Project;
use std::process::ExitCode;

/// What a step gives back; the text of a failure is for the person at the terminal.
pub type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask <command>

  build   make dist/chromium, dist/firefox and a zip of each; installs what that needs
            --record URL          build for tests into target/dist-recorded: what crosses a wall is also posted to URL
  run     build, then open a browser with the extension on a small demo webmail
            --browser chromium|firefox
            --webmail demo|roundcube|sogo
  test    everything that CI checks; installs what is missing
            --only STEP[,STEP]    only these steps (see below)
            --browser chromium|firefox
            --spec NAME           only end-to-end specs whose name contains NAME
            --all                 also end-to-end specs that passed before, when nothing that decides them has changed since
  lint    the quick checks of `test`, without building wasm or starting a browser
            --fix                 format, and repair what can be repaired safely
  bench   build, then compare speed with OpenPGP.js in one page
            --browser chromium|firefox
  fuzz    throw made-up input at the core, from the test vectors on; a finding stops it
            --minutes N           for each target (5)
            --target NAME         only this one
  interop other OpenPGP programs and waxseal-sop read what the other writes; writes the tables of docs/INTEROP.md
            --suite bookworm|trixie  the programs of Debian 12 and two libraries, or those of Debian 13 (in a chroot)
            --only PEER[,PEER]    only these; the document stays as it is
            --release             with a release build
  attacks published attacks, each with what must come of it; writes the table of docs/ATTACKS.md
            --browser chromium|firefox  only this one; the document stays as it is
  audit   licences, sources, bans and known faults of everything in Cargo.lock, by cargo-deny
            --offline             without the faults: their database comes over the network
  help    this text

WAXSEAL_CHROMIUM and WAXSEAL_FIREFOX give the paths of other browsers than Debian's.
";

fn main() -> ExitCode {
    let mut args = Args::from_command_line();
    let outcome = Project::find().and_then(|project| match args.command().as_deref() {
        Some("build") => build::command(&project, args),
        Some("run") => run::command(&project, args),
        Some("test") => test::command(&project, args),
        Some("lint") => lint::command(&project, args),
        Some("bench") => bench::command(&project, args),
        Some("interop") => interop::command(&project, args),
        Some("attacks") => attacks::command(&project, args),
        Some("audit") => audit::command(&project, args),
        Some("fuzz") => fuzz::command(&project, args),
        None | Some("help" | "--help" | "-h") => {
            print!("{HELP}\nsteps of test: {}\n", test::step_names().join(", "));
            Ok(())
        }
        Some(other) => Err(format!("no such command: {other}\n\n{HELP}")),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\n{message}");
            ExitCode::FAILURE
        }
    }
}
