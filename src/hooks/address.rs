//! Which addresses are of the public internet, so that a name cannot lead to this machine or its neighbours.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are not of the public internet, with the length of their prefix: the registry of special-purpose addresses of IANA
/// (RFC 6890), multicast, and what is not given to anybody.
const PRIVATE_4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

/// Of the addresses of version 6 only 2000::/3 is public, but for these.
const PRIVATE_6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// Whether everybody on the internet reaches the same under this address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let within = |(network, length): &([u8; 4], u32)| address.to_bits() >> (32 - length) == u32::from_be_bytes(*network) >> (32 - length);
    !PRIVATE_4.iter().any(within)
}

fn is_public_6(address: Ipv6Addr) -> bool {
    // Written as ::ffff:a.b.c.d or behind the prefix of a translator (64:ff9b::/96, RFC 6052), it is that address of version 4.
    let bits = address.to_bits();
    if matches!(bits >> 32, 0xffff | 0x64_ff9b_0000_0000_0000_0000) {
        return is_public_4(Ipv4Addr::from_bits(bits as u32));
    }
    let within = |(network, length): &([u16; 8], u32)| bits >> (128 - length) == Ipv6Addr::from(*network).to_bits() >> (128 - length);
    bits >> 125 == 1 && !PRIVATE_6.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn what_is_near_is_not_public() {
        let near = "0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.168.1.1 \
                    198.18.0.1 198.19.255.255 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 \
                    ::7f00:1 64:ff9b::7f00:1 64:ff9b:1::1 fe80::1 fc00::1 fd12:3456::1 fec0::1 ff02::1 2001:db8::1 2001::1 2002:7f00:1::1 3fff::1 100::1";
        for address in near.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let far = "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.0.1 172.15.255.255 172.32.0.0 \
                   192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::101:101";
        for address in far.split_whitespace() {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
