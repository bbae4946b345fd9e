//! Tables that several roles' settings have in common.

mod postgres;
mod redis;
mod serving;
mod upstream;
mod webhooks;

pub use postgres::Postgres;
pub(super) use postgres::TlsMode;
pub use redis::Redis;
pub use serving::Serving;
pub use upstream::{Upstream, link_limits};
pub(super) use upstream::{is_local, is_vq};
pub use webhooks::Webhooks;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_nothing_is_served_or_called_in_clear_by_accident() {
        let (here, there) = ("127.0.0.1:8000".parse().unwrap(), "0.0.0.0:8000".parse().unwrap());
        let nothing = Serving::default();
        assert_eq!(nothing.tls(here).unwrap(), None);
        assert!(nothing.tls(there).unwrap_err().to_string().contains("certificate_file"));
        assert!(Serving { plaintext: true, ..nothing.clone() }.tls(there).is_ok());
        let half = Serving { certificate_file: Some("c.pem".into()), ..nothing };
        assert!(half.tls(here).unwrap_err().to_string().contains("belong together"));

        assert!(Upstream::local(8000).tls().is_ok());
        let lds = Upstream { address: "lds:8000".into(), ..Upstream::local(8000) };
        assert!(lds.tls().unwrap_err().to_string().contains("ca_file"));
        assert!(Upstream { ca_file: Some("ca.pem".into()), ..lds }.tls().unwrap().is_some());
        assert!(is_local("[::1]:8000") && is_local("localhost:1") && !is_local("10.0.0.1:8000"));
    }
}
