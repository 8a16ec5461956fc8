//! Subtensor's chain extension: its functions under its numbers, with its arguments, answers and status codes, at the
//! weights of the calls behind them. Subtensor does not look at the extension's id; neither does this.

use crate::{
    dev_chain, faults, proxy_type::ProxyType, subtensor, subtensor::costs,
    subtensor::types::SubnetRegistrationState, AccountId, Address, Proxy, Runtime, SubtensorModule,
};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
    dispatch::DispatchResultWithPostInfo,
    storage::{with_transaction, TransactionOutcome},
    traits::Get,
    weights::Weight,
};
use frame_system::RawOrigin;
use pallet_contracts::{
    chain_extension::{BufInBufOutState, ChainExtension, Environment, Ext, InitState, Result, RetVal},
    Origin,
};
use pallet_proxy::WeightInfo;
use sp_runtime::{DispatchError, DispatchResult, ModuleError};

type Buffered<'a, 'b, E> = Environment<'a, 'b, E, BufInBufOutState>;
type Subtensor = subtensor::Pallet<Runtime>;

/// Functions 20 to 33 do what 1 to 14 do, for the contract's caller instead of the contract.
const CALLER_FIRST: u16 = 20;
const CALLER_LAST: u16 = 33;
const CALLER_OFFSET: u16 = 19;

const NO_FUNCTION: DispatchError = DispatchError::Other("this chain extension function does not exist here");

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
        let function = env.func_id();
        let for_caller = (CALLER_FIRST..=CALLER_LAST).contains(&function);
        let action = if for_caller { function - CALLER_OFFSET } else { function };
        env.charge_weight(weight_of(action)?)?;
        if let Some((code, output)) = faults::of(function) {
            if code == faults::TRAP {
                return Err(NO_FUNCTION);
            }
            if !output.is_empty() {
                env.write(&output, false, None)?;
            }
            return Ok(RetVal::Converging(code));
        }
        let origin = match env.ext().caller() {
            _ if !for_caller => RawOrigin::Signed(env.ext().address().clone()),
            Origin::Signed(caller) => RawOrigin::Signed(caller),
            Origin::Root => RawOrigin::Root,
        };
        match action {
            1..=14 => all_or_nothing(|| act(&mut env, action, origin)),
            16..=19 => all_or_nothing(|| destroy(&mut env, action)),
            _ => look(&mut env, action),
        }
    }
}

/// Takes back what a refused function has changed.
fn all_or_nothing(run: impl FnOnce() -> Result<RetVal>) -> Result<RetVal> {
    with_transaction(|| match run() {
        Ok(RetVal::Converging(SUCCESS)) => TransactionOutcome::Commit(Ok(RetVal::Converging(SUCCESS))),
        refused => TransactionOutcome::Rollback(refused),
    })
}

/// What a function costs beyond what every call of a contract does. Looking is free, as on Subtensor. What a function that
/// takes stake away is said to cost is charged before, and kept: whether Subtensor gives some of it back is not known.
fn weight_of(action: u16) -> Result<Weight> {
    type ProxyWeight = <Runtime as pallet_proxy::Config>::WeightInfo;
    let proxies = <Runtime as pallet_proxy::Config>::MaxProxies::get();
    Ok(match action {
        0 | 15 | 34..=36 => Weight::zero(),
        1 => costs::ADD_STAKE,
        2 => costs::exit(costs::REMOVE_STAKE),
        3 => costs::UNSTAKE_ALL,
        4 => costs::UNSTAKE_ALL_ALPHA,
        5 => costs::exit(costs::MOVE_STAKE),
        6 => costs::exit(costs::TRANSFER_STAKE),
        7 => costs::exit(costs::SWAP_STAKE),
        8 => costs::ADD_STAKE_LIMIT,
        9 => costs::exit(costs::REMOVE_STAKE_LIMIT),
        10 => costs::exit(costs::SWAP_STAKE_LIMIT),
        11 => costs::exit(costs::REMOVE_STAKE_FULL_LIMIT),
        12 => costs::SET_AUTO_STAKE_HOTKEY,
        13 => ProxyWeight::add_proxy(proxies),
        14 => ProxyWeight::remove_proxy(proxies),
        16 => costs::RECYCLE_ALPHA,
        17 => costs::BURN_ALPHA,
        18 => costs::ADD_STAKE.saturating_add(costs::RECYCLE_ALPHA),
        19 => costs::ADD_STAKE.saturating_add(costs::BURN_ALPHA),
        37..=40 if dev_chain::VotingPowerFunctions::<Runtime>::get() => costs::reads(1),
        41 if dev_chain::VotingPowerFunctions::<Runtime>::get() => costs::reads(2),
        _ => return Err(NO_FUNCTION),
    })
}

