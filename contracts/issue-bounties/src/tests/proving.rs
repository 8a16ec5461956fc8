//! The treasury's keys are hashes: nobody has them.

use super::scenes::*;
use crate::config::{pure_proxy, treasury_hotkey as hotkey_of, Config};
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{Birth, Setting};
use ink::primitives::AccountId;

fn bytes(hex: &str) -> AccountId {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal");
    AccountId::from(core::array::from_fn(byte))
}

/// `//Alice` of every development chain.
fn alice() -> AccountId {
    bytes("d43593c715fdd31c61141abd04a99fd6822c8557854ccde39a5684e7a56da27d")
}

/// Computed with Python: `blake2b(b"modlpy/proxy____" + spawner + pack("<IIBH", block, extrinsic, type, index), digest_size=32)`, and the
/// same of the label and the coldkey.
#[ink::test]
fn both_keys_are_the_hashes_that_others_compute() {
    let vectors = [
        (
            Birth { spawner: alice(), block: 0x0102_0304, extrinsic: 0x0506_0708, proxy_type: 9, index: 0x0a0b },
            "6db3ff10688052ea11d47af5d3e62a9f900eca57b78801120c35001d2b7a51ae",
            "29d49c392d37ce32f706f32943dff2938349a42d04eee1c3c3be7ddf621f4f0c",
        ),
        (
            Birth { spawner: alice(), block: 5_000_000, extrinsic: 3, proxy_type: 0, index: 0 },
            "80b9e28a950c9b0fdbccbf12f039f657f1ab871fe1814178842437af5b782b91",
            "5092173bc18fbe46e2906a384d10d0c56ab796df9976d3112be35e3ce1f16c8f",
        ),
    ];
    for (treasury_birth, coldkey, hotkey) in vectors {
        let (treasury_hotkey, treasury_coldkey) = (bytes(hotkey), bytes(coldkey));
        assert_eq!((pure_proxy(&treasury_birth), hotkey_of(&treasury_coldkey)), (treasury_coldkey, treasury_hotkey));
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
fn an_ordinary_account_is_no_treasury() {
    let birth = birth(1);
    let (hotkey, coldkey) = keys_of(&birth);
    let mut contract = contract();
    for key in [alice(), address(), account(0)] {
        let setting = Setting::Treasury { hotkey: hotkey_of(&key), coldkey: key, birth };
        assert_eq!(contract.set_config(vec![setting]), Err(Error::TreasuryNotKeyless { derived: coldkey }));
        let setting = Setting::Treasury { hotkey: key, coldkey, birth };
        assert_eq!(contract.set_config(vec![setting]), Err(Error::TreasuryHotkeyNotDerived { derived: hotkey }));
    }
    let same = Setting::Treasury { hotkey: coldkey, coldkey, birth };
    assert_eq!(contract.set_config(vec![same]), Err(Error::TreasuryHotkeyNotDerived { derived: hotkey }));
    assert_eq!(contract.announced(), []);
    assert!(contract.set_config(vec![treasury(1)]).is_ok());
}
