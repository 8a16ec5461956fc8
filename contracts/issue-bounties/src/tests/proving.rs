//! The treasury's keys are hashes: nobody has them.

use super::scenes::*;
use crate::config::{pure_proxy, treasury_hotkey as hotkey_of, Config};
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{Birth, Setting};
use ink::primitives::{AccountId, Hash};

fn bytes(hex: &str) -> AccountId {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal");
    AccountId::from(core::array::from_fn(byte))
}

/// `//Alice` of every development chain.
fn alice() -> AccountId {
    bytes("d43593c715fdd31c61141abd04a99fd6822c8557854ccde39a5684e7a56da27d")
}

/// Computed with Python: `blake2b(b"modlpy/proxy____" + spawner + pack("<IIBH", block, extrinsic, type, index), digest_size=32)`, and the
/// same of the label, the coldkey and the salt.
#[ink::test]
fn both_keys_are_the_hashes_that_others_compute() {
    let vectors = [
        (
            Birth { spawner: alice(), block: 0x0102_0304, extrinsic: 0x0506_0708, proxy_type: 9, index: 0x0a0b, salt: Hash::from([0x11; 32]) },
            "6db3ff10688052ea11d47af5d3e62a9f900eca57b78801120c35001d2b7a51ae",
            "6e8254d6facaad92a13c31d28e1d26c27680e59ab7fddf1398e5f9c6c6eca2dc",
        ),
        (
            Birth { spawner: alice(), block: 5_000_000, extrinsic: 3, proxy_type: 0, index: 0, salt: Hash::default() },
            "80b9e28a950c9b0fdbccbf12f039f657f1ab871fe1814178842437af5b782b91",
            "176e532c37f58da05bed0289078eff66f7488bc9d50c72447aa53ed3fc041bc9",
        ),
    ];
    for (treasury_birth, coldkey, hotkey) in vectors {
        let (treasury_hotkey, treasury_coldkey) = (bytes(hotkey), bytes(coldkey));
        assert_eq!((pure_proxy(&treasury_birth), hotkey_of(&treasury_coldkey, &treasury_birth.salt)), (treasury_coldkey, treasury_hotkey));
        let settings = Config { treasury_hotkey, treasury_coldkey, treasury_birth, ..config() };
        assert_eq!(contract_with(settings.clone()).config(), settings);
    }
}

/// Certificates that differ from the treasury's in one thing.
fn wrong() -> [Birth; 5] {
    let right = birth(0);
    [
        Birth { spawner: account(4), ..right },
        Birth { block: right.block + 1, ..right },
        Birth { extrinsic: right.extrinsic + 1, ..right },
        Birth { proxy_type: right.proxy_type + 1, ..right },
        Birth { index: right.index + 1, ..right },
    ]
}

#[ink::test]
fn a_certificate_of_another_account_proves_nothing() {
    for treasury_birth in wrong() {
        arrive();
        let refused = IssueBounties::new(Config { treasury_birth, ..config() }).err();
        assert_eq!(refused, Some(Error::TreasuryNotKeyless { derived: pure_proxy(&treasury_birth) }));
        let mut contract = contract_with(config());
        let Config { treasury_hotkey: hotkey, treasury_coldkey: coldkey, .. } = config();
        let setting = Setting::Treasury { hotkey, coldkey, birth: treasury_birth };
        assert_eq!(contract.set_config(vec![setting]), Err(Error::TreasuryNotKeyless { derived: pure_proxy(&treasury_birth) }));
        assert_eq!(contract.config(), config());
    }
}

#[ink::test]
fn another_salt_is_another_hotkey() {
    let Config { treasury_hotkey: hotkey, treasury_coldkey: coldkey, .. } = config();
    let other = Birth { salt: Hash::from([8; 32]), ..birth(0) };
    let derived = hotkey_of(&coldkey, &other.salt);
    assert_ne!(derived, hotkey);
    let mut contract = contract();
    let setting = |hotkey| vec![Setting::Treasury { hotkey, coldkey, birth: other }];
    assert_eq!(contract.set_config(setting(hotkey)), Err(Error::TreasuryHotkeyNotDerived { derived }));
    assert!(contract.set_config(setting(derived)).is_ok());
}

#[ink::test]
fn an_ordinary_account_is_no_treasury() {
    let birth = birth(1);
    let (hotkey, coldkey) = keys_of(&birth);
    let mut contract = contract();
    for key in [alice(), address(), account(0)] {
        let setting = Setting::Treasury { hotkey: hotkey_of(&key, &birth.salt), coldkey: key, birth };
        assert_eq!(contract.set_config(vec![setting]), Err(Error::TreasuryNotKeyless { derived: coldkey }));
        let setting = Setting::Treasury { hotkey: key, coldkey, birth };
        assert_eq!(contract.set_config(vec![setting]), Err(Error::TreasuryHotkeyNotDerived { derived: hotkey }));
    }
    let same = Setting::Treasury { hotkey: coldkey, coldkey, birth };
    assert_eq!(contract.set_config(vec![same]), Err(Error::TreasuryHotkeyNotDerived { derived: hotkey }));
    assert_eq!(waiting(&contract), []);
    assert!(contract.set_config(vec![treasury(1)]).is_ok());
}
