//! Subnets that begin and end after genesis. As on Subtensor, the lowest free number is given first, one that is given
//! again counts up, and those with stake on a dissolved subnet get TAO for it.

use super::pallet::*;
use alloc::vec::Vec;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
    },
};

impl<T: Config> Pallet<T> {
    /// Registers a subnet. It costs the same at any time, and that fills both sides of its pool. Where there is no room,
    /// the subnet with the cheapest alpha goes that is not immune.
    pub(crate) fn do_register_network(coldkey: &T::AccountId, hotkey: &T::AccountId) -> DispatchResult {
        let owned = !Self::hotkey_exists(hotkey) || Owner::<T>::get(hotkey) == *coldkey;
        ensure!(owned, Error::<T>::NonAssociatedColdKey);
        let cost = NetworkMinLockCost::<T>::get();
        let free = T::Currency::reducible_balance(coldkey, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= cost, Error::<T>::CannotAffordLockCost);
        let subnets = Self::subnets();
        // The root network has no place among them.
        if subnets.len() > usize::from(SubnetLimit::<T>::get()) {
            Self::dissolve(Self::subnet_to_prune(&subnets).ok_or(Error::<T>::SubnetLimitReached)?);
        }
        T::Currency::burn_from(coldkey, cost, Preservation::Preserve, Precision::Exact, Fortitude::Polite)
            .map_err(|_| Error::<T>::BalanceWithdrawalError)?;
        let netuid = (1..=u16::MAX).find(|number| !NetworksAdded::<T>::get(number)).unwrap_or(u16::MAX);
        Self::add_subnet(&GenesisSubnet::of(netuid, hotkey.clone(), coldkey.clone()))?;
        Self::open_market(netuid, cost, cost);
        SubtokenEnabled::<T>::remove(netuid);
        Self::deposit_event(Event::NetworkAdded(netuid, 1));
        Ok(())
    }

    /// Enables the subnet's token.
    pub(crate) fn do_start_call(coldkey: &T::AccountId, netuid: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(SubnetOwner::<T>::get(netuid) == *coldkey, Error::<T>::NotSubnetOwner);
        let begun = SubtokenEnabled::<T>::get(netuid);
        ensure!(!begun, Error::<T>::FirstEmissionBlockNumberAlreadySet);
        SubtokenEnabled::<T>::insert(netuid, true);
        Ok(())
    }

    fn subnet_to_prune(subnets: &[u16]) -> Option<u16> {
        let block = Self::current_block();
        let mortal = |netuid: &&u16| {
            let age = block.saturating_sub(NetworkRegisteredAt::<T>::get(netuid));
            **netuid != 0 && age >= NetworkImmunityPeriod::<T>::get()
        };
        subnets.iter().filter(mortal).copied().min_by_key(|netuid| (Self::alpha_price(*netuid), *netuid))
    }

    pub(crate) fn do_dissolve(netuid: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(netuid != 0, Error::<T>::InvalidSubnetNumber);
        Self::dissolve(netuid);
        Ok(())
    }

    /// Pays out the pool's TAO by alpha, the pool's own alpha among it, and forgets everything about the subnet but how
    /// often its number was given.
    fn dissolve(netuid: u16) {
        let tao = SubnetTAO::<T>::get(netuid);
        let hotkeys: Vec<T::AccountId> = TotalHotkeyAlpha::<T>::iter()
            .filter(|(_, subnet, _)| *subnet == netuid)
            .map(|row| row.0)
            .collect();
        let positions: Vec<(T::AccountId, T::AccountId, u64)> = hotkeys
            .iter()
            .flat_map(|hotkey| Self::holders(hotkey).into_iter().map(move |at| (hotkey, at)))
            .filter(|(_, (_, subnet))| *subnet == netuid)
            .map(|(hotkey, (coldkey, _))| {
                let stake = Self::stake_of(hotkey, &coldkey, netuid);
                (hotkey.clone(), coldkey, stake)
            })
            .collect();
        let staked: u128 = positions.iter().map(|(_, _, stake)| u128::from(*stake)).sum();
        let all = staked.saturating_add(SubnetAlphaIn::<T>::get(netuid).into());
        for (hotkey, coldkey, stake) in positions {
            let share = (u128::from(tao) * u128::from(stake)).checked_div(all).unwrap_or(0);
            // What is less than an account can begin with is lost, as on Subtensor.
            let _ = T::Currency::mint_into(&coldkey, u64::try_from(share).unwrap_or(u64::MAX));
            Alpha::<T>::remove((&hotkey, &coldkey, netuid));
            AlphaV2::<T>::remove((&hotkey, &coldkey, netuid));
            AlphaShareEpoch::<T>::remove((&hotkey, &coldkey, netuid));
        }
        for hotkey in hotkeys {
            TotalHotkeyAlpha::<T>::remove(&hotkey, netuid);
            TotalHotkeyShares::<T>::remove(&hotkey, netuid);
            TotalHotkeySharesV2::<T>::remove(&hotkey, netuid);
        }
        for ((coldkey, subnet, hotkey), _) in Lock::<T>::iter().collect::<Vec<_>>() {
            if subnet == netuid {
                Self::set_lock(&coldkey, netuid, &hotkey, 0);
            }
        }
        Self::forget_neurons(netuid);
        Self::forget_parameters(netuid);
        EpochSchedule::<T>::mutate(|schedule| schedule.retain(|(known, _)| *known != netuid));
        TotalNetworks::<T>::mutate(|count| *count = count.saturating_sub(1));
        Self::deposit_event(Event::NetworkRemoved(netuid));
    }

