//! The sign by which users know what is drawn by Waxseal itself.
//!
//! Here it is called emblem, because "sign" is what a key does.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
#[cfg(feature = "typescript")]
use tsify::Tsify;

/// The user's own sign: a picture and one or two words. It is in no `PageReply`: a page that knew it could draw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Emblem {
    /// Of the picture's ground.
    pub colour: EmblemColour,
    /// What the picture shows.
    pub shape: EmblemShape,
    /// The first of two words that were made at random, and that are shown in the language of the browser.
    pub first: EmblemWord,
    /// The second, another one.
    pub second: EmblemWord,
    /// The user's own words, shown instead: one line of at most `limits::MAX_EMBLEM_TEXT` characters, none of them invisible.
    #[serde(default)]
    pub own: Option<String>,
}

/// An enum of names. Written by hand and not derived, which for each of them would make more code than all else here.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident: $($one:ident $text:literal)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "typescript", derive(Tsify), serde(rename_all = "snake_case"))]
        #[allow(missing_docs)]
        pub enum $name { $($one),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$one),*];
            const NAMES: &[&str] = &[$($text),*];
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(Self::NAMES.get(*self as usize).unwrap_or(&""))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let at = Self::NAMES.iter().position(|name| *name == text);
                let one = at.and_then(|at| Self::ALL.get(at).copied());
                one.ok_or_else(|| serde::de::Error::custom("not a name"))
            }
        }
    };
}

names! {
    /// Each has a name (`emblem_colour_*`), so that nobody has to tell it by eye.
    EmblemColour:
        Red "red" Orange "orange" Green "green" Teal "teal" Blue "blue" Violet "violet" Pink "pink" Brown "brown"
}

names! {
    /// Each is drawn by the pages, and has a name (`emblem_shape_*`). None is a picture that Waxseal uses for anything else.
    EmblemShape:
        Anchor "anchor" Apple "apple" Bell "bell" Bird "bird" Boat "boat" Crown "crown" Cup "cup" Fish "fish"
        Flower "flower" House "house" Leaf "leaf" Moon "moon" Mushroom "mushroom" Star "star" Tree "tree"
        Umbrella "umbrella"
}

names! {
    /// Short words for things that everybody knows, one in each language (`emblem_word_*`).
    EmblemWord:
        Amber "amber" Basket "basket" Bridge "bridge" Button "button" Candle "candle" Canyon "canyon" Castle "castle"
        Chestnut "chestnut" Cloud "cloud" Copper "copper" Feather "feather" Forest "forest" Garden "garden"
        Harbour "harbour" Honey "honey" Island "island" Kettle "kettle" Ladder "ladder" Lantern "lantern"
        Meadow "meadow" Mirror "mirror" Needle "needle" Olive "olive" Paper "paper" Pebble "pebble" Pepper "pepper"
        River "river" Saddle "saddle" Thunder "thunder" Velvet "velvet" Window "window" Winter "winter"
}
