//! A zip of a folder that depends on nothing but the names and bytes in it (PKWARE APPNOTE 4.3, no extensions).

use crate::Outcome;
use crate::project::tree;
use std::path::Path;

/// 1980-01-01, the first day that a zip can name: the moment of the build must not show.
const DATE: u16 = 0x0021;
const NEEDED_VERSION: u16 = 20;
const MADE_BY_UNIX: u16 = 0x0300 | NEEDED_VERSION;
const NAMES_ARE_UTF8: u16 = 1 << 11;
const DEFLATED: u16 = 8;
const DEFLATE_LEVEL: u8 = 9;
const PLAIN_FILE: u32 = 0o100_644 << 16;

/// Every file below `folder`, in the order of their names.
pub fn folder(folder: &Path) -> Outcome<Vec<u8>> {
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    let names = tree(folder)?;
    for name in &names {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let packed = miniz_oxide::deflate::compress_to_vec(&bytes, DEFLATE_LEVEL);
        let offset = short(zip.len())?;
        let common = entry(name, &bytes, &packed)?;

        zip.extend(b"PK\x03\x04");
        zip.extend(&common);
        zip.extend(0_u16.to_le_bytes()); // extra field
        zip.extend(name.as_bytes());
        zip.extend(&packed);

        directory.extend(b"PK\x01\x02");
        directory.extend(MADE_BY_UNIX.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 8]); // extra field, comment, disk, internal attributes
        directory.extend(PLAIN_FILE.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(names.len()).map_err(|_| "too many files for a zip")?;
    let start = short(zip.len())?;
    zip.extend(&directory);
    zip.extend(b"PK\x05\x06");
    zip.extend([0; 4]); // disks
    zip.extend(count.to_le_bytes());
    zip.extend(count.to_le_bytes());
    zip.extend(short(directory.len())?.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend(0_u16.to_le_bytes()); // comment
    Ok(zip)
}

/// The fields that stand in both headers of an entry.
fn entry(name: &str, bytes: &[u8], packed: &[u8]) -> Outcome<Vec<u8>> {
    let mut fields = Vec::new();
    for field in [NEEDED_VERSION, NAMES_ARE_UTF8, DEFLATED, 0, DATE] {
        fields.extend(field.to_le_bytes());
    }
    fields.extend(crc32fast::hash(bytes).to_le_bytes());
    fields.extend(short(packed.len())?.to_le_bytes());
    fields.extend(short(bytes.len())?.to_le_bytes());
    let length = u16::try_from(name.len()).map_err(|_| format!("too long a name: {name}"))?;
    fields.extend(length.to_le_bytes());
    Ok(fields)
}

fn short(length: usize) -> Outcome<u32> {
    u32::try_from(length).map_err(|_| "over 4 GB do not fit this kind of zip".to_owned())
}

#[cfg(test)]
mod tests {
    use super::folder;
    use std::fs;

    #[test]
    fn depends_on_names_and_bytes_only() {
        let place = std::env::temp_dir().join(format!("waxseal-zip-{}", std::process::id()));
        let files = [("b.txt", "two"), ("a/ä.txt", "one"), ("empty", "")];
        let mut zips = Vec::new();
        for (folder_name, reversed) in [("first", false), ("second", true)] {
            let here = place.join(folder_name);
            fs::create_dir_all(here.join("a")).expect("a folder");
            let mut order = files;
            if reversed {
                order.reverse();
            }
            for (name, text) in order {
                fs::write(here.join(name), text).expect("a file");
            }
            zips.push(folder(&here).expect("a zip"));
        }
        fs::remove_dir_all(&place).expect("to clean up");
        assert_eq!(zips.first(), zips.last());
        let zip = zips.first().expect("two zips");
        assert!(zip.starts_with(b"PK\x03\x04"));
        // The end record: 3 entries, twice; a directory that fills the space up to it; no comment.
        let end = zip.len() - 22;
        let field = |at: usize| {
            let bytes = zip.get(end + at..end + at + 4).expect("four bytes");
            u32::from_le_bytes(bytes.try_into().expect("four bytes")) as usize
        };
        assert_eq!(field(0), 0x0605_4b50);
        assert_eq!(field(8), 0x0003_0003);
        assert_eq!(field(12) + field(16), end);
    }
}
