//! A newer Debian in a folder, for programs that the system has in older versions only.

use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;
use crate::tools::debian;
use std::path::PathBuf;

/// Makes the folder, once, with these packages; gives back its path. Only root can.
pub fn install(project: &Project, release: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let root = project.path("target/interop").join(release);
    let done = root.join("waxseal-packages");
    let wanted = packages.join(" ");
    if std::fs::read_to_string(&done).is_ok_and(|there| there == wanted) {
        return Ok(root);
    }
    if !debian::is_root()? {
        return Err(format!(
            "Only root can make a Debian {release}, and work in it. Type:\n\n  sudo -E cargo xtask interop --suite {release}"
        ));
    }
    debian::get(&["debootstrap", "debian-archive-keyring"])?;
    let failed = |error: std::io::Error| format!("{}: {error}", root.display());
    // A half-made one is of no use.
    if root.exists() {
        std::fs::remove_dir_all(&root).map_err(failed)?;
    }
    std::fs::create_dir_all(&root).map_err(failed)?;
    println!("making a Debian {release}, once: some minutes and 500 MB");
    Run::new("debootstrap")
        .args(["--variant=minbase", release])
        .arg(&root)
        .output()?;
    Run::new("chroot")
        .arg(&root)
        .args(["apt-get", "-q", "install", "-y"])
        .arg("--no-install-recommends")
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()?;
    std::fs::write(&done, wanted).map_err(failed)?;
    Ok(root)
}