    fn forget_neurons(netuid: u16) {
        for uid in 0..SubnetworkN::<T>::take(netuid) {
            IsNetworkMember::<T>::remove(Keys::<T>::get(netuid, uid), netuid);
        }
        let chosen: Vec<T::AccountId> = AutoStakeDestination::<T>::iter_keys()
            .filter(|(_, subnet)| *subnet == netuid)
            .map(|(coldkey, _)| coldkey)
            .collect();
        for coldkey in chosen {
            if let Some(hotkey) = AutoStakeDestination::<T>::take(&coldkey, netuid) {
                AutoStakeDestinationColdkeys::<T>::remove(hotkey, netuid);
            }
        }
        macro_rules! clear {
            ($($map:ident)*) => { $(let _ = $map::<T>::clear_prefix(netuid, u32::MAX, None);)* };
        }
        clear!(Uids Keys BlockAtRegistration Axons Weights TimelockedWeightCommits AlphaDividendsPerSubnet);
        clear!(VotingPower NeuronCertificates Prometheus WeightCommits);
        let _ = MinerCollateral::<T>::clear_prefix((netuid,), u32::MAX, None);
        macro_rules! remove {
            ($($map:ident)*) => { $($map::<T>::remove(netuid);)* };
        }
        remove!(Active Consensus Incentive Dividends Emission ValidatorTrust ValidatorPermit LastUpdate);
    }

    fn forget_parameters(netuid: u16) {
        macro_rules! remove {
            ($($map:ident)*) => { $($map::<T>::remove(netuid);)* };
        }
        remove!(NetworksAdded NetworkRegisteredAt SubnetOwner SubnetOwnerHotkey SubtokenEnabled TransferToggle);
        remove!(NetworkRegistrationAllowed Tempo Kappa MaxAllowedUids MinNonImmuneUids MaxAllowedValidators);
        remove!(MinAllowedWeights ImmunityPeriod ActivityCutoff WeightsVersionKey WeightsSetRateLimit);
        remove!(ServingRateLimit Burn BurnHalfLife CommitRevealWeightsEnabled RevealPeriodEpochs LastEpochBlock);
        remove!(LastMechansimStepBlock BlocksSinceLastStep SubnetEpochIndex TokenSymbol SubnetIdentitiesV3);
        remove!(SubnetMechanism SubnetTAO SubnetAlphaIn SubnetAlphaOut SubnetMovingPrice CollateralLockShare);
        remove!(CollateralDrainRatio TotalVotingPower VotingPowerTrackingEnabled VotingPowerDisableAtBlock);
        remove!(VotingPowerEmaAlpha AlphaEmissionPerBlock PendingEmission FixedPrice);
    }

    /// What a registration costs from the next block on: it halves in so many blocks.
    pub(crate) fn lower_burn(netuid: u16) {
        let half_life = BurnHalfLife::<T>::get(netuid);
        if half_life > 0 {
            let lowered = (u128::from(Burn::<T>::get(netuid)) * u128::from(root_of_half(half_life))) >> 32;
            Self::set_burn(netuid, lowered);
        }
    }

    /// After a registration: the next one costs more, unless the price does not move.
    pub(crate) fn raise_burn(netuid: u16) {
        if BurnHalfLife::<T>::get(netuid) > 0 {
            let burn = u128::from(Burn::<T>::get(netuid));
            Self::set_burn(netuid, burn * BURN_INCREASE / 100);
        }
    }

    fn set_burn(netuid: u16, burn: u128) {
        let burn = u64::try_from(burn).unwrap_or(u64::MAX);
        Burn::<T>::insert(netuid, burn.min(MaxBurn::<T>::get(netuid)).max(MinBurn::<T>::get(netuid)));
    }
}

/// How many hundredths of its price a registration costs after another.
const BURN_INCREASE: u128 = 126;

/// The greatest fraction of 2³² that, multiplied by itself so often, is at most a half.
fn root_of_half(times: u16) -> u64 {
    const ONE: u64 = 1 << 32;
    let half = |fraction: u64| {
        let (mut power, mut base, mut left) = (ONE, fraction, times);
        while left > 0 {
            if left & 1 == 1 {
                power = (u128::from(power) * u128::from(base) >> 32) as u64;
            }
            base = (u128::from(base) * u128::from(base) >> 32) as u64;
            left >>= 1;
        }
        power <= ONE / 2
    };
    let (mut low, mut high) = (0, ONE);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if half(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
