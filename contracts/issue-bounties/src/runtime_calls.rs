//! The calls of the runtime that the contract sends by itself, with the runtime's numbers.

use ink::prelude::boxed::Box;
use ink::primitives::AccountId;

#[ink::scale_derive(Encode)]
pub enum RuntimeCall {
    #[codec(index = 7)]
    SubtensorModule(SubtensorCall),
    #[codec(index = 16)]
    Proxy(ProxyCall),
}

#[ink::scale_derive(Encode)]
pub enum ProxyCall {
    #[codec(index = 0)]
    Proxy {
        real: MultiAddress,
        force_proxy_type: Option<()>,
        call: Box<RuntimeCall>,
    },
}

#[ink::scale_derive(Encode)]
pub enum SubtensorCall {
    #[codec(index = 86)]
    TransferStake {
        destination_coldkey: AccountId,
        hotkey: AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        alpha_amount: u64,
    },
}

/// The form of the runtime's addresses that names an account.
#[ink::scale_derive(Encode)]
pub enum MultiAddress {
    #[codec(index = 0)]
    Id(AccountId),
}

impl RuntimeCall {
    /// Moves the treasury coldkey's stake to `destination_coldkey`, sent as the treasury coldkey's proxy.
    pub fn transfer_of_treasury(
        treasury_coldkey: AccountId,
        treasury_hotkey: AccountId,
        destination_coldkey: AccountId,
        netuid: u16,
        amount: u64,
    ) -> Self {
        let transfer = SubtensorCall::TransferStake {
            destination_coldkey,
            hotkey: treasury_hotkey,
            origin_netuid: netuid,
            destination_netuid: netuid,
            alpha_amount: amount,
        };
        Self::as_treasury(treasury_coldkey, Self::SubtensorModule(transfer))
    }

    fn as_treasury(treasury_coldkey: AccountId, call: Self) -> Self {
        Self::Proxy(ProxyCall::Proxy {
            real: MultiAddress::Id(treasury_coldkey),
            force_proxy_type: None,
            call: Box::new(call),
        })
    }
}