/// Functions that are calls.
fn act<E: Ext<T = Runtime>>(
    env: &mut Buffered<E>,
    action: u16,
    origin: RawOrigin<AccountId>,
) -> Result<RetVal> {
    let origin = origin.into();
    let result: DispatchResult = match action {
        1 => {
            let (hotkey, netuid, tao): (AccountId, u16, u64) = read(env)?;
            Subtensor::add_stake(origin, hotkey, netuid, tao)
        }
        2 => {
            let (hotkey, netuid, alpha): (AccountId, u16, u64) = read(env)?;
            kept(Subtensor::remove_stake(origin, hotkey, netuid, alpha))
        }
        3 => Subtensor::unstake_all(origin, read(env)?),
        4 => Subtensor::unstake_all_alpha(origin, read(env)?),
        5 => {
            let (from, to, origin_netuid, netuid, alpha): (AccountId, AccountId, u16, u16, u64) = read(env)?;
            kept(Subtensor::move_stake(origin, from, to, origin_netuid, netuid, alpha))
        }
        6 => {
            let (to, hotkey, origin_netuid, netuid, alpha): (AccountId, AccountId, u16, u16, u64) =
                read(env)?;
            kept(Subtensor::transfer_stake(origin, to, hotkey, origin_netuid, netuid, alpha))
        }
        7 => {
            let (hotkey, origin_netuid, netuid, alpha): (AccountId, u16, u16, u64) = read(env)?;
            kept(Subtensor::swap_stake(origin, hotkey, origin_netuid, netuid, alpha))
        }
        8 => {
            let (hotkey, netuid, tao, limit, partly): (AccountId, u16, u64, u64, bool) = read(env)?;
            Subtensor::add_stake_limit(origin, hotkey, netuid, tao, limit, partly)
        }
        9 => {
            let (hotkey, netuid, alpha, limit, partly): (AccountId, u16, u64, u64, bool) = read(env)?;
            kept(Subtensor::remove_stake_limit(origin, hotkey, netuid, alpha, limit, partly))
        }
        10 => {
            let (hotkey, from, to, alpha, limit, partly): (AccountId, u16, u16, u64, u64, bool) = read(env)?;
            kept(Subtensor::swap_stake_limit(origin, hotkey, from, to, alpha, limit, partly))
        }
        11 => {
            let (hotkey, netuid, limit): (AccountId, u16, Option<u64>) = read(env)?;
            kept(Subtensor::remove_stake_full_limit(origin, hotkey, netuid, limit))
        }
        12 => {
            let (netuid, hotkey): (u16, AccountId) = read(env)?;
            Subtensor::set_coldkey_auto_stake_hotkey(origin, netuid, hotkey)
        }
        13 => Proxy::add_proxy(origin, Address::Id(read(env)?), ProxyType::Staking, 0),
        _ => Proxy::remove_proxy(origin, Address::Id(read(env)?), ProxyType::Staking, 0),
    };
    Ok(RetVal::Converging(result.map_or_else(status_code, |()| SUCCESS)))
}

