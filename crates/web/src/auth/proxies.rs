//! Proxies before us: whose word on the caller's address and scheme is believed.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// The header that tells through whom a request came, the caller first.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The header that tells how the caller spoke.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Addresses of proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Net>);

/// An address, and how many of its bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Net {
    address: IpAddr,
    bits: u32,
}

impl Net {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.trim().parse().ok())?;
        (bits <= most).then_some(Self { address, bits })
    }

    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(address)) => {
                let shift = 32 - self.bits;
                u64::from(net.to_bits()) >> shift == u64::from(address.to_bits()) >> shift
            }
            (IpAddr::V6(net), IpAddr::V6(address)) => {
                let shift = 128 - self.bits;
                shift == 128 || net.to_bits() >> shift == address.to_bits() >> shift
            }
            _ => false,
        }
    }
}

impl Proxies {
    /// Reads addresses and networks: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
    ///
    /// # Errors
    /// Names what can't be read.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |text: &str| {
            Net::parse(text)
                .ok_or_else(|| format!("`{text}` is no address: write 10.0.0.7, 10.0.0.0/8 or fd00::/8"))
        };
        texts.into_iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.holds(address))
    }

    /// Whether the request was handed on by a proxy that is trusted.
    pub(crate) fn passed(&self, request: &HttpRequest) -> bool {
        request.peer_addr().is_some_and(|peer| self.trusts(peer.ip()))
    }

    /// Who has sent the request: the last address before our proxies. What stands further left may be invented.
    pub(crate) fn caller(&self, request: &HttpRequest) -> String {
        let Some(peer) = request.peer_addr() else { return "unknown".to_owned() };
        let mut caller = peer.ip();
        if self.passed(request) {
            let headers = request.headers().get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok());
            let hops: Vec<&str> = headers.flat_map(|value| value.split(',')).map(str::trim).collect();
            for hop in hops.into_iter().rev() {
                // A word that is no address ends what can be believed.
                let Ok(address) = hop.parse::<IpAddr>() else { break };
                caller = address;
                if !self.trusts(address) {
                    break;
                }
            }
        }
        caller.to_canonical().to_string()
    }

    /// Whether the caller speaks TLS with our proxy.
    pub(crate) fn is_private(&self, request: &HttpRequest) -> bool {
        let said = request.headers().get_all(FORWARDED_PROTO).last().and_then(|value| value.to_str().ok());
        self.passed(request)
            && said.is_some_and(|said| said.rsplit(',').next().map(str::trim) == Some("https"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn caller(peer: &str, headers: &[&str]) -> (String, bool) {
        let proxies = Proxies::parse(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]).unwrap();
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for header in headers {
            request = request.append_header((FORWARDED_FOR, *header));
        }
        let request = request.insert_header((FORWARDED_PROTO, "https")).to_http_request();
        (proxies.caller(&request), proxies.is_private(&request))
    }

    #[test]
    fn only_a_trusted_proxy_tells_who_calls() {
        let says = |address: &str, private| (address.to_owned(), private);
        assert_eq!(caller("127.0.0.1:5", &["203.0.113.9"]), says("203.0.113.9", true));
        assert_eq!(caller("[::ffff:10.1.2.3]:5", &["203.0.113.9"]), says("203.0.113.9", true));
        assert_eq!(caller("[fd00::1]:5", &["2001:db8::1"]), says("2001:db8::1", true));
        assert_eq!(
            caller("192.0.2.1:5", &["203.0.113.9"]),
            says("192.0.2.1", false),
            "anybody can send headers"
        );
        assert_eq!(caller("127.0.0.1:5", &[]), says("127.0.0.1", true));
    }

    #[test]
    fn what_the_caller_itself_has_written_is_not_believed() {
        assert_eq!(caller("127.0.0.1:5", &["1.1.1.1, 203.0.113.9, 10.0.0.2"]).0, "203.0.113.9");
        assert_eq!(caller("127.0.0.1:5", &["1.1.1.1", "203.0.113.9"]).0, "203.0.113.9");
        assert_eq!(caller("127.0.0.1:5", &["1.1.1.1, unknown"]).0, "127.0.0.1");
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["10.0.0.0/33", "proxy", "10.0.0.0/x", ""] {
            let error = Proxies::parse([text]).unwrap_err();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
        assert!(Proxies::parse(["0.0.0.0/0"]).unwrap().trusts("9.9.9.9".parse().unwrap()));
        assert!(!Proxies::default().trusts("127.0.0.1".parse().unwrap()));
    }
}
