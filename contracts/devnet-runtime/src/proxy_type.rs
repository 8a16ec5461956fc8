//! Subtensor's proxy types, in its order, and what each may call.

use crate::{Runtime, RuntimeCall};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::InstanceFilter;
use pallet_balances::Call as Balances;
use scale_info::TypeInfo;

use crate::subtensor::Call as Subtensor;

/// Amounts a SmallTransfer proxy stays under (rao of TAO and of alpha).
const SMALL_TRANSFER_LIMIT: u64 = 500_000_000;
const SMALL_ALPHA_TRANSFER_LIMIT: u64 = 500_000_000;

#[derive(
    Copy,
    Clone,
    Eq,
    PartialEq,
    Ord,
    PartialOrd,
    Encode,
    Decode,
    DecodeWithMemTracking,
    Debug,
    MaxEncodedLen,
    TypeInfo,
    Default,
)]
pub enum ProxyType {
    #[default]
    Any,
    Owner,
    NonCritical,
    NonTransfer,
    Senate,
    NonFungible,
    Triumvirate,
    Governance,
    Staking,
    Registration,
    Transfer,
    SmallTransfer,
    RootWeights,
    ChildKeys,
    SudoUncheckedSetCode,
    SwapHotkey,
    SubnetLeaseBeneficiary,
    RootClaim,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::Owner => matches!(call, RuntimeCall::AdminUtils(_)),
            Self::NonCritical => !matches!(
                call,
                RuntimeCall::SubtensorModule(Subtensor::burned_register { .. }) | RuntimeCall::Sudo(_)
            ),
            Self::NonTransfer => !matches!(
                call,
                RuntimeCall::Balances(_) | RuntimeCall::SubtensorModule(Subtensor::transfer_stake { .. })
            ),
            Self::NonFungible => !matches!(
                call,
                RuntimeCall::Balances(_)
                    | RuntimeCall::SubtensorModule(
                        Subtensor::add_stake { .. }
                            | Subtensor::remove_stake { .. }
                            | Subtensor::move_stake { .. }
                            | Subtensor::transfer_stake { .. }
                            | Subtensor::burned_register { .. }
                    )
            ),
            Self::Staking => matches!(
                call,
                RuntimeCall::SubtensorModule(
                    Subtensor::add_stake { .. }
                        | Subtensor::remove_stake { .. }
                        | Subtensor::move_stake { .. }
                )
            ),
            Self::Registration => {
                matches!(call, RuntimeCall::SubtensorModule(Subtensor::burned_register { .. }))
            }
            Self::SwapHotkey => {
                matches!(call, RuntimeCall::SubtensorModule(Subtensor::swap_hotkey_v2 { .. }))
            }
            Self::Transfer => matches!(
                call,
                RuntimeCall::Balances(
                    Balances::transfer_keep_alive { .. }
                        | Balances::transfer_allow_death { .. }
                        | Balances::transfer_all { .. }
                ) | RuntimeCall::SubtensorModule(Subtensor::transfer_stake { .. })
            ),
            Self::SmallTransfer => match call {
                RuntimeCall::Balances(
                    Balances::<Runtime>::transfer_keep_alive { value, .. }
                    | Balances::<Runtime>::transfer_allow_death { value, .. },
                ) => *value < SMALL_TRANSFER_LIMIT,
                RuntimeCall::SubtensorModule(Subtensor::transfer_stake { alpha_amount, .. }) => {
                    *alpha_amount < SMALL_ALPHA_TRANSFER_LIMIT
                }
                _ => false,
            },
            Self::SudoUncheckedSetCode => match call {
                RuntimeCall::Sudo(pallet_sudo::Call::sudo_unchecked_weight { call, .. }) => {
                    matches!(**call, RuntimeCall::System(frame_system::Call::set_code { .. }))
                }
                _ => false,
            },
            // What these are for on Subtensor does not exist here.
            Self::Senate
            | Self::Triumvirate
            | Self::Governance
            | Self::RootWeights
            | Self::ChildKeys
            | Self::SubnetLeaseBeneficiary
            | Self::RootClaim => false,
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (left, right) if left == right => true,
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            (Self::NonTransfer, right) => !matches!(right, Self::Transfer | Self::SmallTransfer),
            (Self::Transfer, Self::SmallTransfer) => true,
            _ => false,
        }
    }
}