fn kept(done: DispatchResultWithPostInfo) -> DispatchResult {
    done.map(|_| ()).map_err(|refused| refused.error)
}

/// Functions that destroy alpha of the contract and answer how much.
fn destroy<E: Ext<T = Runtime>>(env: &mut Buffered<E>, action: u16) -> Result<RetVal> {
    let (hotkey, netuid, amount): (AccountId, u16, u64) = read(env)?;
    let contract = env.ext().address().clone();
    let bought = if action >= 18 {
        Subtensor::do_add_stake(&contract, &hotkey, netuid, amount, None)
    } else {
        Ok(amount)
    };
    let destroyed = bought.and_then(|alpha| match action % 2 {
        0 => Subtensor::do_recycle_alpha(&contract, &hotkey, alpha, netuid),
        _ => Subtensor::do_burn_alpha(&contract, &hotkey, alpha, netuid),
    });
    match destroyed {
        Ok(destroyed) => answer(env, destroyed),
        Err(error) => Ok(RetVal::Converging(status_code(error))),
    }
}

/// Functions that change nothing.
fn look<E: Ext<T = Runtime>>(env: &mut Buffered<E>, action: u16) -> Result<RetVal> {
    match action {
        0 => {
            let (hotkey, coldkey, netuid): (AccountId, AccountId, u16) = read(env)?;
            answer(env, SubtensorModule::stake_info(hotkey, coldkey, netuid))
        }
        15 => {
            let netuid: u16 = read(env)?;
            answer(env, SubtensorModule::alpha_price(netuid))
        }
        34 => {
            let netuid: u16 = read(env)?;
            answer(
                env,
                SubnetRegistrationState {
                    netuid,
                    exists: subtensor::NetworksAdded::<Runtime>::get(netuid),
                    registered_subnet_counter: subtensor::RegisteredSubnetCounter::<Runtime>::get(netuid),
                },
            )
        }
        35 => {
            let (coldkey, netuid): (AccountId, u16) = read(env)?;
            answer(env, SubtensorModule::coldkey_lock(&coldkey, netuid))
        }
        36 => {
            let (coldkey, netuid): (AccountId, u16) = read(env)?;
            let (total, locked, available) = SubtensorModule::stake_availability(&coldkey, netuid);
            answer(env, (netuid, total, locked, available))
        }
        37 => {
            let (netuid, hotkey): (u16, AccountId) = read(env)?;
            answer(env, subtensor::VotingPower::<Runtime>::get(netuid, hotkey))
        }
        38 => {
            let netuid: u16 = read(env)?;
            answer(env, subtensor::TotalVotingPower::<Runtime>::get(netuid))
        }
        39 => {
            let netuid: u16 = read(env)?;
            answer(env, subtensor::VotingPowerTrackingEnabled::<Runtime>::get(netuid))
        }
        40 => {
            let netuid: u16 = read(env)?;
            answer(env, subtensor::VotingPowerDisableAtBlock::<Runtime>::get(netuid))
        }
        _ => {
            let (netuid, hotkey): (u16, AccountId) = read(env)?;
            answer(env, SubtensorModule::validator_permit(netuid, &hotkey))
        }
    }
}

fn read<E: Ext<T = Runtime>, A: Decode + MaxEncodedLen>(env: &mut Buffered<E>) -> Result<A> {
    env.read_as().map_err(|_| DispatchError::Other("Failed to decode input parameters"))
}

fn answer<E: Ext<T = Runtime>>(env: &mut Buffered<E>, value: impl Encode) -> Result<RetVal> {
    env.write(&value.encode(), false, None)?;
    Ok(RetVal::Converging(SUCCESS))
}

fn status_code(error: DispatchError) -> u32 {
    let DispatchError::Module(ModuleError { message: Some(name), .. }) = error else {
        return RUNTIME_ERROR;
    };
    STATUS_CODES.iter().find(|(known, _)| *known == name).map_or(RUNTIME_ERROR, |(_, code)| *code)
}
