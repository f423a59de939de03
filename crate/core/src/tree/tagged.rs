//! Enums whose variant is named by a field among the others.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::read::named;
use super::{Misfit, Tree};

/// An enum with a tag, whose variants all have fields (maybe none). Where serde would keep what it read in a form of its own
/// and have code to read every type inside from that, this reads a [`Tree`]. Variants and fields have no attributes but their
/// comments: what they said to serde would be unknown to the half that reads.
macro_rules! tagged {
    (
        $tag:literal
        $(#[$attribute:meta])*
        $visible:vis enum $name:ident {
            $($(#[doc = $of_variant:literal])* $variant:ident {
                $($(#[doc = $of_field:literal])* $field:ident: $type:ty),* $(,)?
            }),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[serde(tag = $tag, rename_all = "snake_case")]
        $visible enum $name {
            $($(#[doc = $of_variant])* $variant { $($(#[doc = $of_field])* $field: $type),* }),*
        }

        const _: () = {
            type Real = $name;

            #[derive(serde::Deserialize)]
            #[serde(remote = "Real", rename_all = "snake_case", deny_unknown_fields)]
            #[allow(dead_code)]
            enum Fields {
                $($variant { $($field: $type),* }),*
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let tree = <$crate::tree::Tree as serde::Deserialize>::deserialize(from)?;
                    tree.tagged($tag)
                        .and_then(Fields::deserialize)
                        .map_err(serde::de::Error::custom)
                }
            }
        };
    };
}
pub(crate) use tagged;

/// What was taken apart: the name of the variant and the other fields.
pub(crate) struct Tagged {
    name: String,
    fields: Tree,
}

impl Tree {
    /// Takes out the field that names the variant.
    pub(crate) fn tagged(mut self, tag: &str) -> Result<Tagged, Misfit> {
        match self.take(tag) {
            Some(Self::Text(mut name)) => Ok(Tagged {
                name: std::mem::take(&mut *name),
                fields: self,
            }),
            _ => Err(Misfit),
        }
    }
}

impl<'de> Deserializer<'de> for Tagged {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Tagged {
    type Error = Misfit;
    type Variant = Tree;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Tree), Misfit> {
        Ok((seed.deserialize(named(self.name))?, self.fields))
    }
}

/// The fields beside the tag.
impl<'de> VariantAccess<'de> for Tree {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Err(Misfit)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Misfit> {
        Err(Misfit)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_map(self.into_pairs()?)
    }
}
