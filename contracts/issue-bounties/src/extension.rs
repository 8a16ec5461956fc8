//! The chain as the contract sees it: its types, and the subnet pallet's chain extension.

use ink::env::{DefaultEnvironment, Environment};
use ink::primitives::AccountId;

/// Subtensor's types: balances of 64 and block numbers of 32 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(TypeInfo)]
pub enum SubtensorEnvironment {}

impl Environment for SubtensorEnvironment {
    const MAX_EVENT_TOPICS: usize = 4;
    type AccountId = <DefaultEnvironment as Environment>::AccountId;
    type Balance = u64;
    type Hash = <DefaultEnvironment as Environment>::Hash;
    type BlockNumber = u32;
    type Timestamp = u64;
    type ChainExtension = Subtensor;
}

/// The stake of a coldkey behind a hotkey on a subnet. The chain answers more fields after these, which nobody here reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct StakeInfo {
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    #[codec(compact)]
    pub netuid: u16,
    #[codec(compact)]
    pub stake: u64,
}

/// How much of a coldkey's stake on a subnet can be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct StakeAvailability {
    pub netuid: u16,
    pub total: u64,
    pub locked: u64,
    pub available: u64,
}

/// Whether a number is a subnet's now, and how often it has been given to one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct SubnetState {
    pub netuid: u16,
    pub exists: bool,
    pub registrations: u64,
}

/// Why the subnet pallet refused, in the order of its status codes 1 to 22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum SubtensorError {
    RuntimeError,
    NotEnoughBalanceToStake,
    NonAssociatedColdkey,
    BalanceWithdrawalError,
    NotRegistered,
    NotEnoughStakeToWithdraw,
    RateLimitExceeded,
    SlippageTooHigh,
    SubnetDoesNotExist,
    HotkeyNotRegisteredInSubnet,
    AutoStakeAlreadySet,
    InsufficientBalance,
    AmountTooLow,
    InsufficientLiquidity,
    SameNetuid,
    TooManyProxies,
    DuplicateProxy,
    NoSelfProxy,
    ProxyNotFound,
    SystemAccount,
    CannotRecycleOnRoot,
    SubtokenDisabled,
    /// A status code that had no name when this was written.
    UnknownCode(u32),
    /// An answer that is not what the function promises.
    UnreadableAnswer,
}

impl ink::env::chain_extension::FromStatusCode for SubtensorError {
    fn from_status_code(code: u32) -> Result<(), Self> {
        Err(match code {
            0 => return Ok(()),
            1 => Self::RuntimeError,
            2 => Self::NotEnoughBalanceToStake,
            3 => Self::NonAssociatedColdkey,
            4 => Self::BalanceWithdrawalError,
            5 => Self::NotRegistered,
            6 => Self::NotEnoughStakeToWithdraw,
            7 => Self::RateLimitExceeded,
            8 => Self::SlippageTooHigh,
            9 => Self::SubnetDoesNotExist,
            10 => Self::HotkeyNotRegisteredInSubnet,
            11 => Self::AutoStakeAlreadySet,
            12 => Self::InsufficientBalance,
            13 => Self::AmountTooLow,
            14 => Self::InsufficientLiquidity,
            15 => Self::SameNetuid,
            16 => Self::TooManyProxies,
            17 => Self::DuplicateProxy,
            18 => Self::NoSelfProxy,
            19 => Self::ProxyNotFound,
            20 => Self::SystemAccount,
            21 => Self::CannotRecycleOnRoot,
            22 => Self::SubtokenDisabled,
            other => Self::UnknownCode(other),
        })
    }
}

impl From<ink::scale::Error> for SubtensorError {
    fn from(_: ink::scale::Error) -> Self {
        Self::UnreadableAnswer
    }
}

/// The functions of Subtensor's chain extension that the contract uses. The chain does not look at the extension's number. It has functions 0 to
/// 36; another would trap, and take the whole message along.
#[ink::chain_extension(extension = 0x1000)]
pub trait Subtensor {
    type ErrorCode = SubtensorError;

    /// The stake of `coldkey` behind `hotkey` on a subnet.
    #[ink(function = 0)]
    fn get_stake_info(hotkey: AccountId, coldkey: AccountId, netuid: u16) -> Result<Option<StakeInfo>, SubtensorError>;

    /// Moves stake of the contract from behind one hotkey to behind another.
    #[ink(function = 5)]
    fn move_stake(
        origin_hotkey: AccountId,
        destination_hotkey: AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        amount: u64,
    ) -> Result<(), SubtensorError>;

    /// Gives stake of the contract behind `hotkey` to another coldkey.
    #[ink(function = 6)]
    fn transfer_stake(
        destination_coldkey: AccountId,
        hotkey: AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        amount: u64,
    ) -> Result<(), SubtensorError>;

    /// What one alpha of a subnet is worth, in rao of TAO, rounded down.
    #[ink(function = 15)]
    fn get_alpha_price(netuid: u16) -> Result<u64, SubtensorError>;

    /// Recycles stake of the contract behind `hotkey`; the answer is how much it was.
    #[ink(function = 16)]
    fn recycle_alpha(hotkey: AccountId, netuid: u16, amount: u64) -> Result<u64, SubtensorError>;

    /// Moves stake of the contract's caller from behind one hotkey to behind another.
    #[ink(function = 24)]
    fn caller_move_stake(
        origin_hotkey: AccountId,
        destination_hotkey: AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        amount: u64,
    ) -> Result<(), SubtensorError>;

    /// Gives stake behind `hotkey` of the contract's caller to another coldkey.
    #[ink(function = 25)]
    fn caller_transfer_stake(
        destination_coldkey: AccountId,
        hotkey: AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        amount: u64,
    ) -> Result<(), SubtensorError>;

    /// Whether there is a subnet of this number, and how often there has been one.
    #[ink(function = 34)]
    fn get_subnet_state(netuid: u16) -> Result<SubnetState, SubtensorError>;

    /// How much of a coldkey's stake on a subnet, behind whatever hotkey, is free to be moved.
    #[ink(function = 36)]
    fn get_stake_availability(coldkey: AccountId, netuid: u16) -> Result<StakeAvailability, SubtensorError>;
}
