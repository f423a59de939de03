//! Lines that a mail program leaves as they are. What is signed in the clear goes through the site's own form, which breaks
//! long lines when it sends (RFC 3676, 4.2): the signature would be of other lines then.

/// Characters of a line. Programs break at 72, or later; a line may get two more when its dashes are escaped.
const WIDTH: usize = 70;

/// Octets of a word from which on it is cut: no line of a mail has 998 (RFC 5322, 2.1.1), and scripts without spaces have
/// words without an end.
const WORD: usize = 900;

/// The text with all lines broken at spaces. The lines of a quotation that is broken begin as it does.
pub(super) fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / WIDTH);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        match line.chars().nth(WIDTH) {
            None => out.push_str(line),
            Some(_) => wrap(line, &mut out),
        }
    }
    out
}

fn wrap(line: &str, out: &mut String) {
    let said = line.trim_start_matches(['>', ' ']);
    let (before, _) = line.split_at(line.len() - said.len());
    // An indentation is not repeated, nor is a quotation that leaves no room.
    let marks = before.trim_end_matches(' ');
    let marks = match marks.chars().count() < WIDTH / 2 {
        true => marks,
        false => "",
    };
    let again = match marks.is_empty() {
        true => String::new(),
        false => [marks, " "].concat(),
    };
    out.push_str(before);
    let mut column = before.chars().count();
    let mut first = true;
    for word in said.split(' ') {
        let length = word.chars().count();
        if !first && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&again);
            column = again.chars().count();
        } else if !first {
            out.push(' ');
            column += 1;
        }
        first = false;
        column += push_word(word, &again, out);
    }
}

/// Puts a word behind what is there; gives how many characters that adds to the line.
fn push_word(word: &str, again: &str, out: &mut String) -> usize {
    let length = word.chars().count();
    if word.len() <= WORD {
        out.push_str(word);
        return length;
    }
    let mut column = 0;
    let mut before = ' ';
    for letter in word.chars() {
        // Marks without an end must not make a line without one.
        if column >= WIDTH && !(belongs(before, letter) && column < 2 * WIDTH) {
            out.push('\n');
            out.push_str(again);
            column = 0;
        }
        out.push(letter);
        before = letter;
        column += 1;
    }
    column
}

/// Whether a character is drawn in one with that before it (UAX 29, 3.1), in scripts whose words are not divided: Thai, Lao,
/// Tibetan, Burmese, Khmer, Japanese; and marks of all scripts.
fn belongs(before: char, letter: char) -> bool {
    let mark = matches!(letter,
        '\u{300}'..='\u{36f}'
        | '\u{e31}' | '\u{e33}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb3}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}'
        | '\u{f71}'..='\u{f84}' | '\u{f8d}'..='\u{fbc}'
        | '\u{102b}'..='\u{103e}' | '\u{1056}'..='\u{1059}'
        | '\u{17b4}'..='\u{17d3}'
        | '\u{200d}' | '\u{3099}' | '\u{309a}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    // What joins the next one to it.
    mark || matches!(before, '\u{1039}' | '\u{17d2}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCE: &str = "The barge goes up the canal on Thursday, when the lock-keeper is away and the night is dark.";

    #[test]
    fn long_lines_are_broken_at_spaces() {
        let broken = "The barge goes up the canal on Thursday, when the lock-keeper is away\nand the night is dark.";
        assert_eq!(wrapped(SENTENCE), broken);
        assert_eq!(
            wrapped(&format!("a\n{SENTENCE}\n\nb\n")),
            format!("a\n{broken}\n\nb\n")
        );
        assert_eq!(
            wrapped(&format!("> > {SENTENCE}")),
            "> > The barge goes up the canal on Thursday, when the lock-keeper is\n> > away and the night is dark."
        );
        assert_eq!(
            wrapped(&format!("   {SENTENCE}")),
            "   The barge goes up the canal on Thursday, when the lock-keeper is\naway and the night is dark."
        );
    }

    #[test]
    fn a_word_stays_whole_and_stands_alone() {
        let address = format!("https://example.org/{}", "a".repeat(100));
        assert_eq!(
            wrapped(&format!("see {address} there")),
            format!("see\n{address}\nthere")
        );
        assert_eq!(wrapped(&address), address);
    }

    #[test]
    fn scripts_without_spaces_have_no_endless_line() {
        let broken = wrapped(&"\u{6c34}".repeat(400));
        let lines: Vec<_> = broken
            .split('\n')
            .map(|line| line.chars().count())
            .collect();
        assert_eq!(lines, [70, 70, 70, 70, 70, 50]);
    }

    #[test]
    fn a_line_begins_with_no_mark_of_the_line_before() {
        // Thai, Burmese and Khmer for "to drink", "word" and "woman", over and over.
        for (word, marks) in [
            ("\u{e14}\u{e37}\u{e48}\u{e21}", "\u{e37}\u{e48}"),
            ("\u{1005}\u{1000}\u{102c}\u{1038}", "\u{102c}\u{1038}"),
            (
                "\u{179f}\u{17d2}\u{179a}\u{17b8}\u{1793}\u{17b6}",
                "\u{17d2}\u{179a}\u{17b8}\u{17b6}",
            ),
        ] {
            for shift in 0..word.chars().count() {
                let text = format!("{}{}", "a".repeat(shift), word.repeat(200));
                let broken = wrapped(&text);
                assert!(broken.lines().count() > 10, "{broken}");
                assert_eq!(
                    broken
                        .lines()
                        .find(|line| line.starts_with(|c| marks.contains(c))),
                    None
                );
                assert_eq!(broken.replace('\n', ""), text);
            }
        }
        // No line has 998 octets, whatever stands in it.
        let broken = wrapped(&format!("o{}", "\u{301}".repeat(5000)));
        assert_eq!(broken.lines().map(str::len).max(), Some(2 * WIDTH * 2));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_broken_twice(text in "(> |[ >\n]|[a-z]{1,90}| ){0,60}") {
            let once = wrapped(&text);
            prop_assert_eq!(wrapped(&once), once.clone());
            let words = |text: &str| -> String { text.split(['>', ' ', '\n']).collect() };
            prop_assert_eq!(words(&once), words(&text));
            let long = |line: &&str| line.chars().count() > WIDTH && line.trim_start_matches(['>', ' ']).contains(' ');
            prop_assert_eq!(once.split('\n').find(long), None);
        }
    }
}
