//! What can be done with a file: told by its name, its type and its first octets, the most careful of them first.

use super::fields::Fields;
use super::name;
use crate::armor;
use crate::wire::mail::FileKind;

/// Extensions of what does something when it is opened. Four groups, each of which attackers send:
#[rustfmt::skip]
const DANGEROUS: &[&str] = &[
    // Programs, installers, packages, and what starts them.
    "apk", "app", "appimage", "appinstaller", "appref-ms", "appx", "appxbundle", "application", "com", "command", "cpl", "deb",
    "desktop", "dll", "dmg", "drv", "exe", "flatpakref", "gadget", "ipa", "jar", "jnlp", "lnk", "mpkg", "msc", "msi", "msix",
    "msixbundle", "msp", "mst", "ocx", "pif", "pkg", "reg", "rpm", "run", "scr", "snap", "sys", "url", "webloc", "website", "xap", "xpi",
    "crx", "library-ms", "search-ms", "settingcontent-ms", "theme", "themepack", "scf", "inf", "diagcab", "rdp",
    "cab", "fileloc", "grp", "inetloc", "ins", "isp", "job", "kext", "mailloc", "mobileconfig", "msu", "prefpane", "saver", "service",
    "vsto", "xbap", "xnk",
    // Scripts.
    "action", "applescript", "bash", "bat", "cmd", "csh", "hta", "js", "jse", "mjs", "osascript", "pl", "ps1", "ps1xml", "ps2", "psc1",
    "psd1", "psm1", "py", "pyc", "pyw", "pyz", "rb", "scpt", "sct", "sh", "shb", "shs", "terminal", "vb", "vbe", "vbs", "workflow", "ws",
    "wsc", "wsf", "wsh", "zsh", "ahk", "au3", "bas", "fish", "ksh", "lua", "php", "tool",
    // Documents that carry programs, or fetch them.
    "accda", "accdb", "accde", "ade", "adp", "chm", "dot", "dotm", "docm", "hlp", "iqy", "mda", "mdb", "mde", "oft", "one", "onepkg",
    "pot", "potm", "ppa", "ppam", "ppsm", "pptm", "pub", "rqy", "sldm", "slk", "swf", "udl", "wll", "xla", "xlam", "xlb", "xlm", "xlsb",
    "xlsm", "xltm", "xll", "xlw", "htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xhtml", "xht", "xml", "xsl", "xslt",
    "eps", "ps", "wbk",
    // Images of disks, which hide what is in them from those who check attachments.
    "img", "iso", "udf", "vhd", "vhdx", "wim",
];

/// Media types that say the same.
const DANGEROUS_TYPES: &[&str] = &[
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/xml",
    "application/xml",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "application/ecmascript",
    "application/hta",
    "application/x-msdownload",
    "application/x-msdos-program",
    "application/x-dosexec",
    "application/vnd.microsoft.portable-executable",
    "application/x-msi",
    "application/x-ms-shortcut",
    "application/x-executable",
    "application/x-elf",
    "application/x-mach-binary",
    "application/java-archive",
    "application/x-java-jnlp-file",
    "application/vnd.android.package-archive",
    "application/x-sh",
    "application/x-shellscript",
    "application/x-csh",
    "application/x-perl",
    "application/x-python",
    "application/x-bat",
    "application/x-powershell",
    "application/x-iso9660-image",
    "application/x-apple-diskimage",
    "application/x-xpinstall",
    "application/x-shockwave-flash",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "application/vnd.ms-word.document.macroenabled.12",
    "application/vnd.ms-powerpoint.presentation.macroenabled.12",
];

/// Octets of the head of a file: the packets of a file of signatures, of which the last tells that they are nothing else, and more.
pub(super) const HEAD: usize = 256 << 10;

