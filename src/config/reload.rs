//! What of a configuration can change while the daemon runs.

use super::{Config, KEYS, WEBHOOKS};

/// Keys that take effect at once, and sections of which all do. The rest names folders and files that are open, or what the detector
/// was built with.
const AT_ONCE: [&str; 9] = [
    "inbox.settle_seconds",
    "inbox.rescan_seconds",
    "inbox.poll_seconds",
    "inbox.batch_files",
    "archive.keep_days",
    "detect.threshold",
    "sources.file",
    "log.level",
    "limits.",
];

/// A configuration read again.
#[derive(Debug)]
pub struct Reloaded {
    /// What is in effect from now on.
    pub config: Config,
    /// Keys that changed.
    pub changed: Vec<&'static str>,
    /// Keys that changed and that only a restart puts in effect.
    pub at_start: Vec<&'static str>,
}

impl Config {
    /// This configuration with those values of `new` that can change while the daemon runs. The known sources are always those of
    /// `new`: their file may say something else under the same name.
    pub fn reloaded(&self, new: &Config) -> Reloaded {
        let mut reloaded = Reloaded { config: self.clone(), changed: Vec::new(), at_start: Vec::new() };
        for key in KEYS {
            let value = (key.show)(new);
            if value == (key.show)(self) {
                continue;
            }
            let takes_effect = AT_ONCE.iter().any(|name| covers(name, key.name));
            match takes_effect.then(|| (key.set)(&mut reloaded.config, &value)).flatten() {
                Some(()) => reloaded.changed.push(key.name),
                None => reloaded.at_start.push(key.name),
            }
        }
        if self.webhooks != new.webhooks {
            reloaded.at_start.push(WEBHOOKS);
        }
        reloaded.config.sources = new.sources.clone();
        reloaded
    }
}

fn covers(name: &str, key: &str) -> bool {
    key == name || (name.ends_with('.') && key.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_effect_at_once_are_keys() {
        for name in AT_ONCE {
            assert!(KEYS.iter().any(|k| covers(name, k.name)), "{name}");
        }
    }

    #[test]
    fn limits_change_and_paths_do_not() {
        let old = Config::default();
        let toml = "[inbox]\npath = \"elsewhere\"\nsettle_seconds = 3\n[limits]\narticles = 7\n[detect]\nthreshold = 0.5";
        let reloaded = old.reloaded(&Config::parse(toml).unwrap());
        assert_eq!(reloaded.changed, ["inbox.settle_seconds", "detect.threshold", "limits.articles"]);
        assert_eq!(reloaded.at_start, ["inbox.path"]);
        assert_eq!((reloaded.config.limits.articles, &reloaded.config.inbox), (7, &old.inbox));
        assert!(old.reloaded(&old).changed.is_empty());
        let told = Config::parse("[[webhook]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret_file = \"a\"").unwrap();
        let reloaded = old.reloaded(&told);
        assert_eq!((reloaded.at_start, reloaded.config.webhooks.len()), (vec!["webhook"], 0));
    }
}
