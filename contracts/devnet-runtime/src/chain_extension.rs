//! Subtensor's chain extension: the functions the bounty contract uses, with Subtensor's numbers, argument
//! order and status codes. Subtensor does not look at the extension's id; neither does this.

use crate::{faults, subtensor, AccountId, Runtime, SubtensorModule};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use frame_system::RawOrigin;
use pallet_contracts::{
    chain_extension::{BufInBufOutState, ChainExtension, Environment, Ext, InitState, Result, RetVal},
    Origin,
};
use sp_runtime::{DispatchError, ModuleError};

const GET_STAKE_INFO: u16 = 0;
const MOVE_STAKE: u16 = 5;
const TRANSFER_STAKE: u16 = 6;
const RECYCLE_ALPHA: u16 = 16;
const CALLER_TRANSFER_STAKE: u16 = 25;
const GET_STAKE_AVAILABILITY: u16 = 36;

const SUCCESS: u32 = 0;
const RUNTIME_ERROR: u32 = 1;

/// Status codes by the name of the error in the pallet that refused. 10 (hotkey not registered in subnet) is
/// in Subtensor's list, but its runtime answers 5 for that error.
const STATUS_CODES: [(&str, u32); 21] = [
    ("NotEnoughBalanceToStake", 2),
    ("NonAssociatedColdKey", 3),
    ("BalanceWithdrawalError", 4),
    ("HotKeyNotRegisteredInSubNet", 5),
    ("HotKeyAccountNotExists", 5),
    ("NotEnoughStakeToWithdraw", 6),
    ("TxRateLimitExceeded", 7),
    ("SlippageTooHigh", 8),
    ("SubnetNotExists", 9),
    ("SameAutoStakeHotkeyAlreadySet", 11),
    ("InsufficientBalance", 12),
    ("AmountTooLow", 13),
    ("InsufficientLiquidity", 14),
    ("SameNetuid", 15),
    ("TooMany", 16),
    ("Duplicate", 17),
    ("NoSelfProxy", 18),
    ("NotFound", 19),
    ("CannotUseSystemAccount", 20),
    ("CannotBurnOrRecycleOnRootSubnet", 21),
    ("SubtokenDisabled", 22),
];

#[derive(Default)]
pub struct SubtensorExtension;

impl ChainExtension<Runtime> for SubtensorExtension {
    fn call<E: Ext<T = Runtime>>(&mut self, env: Environment<E, InitState>) -> Result<RetVal> {
        let mut env = env.buf_in_buf_out();
        env.charge_weight(Weight::from_parts(500_000_000, 0))?;
        if let Some(code) = faults::of(env.func_id()) {
            return Ok(RetVal::Converging(code));
        }
        match env.func_id() {
            GET_STAKE_INFO => {
                let (hotkey, coldkey, netuid): (AccountId, AccountId, u16) = read(&mut env)?;
                let info = SubtensorModule::stake_info(hotkey, coldkey, netuid);
                env.write(&info.encode(), false, None)?;
                Ok(RetVal::Converging(SUCCESS))
            }
            MOVE_STAKE => {
                let (origin_hotkey, destination_hotkey, origin_netuid, destination_netuid, alpha): (
                    AccountId,
                    AccountId,
                    u16,
                    u16,
                    u64,
                ) = read(&mut env)?;
                let contract = env.ext().address().clone();
                let result = subtensor::Pallet::<Runtime>::move_stake(
                    RawOrigin::Signed(contract).into(),
                    origin_hotkey,
                    destination_hotkey,
                    origin_netuid,
                    destination_netuid,
                    alpha,
                );
                Ok(RetVal::Converging(result.map_or_else(status_code, |()| SUCCESS)))
            }
            TRANSFER_STAKE => {
                let contract = env.ext().address().clone();
                transfer_stake(&mut env, RawOrigin::Signed(contract))
            }
            CALLER_TRANSFER_STAKE => {
                let origin = match env.ext().caller() {
                    Origin::Signed(caller) => RawOrigin::Signed(caller),
                    Origin::Root => RawOrigin::Root,
                };
                transfer_stake(&mut env, origin)
            }
            RECYCLE_ALPHA => {
                let (hotkey, netuid, amount): (AccountId, u16, u64) = read(&mut env)?;
                let contract = env.ext().address().clone();
                match SubtensorModule::do_recycle_alpha(&contract, &hotkey, amount, netuid) {
                    Ok(recycled) => {
                        env.write(&recycled.encode(), false, None)?;
                        Ok(RetVal::Converging(SUCCESS))
                    }
                    Err(error) => Ok(RetVal::Converging(status_code(error))),
                }
            }
            GET_STAKE_AVAILABILITY => {
                let (coldkey, netuid): (AccountId, u16) = read(&mut env)?;
                let availability = SubtensorModule::stake_availability(&coldkey, netuid);
                env.write(&availability.encode(), false, None)?;
                Ok(RetVal::Converging(SUCCESS))
            }
            _ => Err(DispatchError::Other("this chain extension function does not exist here")),
        }
    }
}

fn read<E: Ext<T = Runtime>, A: Decode + MaxEncodedLen>(
    env: &mut Environment<E, BufInBufOutState>,
) -> Result<A> {
    env.read_as().map_err(|_| DispatchError::Other("Failed to decode input parameters"))
}

fn transfer_stake<E: Ext<T = Runtime>>(
    env: &mut Environment<E, BufInBufOutState>,
    origin: RawOrigin<AccountId>,
) -> Result<RetVal> {
    let (destination_coldkey, hotkey, origin_netuid, destination_netuid, alpha): (
        AccountId,
        AccountId,
        u16,
        u16,
        u64,
    ) = read(env)?;
    let result = subtensor::Pallet::<Runtime>::transfer_stake(
        origin.into(),
        destination_coldkey,
        hotkey,
        origin_netuid,
        destination_netuid,
        alpha,
    );
    Ok(RetVal::Converging(result.map_or_else(status_code, |()| SUCCESS)))
}

fn status_code(error: DispatchError) -> u32 {
    let DispatchError::Module(ModuleError { message: Some(name), .. }) = error else {
        return RUNTIME_ERROR;
    };
    STATUS_CODES.iter().find(|(known, _)| *known == name).map_or(RUNTIME_ERROR, |(_, code)| *code)
}
