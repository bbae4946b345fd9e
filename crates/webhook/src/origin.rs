//! Origins: scheme, host and port.

use std::fmt;
use url::Url;

/// An origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://host` or `https://host:port`, and nothing more. `http://` has to be written out as well: nothing
    /// goes out in the clear by accident.
    ///
    /// # Errors
    /// For people: what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| no_origin(text, &error.to_string()))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(no_origin(text, "it goes on behind the host"));
        }
        Self::of(text)
    }

    /// The origin of an address.
    ///
    /// # Errors
    /// For people: why it has none.
    pub fn of(address: &str) -> Result<Self, String> {
        let url = Url::parse(address)
            .map_err(|error| format!("'{address}' is no address ({error}); write https://host/path"))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(format!("'{}' is neither https nor http", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "an address with a password in it is not taken; the signature says who sends".to_owned()
            );
        }
        match (url.host_str(), url.port_or_known_default()) {
            (Some(host), Some(port)) => {
                Ok(Self { scheme: url.scheme().to_owned(), host: host.to_lowercase(), port })
            }
            _ => Err(format!("'{address}' names no host")),
        }
    }
}

fn no_origin(text: &str, cause: &str) -> String {
    format!("'{text}' is no origin ({cause}); write https://host or https://host:port")
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = if self.scheme == "https" { 443 } else { 80 };
        write!(f, "{}://{}", self.scheme, self.host)?;
        if self.port == known { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}
