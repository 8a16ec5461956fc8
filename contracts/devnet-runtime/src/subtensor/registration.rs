use super::pallet::*;
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure, PalletId};
use sp_runtime::traits::{AccountIdConversion, SaturatedConversion};

/// Each subnet has an account of its own below this one.
const SUBNET_ACCOUNTS: PalletId = PalletId(*b"subtensr");

impl<T: Config> Pallet<T> {
    pub(crate) fn current_block() -> u64 {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    pub(crate) fn ensure_subnet(netuid: u16) -> DispatchResult {
        ensure!(NetworksAdded::<T>::get(netuid), Error::<T>::SubnetNotExists);
        Ok(())
    }

    pub(crate) fn hotkey_exists(hotkey: &T::AccountId) -> bool {
        Owner::<T>::contains_key(hotkey)
    }

    pub(crate) fn uid_of(netuid: u16, hotkey: &T::AccountId) -> Result<u16, Error<T>> {
        Uids::<T>::get(netuid, hotkey).ok_or(Error::HotKeyNotRegisteredInSubNet)
    }

    pub(crate) fn do_burned_register(
        coldkey: &T::AccountId,
        netuid: u16,
        hotkey: &T::AccountId,
    ) -> DispatchResult {
        ensure!(netuid != 0, Error::<T>::RegistrationNotPermittedOnRootSubnet);
        Self::ensure_subnet(netuid)?;
        ensure!(NetworkRegistrationAllowed::<T>::get(netuid), Error::<T>::SubNetRegistrationDisabled);
        ensure!(!Uids::<T>::contains_key(netuid, hotkey), Error::<T>::HotKeyAlreadyRegisteredInSubNet);
        let can_pay = Self::can_pay_registration(netuid, hotkey, coldkey);
        ensure!(can_pay, Error::<T>::NotEnoughBalanceToStake);
        Self::own_hotkey(coldkey, hotkey)?;
        ensure!(Owner::<T>::get(hotkey) == *coldkey, Error::<T>::NonAssociatedColdKey);
        Self::pay_registration(netuid, hotkey, coldkey)?;
        Self::raise_burn(netuid);
        let uid = Self::register_neuron(netuid, hotkey)?;
        Self::deposit_event(Event::NeuronRegistered(netuid, uid, hotkey.clone()));
        Ok(())
    }

    /// The first coldkey to name a hotkey owns it.
    pub(crate) fn own_hotkey(coldkey: &T::AccountId, hotkey: &T::AccountId) -> DispatchResult {
        if Self::hotkey_exists(hotkey) {
            return Ok(());
        }
        let of_a_subnet = |netuid| *hotkey == SUBNET_ACCOUNTS.into_sub_account_truncating(netuid);
        ensure!(!Self::subnets().into_iter().any(of_a_subnet), Error::<T>::CannotUseSystemAccount);
        Owner::<T>::insert(hotkey, coldkey);
        OwnedHotkeys::<T>::mutate(coldkey, |owned| owned.push(hotkey.clone()));
        // Lets the hotkey send transactions that cost nothing although it holds no balance.
        frame_system::Pallet::<T>::inc_sufficients(hotkey);
        Ok(())
    }

    /// Gives the hotkey the next free UID, or that of the neuron that is worth least.
    pub(crate) fn register_neuron(netuid: u16, hotkey: &T::AccountId) -> Result<u16, Error<T>> {
        let count = SubnetworkN::<T>::get(netuid);
        let block = Self::current_block();
        let uid = if count < MaxAllowedUids::<T>::get(netuid) {
            SubnetworkN::<T>::insert(netuid, count.saturating_add(1));
            count
        } else {
            let uid = Self::neuron_to_prune(netuid).ok_or(Error::NoNeuronIdAvailable)?;
            Self::remove_neuron(netuid, uid);
            uid
        };
        Keys::<T>::insert(netuid, uid, hotkey);
        Uids::<T>::insert(netuid, hotkey, uid);
        IsNetworkMember::<T>::insert(hotkey, netuid, true);
        BlockAtRegistration::<T>::insert(netuid, uid, block);
        Active::<T>::mutate(netuid, |values| set_at(values, uid, true));
        Consensus::<T>::mutate(netuid, |values| set_at(values, uid, 0));
        Incentive::<T>::mutate(netuid, |values| set_at(values, uid, 0));
        Dividends::<T>::mutate(netuid, |values| set_at(values, uid, 0));
        Emission::<T>::mutate(netuid, |values| set_at(values, uid, 0));
        ValidatorTrust::<T>::mutate(netuid, |values| set_at(values, uid, 0));
        ValidatorPermit::<T>::mutate(netuid, |values| set_at(values, uid, false));
        LastUpdate::<T>::mutate(netuid, |values| set_at(values, uid, block));
        Ok(uid)
    }

    fn remove_neuron(netuid: u16, uid: u16) {
        let hotkey = Keys::<T>::get(netuid, uid);
        Uids::<T>::remove(netuid, &hotkey);
        IsNetworkMember::<T>::remove(&hotkey, netuid);
        Axons::<T>::remove(netuid, &hotkey);
        Weights::<T>::remove(netuid, uid);
        for (voter, permit) in ValidatorPermit::<T>::get(netuid).into_iter().enumerate() {
            if permit {
                Weights::<T>::mutate(netuid, voter as u16, |row| {
                    for (target, weight) in row.iter_mut() {
                        if *target == uid {
                            *weight = 0;
                        }
                    }
                });
            }
        }
    }

    /// Lowest emission first, then the oldest, then the lowest UID; immune neurons only when no other may go.
    fn neuron_to_prune(netuid: u16) -> Option<u16> {
        let owner_hotkey = SubnetOwnerHotkey::<T>::get(netuid);
        let emissions = Emission::<T>::get(netuid);
        let block = Self::current_block();
        let immunity = u64::from(ImmunityPeriod::<T>::get(netuid));
        let mut mortal = Vec::new();
        let mut immune = Vec::new();
        for uid in 0..SubnetworkN::<T>::get(netuid) {
            if Keys::<T>::get(netuid, uid) == owner_hotkey {
                continue;
            }
            let registered = BlockAtRegistration::<T>::get(netuid, uid);
            let emission = emissions.get(usize::from(uid)).copied().unwrap_or(0);
            let candidate = (emission, registered, uid);
            if block.saturating_sub(registered) < immunity {
                immune.push(candidate);
            } else {
                mortal.push(candidate);
            }
        }
        let spare = mortal.len() > usize::from(MinNonImmuneUids::<T>::get(netuid));
        let pool = if spare { mortal } else { immune };
        pool.into_iter().min().map(|(_, _, uid)| uid)
    }

    pub(crate) fn add_genesis_subnet(subnet: &GenesisSubnet<T::AccountId>) {
        assert!(subnet.netuid != 0, "the root network takes no neurons");
        assert!(Self::add_subnet(subnet).is_ok(), "alpha has no such price");
        for neuron in &subnet.neurons {
            Self::add_genesis_neuron(subnet.netuid, &neuron.hotkey, &neuron.coldkey, neuron.stake);
        }
    }

    /// Begins a subnet with nobody but its owner on it.
    pub(crate) fn add_subnet(subnet: &GenesisSubnet<T::AccountId>) -> DispatchResult {
        let netuid = subnet.netuid;
        let block = Self::current_block();
        NetworksAdded::<T>::insert(netuid, true);
        TokenSymbol::<T>::insert(netuid, "γ".as_bytes().to_vec());
        TotalNetworks::<T>::mutate(|count| *count = count.saturating_add(1));
        NetworkRegisteredAt::<T>::insert(netuid, block);
        RegisteredSubnetCounter::<T>::mutate(netuid, |count| *count = count.saturating_add(1));
        SubnetOwner::<T>::insert(netuid, &subnet.owner_coldkey);
        SubnetOwnerHotkey::<T>::insert(netuid, &subnet.owner_hotkey);
        SubtokenEnabled::<T>::insert(netuid, true);
        NetworkRegistrationAllowed::<T>::insert(netuid, true);
        Tempo::<T>::insert(netuid, subnet.tempo);
        AlphaEmissionPerBlock::<T>::insert(netuid, subnet.alpha_emission_per_block);
        MaxAllowedUids::<T>::insert(netuid, subnet.max_allowed_uids);
        MaxAllowedValidators::<T>::insert(netuid, subnet.max_allowed_validators);
        MinNonImmuneUids::<T>::insert(netuid, subnet.min_non_immune_uids);
        MinAllowedWeights::<T>::insert(netuid, subnet.min_allowed_weights);
        ImmunityPeriod::<T>::insert(netuid, subnet.immunity_period);
        ActivityCutoff::<T>::insert(netuid, subnet.activity_cutoff);
        WeightsVersionKey::<T>::insert(netuid, subnet.weights_version_key);
        WeightsSetRateLimit::<T>::insert(netuid, subnet.weights_set_rate_limit);
        ServingRateLimit::<T>::insert(netuid, subnet.serving_rate_limit);
        Burn::<T>::insert(netuid, subnet.burn);
        BurnHalfLife::<T>::insert(netuid, subnet.burn_half_life);
        CommitRevealWeightsEnabled::<T>::insert(netuid, subnet.commit_reveal_weights_enabled);
        CollateralLockShare::<T>::insert(netuid, subnet.collateral_lock_share);
        VotingPowerTrackingEnabled::<T>::insert(netuid, subnet.voting_power_tracking);
        VotingPowerEmaAlpha::<T>::insert(netuid, subnet.voting_power_alpha);
        Self::change_alpha_price(netuid, subnet.alpha_price)?;
        PendingEmission::<T>::insert(netuid, (0, block));
        Self::schedule_epoch(netuid, block);
        Self::add_genesis_neuron(netuid, &subnet.owner_hotkey, &subnet.owner_coldkey, 0);
        Ok(())
    }

    fn add_genesis_neuron(netuid: u16, hotkey: &T::AccountId, coldkey: &T::AccountId, stake: u64) {
        assert!(Self::own_hotkey(coldkey, hotkey).is_ok(), "genesis names a subnet's account as a hotkey");
        assert!(Owner::<T>::get(hotkey) == *coldkey, "genesis names two coldkeys for one hotkey");
        let registered = Uids::<T>::contains_key(netuid, hotkey);
        assert!(!registered, "genesis registers a hotkey twice on one subnet");
        assert!(Self::register_neuron(netuid, hotkey).is_ok(), "genesis has more neurons than UIDs");
        if stake > 0 {
            Self::increase_stake(hotkey, coldkey, netuid, stake);
            SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_add(stake));
        }
    }
}

/// Sets the element of a UID in a vector with one element a UID, which grows by at most one.
pub(crate) fn set_at<V>(values: &mut Vec<V>, uid: u16, value: V) {
    match values.get_mut(usize::from(uid)) {
        Some(slot) => *slot = value,
        None => values.push(value),
    }
}