/// The kind of a file of this name and type whose decoded octets these are, or at least the first [`HEAD`] of them.
pub(super) fn of(file_name: &str, media_type: &str, octets: &[u8]) -> FileKind {
    let extension = name::extension(file_name).unwrap_or_default();
    if DANGEROUS.contains(&extension.as_str())
        || DANGEROUS_TYPES.contains(&media_type)
        || is_program(octets)
    {
        return FileKind::Dangerous;
    }
    match media_type {
        "application/pgp-keys" if block(octets) != Some(armor::Kind::PrivateKey) => {
            return FileKind::Keys;
        }
        "application/pgp-signature" => return FileKind::Signature,
        // Many programs send files under no type of their own; the name says what people expect of it.
        "application/pdf" | "application/octet-stream"
            if (media_type == "application/pdf" || extension == "pdf")
                && octets.starts_with(b"%PDF-") =>
        {
            return FileKind::Pdf;
        }
        typ if is_image(typ, octets) => return FileKind::Image,
        // Programs that pass a mail on may not encode it as one (RFC 2046, 5.2.1), and send it as a file.
        "application/octet-stream" if extension == "eml" && is_mail(octets) => {
            return FileKind::Mail;
        }
        _ => {}
    }
    // Other names are not looked behind: what a file is called is what people expect of it.
    let of_pgp = matches!(
        extension.as_str(),
        "asc" | "pgp" | "gpg" | "sig" | "sign" | "key"
    ) || OPENPGP_TYPES.contains(&media_type)
        || file_name.is_empty() && media_type == "application/octet-stream";
    match of_pgp.then(|| block(octets)).flatten() {
        Some(armor::Kind::Message) => FileKind::Encrypted,
        Some(armor::Kind::Signature) => FileKind::Signature,
        Some(armor::Kind::PublicKey) => FileKind::Keys,
        // A private key is nothing that is imported with a click.
        Some(armor::Kind::PrivateKey) | None => FileKind::Other,
    }
}

/// Types of OpenPGP files; all but the first were never standards.
const OPENPGP_TYPES: [&str; 7] = [
    "application/pgp-encrypted",
    "application/pgp",
    "application/pgp-message",
    "application/x-pgp",
    "application/x-pgp-message",
    "application/x-pgp-encrypted",
    "text/x-pgp",
];

/// The first octets of a mail.
pub(super) fn is_mail(octets: &[u8]) -> bool {
    Fields::cut(octets).is_ok_and(|cut| cut.fields.are_of_a_mail())
}

/// What begins here in armor or as packets.
pub(crate) fn block(octets: &[u8]) -> Option<armor::Kind> {
    const NEAR: usize = 64;
    let octets = armor::without_mark(octets);
    if let Some(0x80..) = octets.first() {
        return match octets.len() < HEAD {
            true => armor::Kind::of_packets(octets).map(|(kind, _)| kind),
            false => armor::Kind::of_start(octets),
        };
    }
    let text = octets.trim_ascii_start();
    let begins = text.starts_with(b"-----BEGIN PGP ");
    begins
        .then(|| armor::Kind::of_text(text.get(..NEAR).unwrap_or(text)))
        .flatten()
}

/// The first octets of a picture of this type.
fn is_image(media_type: &str, octets: &[u8]) -> bool {
    match media_type {
        "image/png" => octets.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" | "image/jpg" | "image/pjpeg" => octets.starts_with(b"\xff\xd8\xff"),
        "image/gif" => octets.starts_with(b"GIF87a") || octets.starts_with(b"GIF89a"),
        "image/webp" => octets.starts_with(b"RIFF") && octets.get(8..12) == Some(b"WEBP"),
        _ => false,
    }
}

/// The first octets of programs, whatever the file is called.
fn is_program(octets: &[u8]) -> bool {
    const FIRST: [&[u8]; 6] = [
        b"MZ",
        b"\x7fELF",
        b"#!",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        // A shortcut of Windows.
        b"\x4c\x00\x00\x00\x01\x14\x02\x00",
    ];
    FIRST.iter().any(|first| octets.starts_with(first))
}

