//! The one catalogue of what reports and diagnoses say, in English and in Chinese.
//!
//! A message is a method of [`Words`]; a gap that a text names and its method does not have is an
//! error of the compiler. The faults' own texts stand in `contract::catalogue`.

use std::ffi::OsStr;
use std::str::FromStr;

use contract::catalogue::Text;

mod console;
mod event;
mod page;
mod rule;
pub(crate) mod sentence;

/// The language of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

impl Lang {
    /// The language of the environment: the first of these that is set, as POSIX orders them.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Lang {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let set = names.into_iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
        match set {
            Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Lang::Zh,
            _ => Lang::En,
        }
    }

    /// The language of this process's environment.
    pub fn here() -> Lang {
        let text = |value: &OsStr| value.to_string_lossy().into_owned();
        Lang::of_environment(|name| std::env::var_os(name).map(|value| text(&value)))
    }

    /// What HTML calls it.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// The text of this language.
    pub const fn of(self, text: Text) -> &'static str {
        match self {
            Lang::En => text.en,
            Lang::Zh => text.zh,
        }
    }

    /// One of two texts.
    pub const fn either<'t>(self, en: &'t str, zh: &'t str) -> &'t str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

impl FromStr for Lang {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Lang, Self::Err> {
        match text {
            "en" => Ok(Lang::En),
            "zh" => Ok(Lang::Zh),
            _ => Err("a language is `en` or `zh`"),
        }
    }
}

/// All messages, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words(pub Lang);

/// A message a line: its name, what it has gaps for, English, Chinese.
macro_rules! messages {
    ($($name:ident($($gap:ident),*) = $en:literal, $zh:literal;)*) => {
        impl Words {
            $(
                #[doc = $en]
                pub fn $name(self $(, $gap: impl Display)*) -> String {
                    match self.0 {
                        Lang::En => format!($en),
                        Lang::Zh => format!($zh),
                    }
                }
            )*
        }
    };
}
use messages;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_gives_the_language_as_posix_orders_it() {
        let of = |set: &[(&str, &str)]| {
            Lang::of_environment(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Lang::En);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), Lang::En);
        assert_eq!(of(&[("LANG", "en_GB"), ("LC_ALL", ""), ("LC_MESSAGES", "zh")]), Lang::Zh);
    }
}