/// The extension of a file that came without a name.
pub(super) fn usual_extension(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/svg+xml" => ".svg",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "application/pgp-keys" | "application/pgp-signature" | "application/pgp-encrypted" => {
            ".asc"
        }
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "text/csv" => ".csv",
        "text/vcard" | "text/x-vcard" => ".vcf",
        typ if typ.starts_with("multipart/") || typ.starts_with("message/") => ".eml",
        typ if typ.starts_with("text/") => ".txt",
        _ => ".bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    #[test]
    fn kinds_by_name_type_and_content() {
        for (name, typ, octets, kind) in [
            ("a.png", "image/png", PNG, FileKind::Image),
            ("a", "image/png", PNG, FileKind::Image),
            ("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0", FileKind::Image),
            ("a.gif", "image/gif", b"GIF89a", FileKind::Image),
            ("a.webp", "image/webp", b"RIFF....WEBPVP8 ", FileKind::Image),
            ("a.png", "image/png", b"<svg onload=x>", FileKind::Other),
            ("a.png", "image/jpeg", PNG, FileKind::Other),
            ("a.bmp", "image/bmp", b"BM", FileKind::Other),
            ("a.pdf", "application/pdf", b"%PDF-1.7", FileKind::Pdf),
            ("a.pdf", "application/pdf", b"<html>", FileKind::Other),
            (
                "a.PDF",
                "application/octet-stream",
                b"%PDF-1.7",
                FileKind::Pdf,
            ),
            (
                "a.txt",
                "application/octet-stream",
                b"%PDF-1.7",
                FileKind::Other,
            ),
            ("a.pdf", "text/plain", b"%PDF-1.7", FileKind::Other),
            ("a.txt", "text/plain", b"hello", FileKind::Other),
            ("a.asc", "application/pgp-keys", b"", FileKind::Keys),
            (
                "a.asc",
                "application/pgp-keys",
                b"-----BEGIN PGP PRIVATE KEY BLOCK-----",
                FileKind::Other,
            ),
            (
                "a.asc",
                "text/plain",
                b"-----BEGIN PGP PUBLIC KEY BLOCK-----",
                FileKind::Keys,
            ),
            (
                "a.asc",
                "text/plain",
                b"\n-----BEGIN PGP MESSAGE-----\n",
                FileKind::Encrypted,
            ),
            (
                "a.asc",
                "text/plain",
                b"-----BEGIN PGP SIGNATURE-----\n",
                FileKind::Signature,
            ),
            (
                "a.asc",
                "text/plain",
                b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
                FileKind::Other,
            ),
            (
                "a.txt",
                "text/plain",
                b"-----BEGIN PGP MESSAGE-----\n",
                FileKind::Other,
            ),
            (
                "",
                "application/pgp",
                b"-----BEGIN PGP MESSAGE-----\n",
                FileKind::Encrypted,
            ),
            (
                "a.txt",
                "text/x-pgp",
                b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
                FileKind::Keys,
            ),
            ("", "application/pgp", b"hello", FileKind::Other),
            (
                "a.EML",
                "application/octet-stream",
                b"Subject: x\n\nhi",
                FileKind::Mail,
            ),
            ("a.eml", "application/octet-stream", b"hi", FileKind::Other),
            ("a.eml", "a/b", b"Subject: x\n\nhi", FileKind::Other),
            (
                "a.eml",
                "application/octet-stream",
                b"MZ: x\n\nhi",
                FileKind::Dangerous,
            ),
            (
                "a.gpg",
                "application/octet-stream",
                &[0xd2, 1, 2],
                FileKind::Encrypted,
            ),
            (
                "a.sig",
                "application/octet-stream",
                &[0xc2, 1, 4],
                FileKind::Signature,
            ),
            (
                "a.sig",
                "application/pgp-signature",
                b"?",
                FileKind::Signature,
            ),
        ] {
            assert_eq!(of(name, typ, octets), kind, "{name} {typ}");
        }
    }

    #[test]
    fn what_does_harm_is_told_whatever_it_pretends() {
        for name in [
            "a.exe",
            "a.EXE",
            "a.pdf.exe",
            "a.js",
            "a.vbs",
            "a.scr",
            "a.bat",
            "a.cmd",
            "a.ps1",
            "a.hta",
            "a.lnk",
            "a.iso",
            "a.docm",
            "a.xlsm",
            "a.html",
            "a.svg",
            "a.jar",
            "a.apk",
            "a.msi",
            "a.com",
            "a.dmg",
        ] {
            assert_eq!(of(name, "image/png", PNG), FileKind::Dangerous, "{name}");
        }
        for typ in ["text/html", "image/svg+xml", "application/x-msdownload"] {
            assert_eq!(of("a.txt", typ, b""), FileKind::Dangerous, "{typ}");
        }
        for octets in [&b"MZ\x90"[..], b"\x7fELF", b"#!/bin/sh"] {
            assert_eq!(of("a.txt", "text/plain", octets), FileKind::Dangerous);
        }
        for name in ["a.exe.txt", "exe", ".exe", "a.docx", "a.zip", "a.eml"] {
            assert_eq!(
                of(name, "application/octet-stream", b""),
                FileKind::Other,
                "{name}"
            );
        }
    }
}
