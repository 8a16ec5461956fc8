//! SubtensorModule's calls: Subtensor's names, indices and arguments.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod calls {
    /// A transaction that costs about a millisecond and no fee: hotkeys hold no TAO.
    fn free() -> (Weight, Pays) {
        (Weight::from_parts(1_000_000_000, 0), Pays::No)
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Sets the signing hotkey's weights on a subnet's main mechanism.
        #[pallet::call_index(0)]
        #[pallet::weight(free())]
        pub fn set_weights(
            origin: OriginFor<T>,
            netuid: u16,
            dests: Vec<u16>,
            weights: Vec<u16>,
            version_key: u64,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_set_weights(&hotkey, netuid, 0, dests, weights, version_key)
        }

        /// Stakes TAO (rao) of the signing coldkey on a hotkey.
        #[pallet::call_index(2)]
        #[pallet::weight(costs::ADD_STAKE)]
        pub fn add_stake(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount_staked: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_add_stake(&coldkey, &hotkey, netuid, amount_staked, None).map(|_| ())
        }

        /// Turns alpha (rao) of the signing coldkey on a hotkey back into TAO.
        #[pallet::call_index(3)]
        #[pallet::weight(costs::exit(costs::REMOVE_STAKE))]
        pub fn remove_stake(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount_unstaked: u64,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let done = Self::do_remove_stake(&coldkey, &hotkey, netuid, amount_unstaked);
            Self::left(costs::REMOVE_STAKE, &coldkey, done)
        }

        /// Publishes where the signing hotkey listens.
        #[pallet::call_index(4)]
        #[pallet::weight(free())]
        #[allow(clippy::too_many_arguments)]
        pub fn serve_axon(
            origin: OriginFor<T>,
            netuid: u16,
            version: u32,
            ip: u128,
            port: u16,
            ip_type: u8,
            protocol: u8,
            placeholder1: u8,
            placeholder2: u8,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            let block = Self::current_block();
            let axon = AxonInfo { block, version, ip, port, ip_type, protocol, placeholder1, placeholder2 };
            Self::do_serve_axon(hotkey, netuid, axon)
        }

        /// Registers a hotkey of the signing coldkey for the subnet's burn.
        #[pallet::call_index(7)]
        #[pallet::weight(costs::BURNED_REGISTER)]
        pub fn burned_register(origin: OriginFor<T>, netuid: u16, hotkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_burned_register(&coldkey, netuid, &hotkey)
        }

        /// The same with a certificate for TLS: an algorithm's number and a public key of at most 64 bytes.
        #[pallet::call_index(40)]
        #[pallet::weight(free())]
        #[allow(clippy::too_many_arguments)]
        pub fn serve_axon_tls(
            origin: OriginFor<T>,
            netuid: u16,
            version: u32,
            ip: u128,
            port: u16,
            ip_type: u8,
            protocol: u8,
            placeholder1: u8,
            placeholder2: u8,
            certificate: Vec<u8>,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            let block = Self::current_block();
            let axon = AxonInfo { block, version, ip, port, ip_type, protocol, placeholder1, placeholder2 };
            Self::do_serve_axon(hotkey.clone(), netuid, axon)?;
            Self::keep_certificate(&hotkey, netuid, &certificate);
            Ok(())
        }

        /// Publishes where the signing hotkey's figures are.
        #[pallet::call_index(5)]
        #[pallet::weight(free())]
        pub fn serve_prometheus(
            origin: OriginFor<T>,
            netuid: u16,
            version: u32,
            ip: u128,
            port: u16,
            ip_type: u8,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            let block = Self::current_block();
            Self::do_serve_prometheus(hotkey, netuid, PrometheusInfo { block, version, ip, port, ip_type })
        }

        /// Registers a subnet that the signing coldkey and the hotkey own.
        #[pallet::call_index(59)]
        #[pallet::weight(costs::REGISTER_NETWORK)]
        pub fn register_network(origin: OriginFor<T>, hotkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_register_network(&coldkey, &hotkey)
        }

        /// Lowers a delegate's share of dividends, of 65535.
        #[pallet::call_index(65)]
        #[pallet::weight((costs::DECREASE_TAKE, Pays::No))]
        pub fn decrease_take(origin: OriginFor<T>, hotkey: T::AccountId, take: u16) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_decrease_take(coldkey, hotkey, take)
        }

        /// Raises it.
        #[pallet::call_index(66)]
        #[pallet::weight((costs::INCREASE_TAKE, Pays::No))]
        pub fn increase_take(origin: OriginFor<T>, hotkey: T::AccountId, take: u16) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_increase_take(coldkey, hotkey, take)
        }

        /// Publishes who the signing coldkey is.
        #[pallet::call_index(68)]
        #[pallet::weight(costs::SET_IDENTITY)]
        #[allow(clippy::too_many_arguments)]
        pub fn set_identity(
            origin: OriginFor<T>,
            name: Vec<u8>,
            url: Vec<u8>,
            github_repo: Vec<u8>,
            image: Vec<u8>,
            discord: Vec<u8>,
            description: Vec<u8>,
            additional: Vec<u8>,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_set_identity(
                coldkey,
                ChainIdentityV2 { name, url, github_repo, image, discord, description, additional },
            )
        }

        /// Publishes what a subnet is, by root or its owner.
        #[pallet::call_index(78)]
        #[pallet::weight(costs::SET_SUBNET_IDENTITY)]
        #[allow(clippy::too_many_arguments)]
        pub fn set_subnet_identity(
            origin: OriginFor<T>,
            netuid: u16,
            subnet_name: Vec<u8>,
            github_repo: Vec<u8>,
            subnet_contact: Vec<u8>,
            subnet_url: Vec<u8>,
            discord: Vec<u8>,
            description: Vec<u8>,
            logo_url: Vec<u8>,
            additional: Vec<u8>,
        ) -> DispatchResult {
            Self::ensure_owner_or_root(origin, netuid)?;
            Self::do_set_subnet_identity(
                netuid,
                SubnetIdentityV3 {
                    subnet_name,
                    github_repo,
                    subnet_contact,
                    subnet_url,
                    discord,
                    description,
                    logo_url,
                    additional,
                },
            )
        }

        /// Puts another hotkey of the signing coldkey in a hotkey's place, with all stake.
        #[pallet::call_index(70)]
        #[pallet::weight(costs::SWAP_HOTKEY)]
        pub fn swap_hotkey(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            new_hotkey: T::AccountId,
            netuid: Option<u16>,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_swap_hotkey(&coldkey, &hotkey, &new_hotkey, netuid, false)
        }

        /// Puts another hotkey of the signing coldkey in a hotkey's place, on one subnet or on all.
        #[pallet::call_index(72)]
        #[pallet::weight(costs::SWAP_HOTKEY_V2)]
        pub fn swap_hotkey_v2(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            new_hotkey: T::AccountId,
            netuid: Option<u16>,
            keep_stake: bool,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_swap_hotkey(&coldkey, &hotkey, &new_hotkey, netuid, keep_stake)
        }

        /// Turns all alpha of the signing coldkey on a hotkey back into TAO, on every subnet.
        #[pallet::call_index(83)]
        #[pallet::weight(costs::UNSTAKE_ALL)]
        pub fn unstake_all(origin: OriginFor<T>, hotkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_unstake_all(&coldkey, &hotkey)
        }

        /// The same, but what it brings is staked on the root network.
        #[pallet::call_index(84)]
        #[pallet::weight(costs::UNSTAKE_ALL_ALPHA)]
        pub fn unstake_all_alpha(origin: OriginFor<T>, hotkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_unstake_all_alpha(&coldkey, &hotkey)
        }

        /// Moves stake of the signing coldkey to another hotkey or subnet.
        #[pallet::call_index(85)]
        #[pallet::weight(costs::exit(costs::MOVE_STAKE))]
        pub fn move_stake(
            origin: OriginFor<T>,
            origin_hotkey: T::AccountId,
            destination_hotkey: T::AccountId,
            origin_netuid: u16,
            destination_netuid: u16,
            alpha_amount: u64,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let done = Self::do_move_stake(
                &coldkey,
                &origin_hotkey,
                &destination_hotkey,
                origin_netuid,
                destination_netuid,
                alpha_amount,
            );
            Self::left(costs::MOVE_STAKE, &coldkey, done)
        }

        /// Gives stake of the signing coldkey to another coldkey, on the same hotkey.
        #[pallet::call_index(86)]
        #[pallet::weight(costs::exit(costs::TRANSFER_STAKE))]
        pub fn transfer_stake(
            origin: OriginFor<T>,
            destination_coldkey: T::AccountId,
            hotkey: T::AccountId,
            origin_netuid: u16,
            destination_netuid: u16,
            alpha_amount: u64,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let done = Self::do_transfer_stake(
                &coldkey,
                &destination_coldkey,
                &hotkey,
                origin_netuid,
                destination_netuid,
                alpha_amount,
            );
            Self::left(costs::TRANSFER_STAKE, &coldkey, done)
        }

        /// Moves stake of the signing coldkey to another subnet, on the same hotkey.
        #[pallet::call_index(87)]
        #[pallet::weight(costs::exit(costs::SWAP_STAKE))]
        pub fn swap_stake(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            origin_netuid: u16,
            destination_netuid: u16,
            alpha_amount: u64,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let done =
                Self::do_swap_stake(&coldkey, &hotkey, origin_netuid, destination_netuid, alpha_amount, None);
            Self::left(costs::SWAP_STAKE, &coldkey, done)
        }

        /// Stakes while an alpha costs no more than the limit (rao of TAO): all, or partly if that is allowed.
        #[pallet::call_index(88)]
        #[pallet::weight(costs::ADD_STAKE_LIMIT)]
        pub fn add_stake_limit(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount_staked: u64,
            limit_price: u64,
            allow_partial: bool,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            let limit = Limit { price: limit_price, partly: allow_partial };
            Self::do_add_stake(&coldkey, &hotkey, netuid, amount_staked, Some(limit)).map(|_| ())
        }

        /// Unstakes while an alpha brings no less than the limit: all, or partly if that is allowed.
        #[pallet::call_index(89)]
        #[pallet::weight(costs::exit(costs::REMOVE_STAKE_LIMIT))]
        pub fn remove_stake_limit(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount_unstaked: u64,
            limit_price: u64,
            allow_partial: bool,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let limit = Limit { price: limit_price, partly: allow_partial };
            let done = Self::do_remove_stake_limit(&coldkey, &hotkey, netuid, amount_unstaked, Some(limit));
            Self::left(costs::REMOVE_STAKE_LIMIT, &coldkey, done)
        }

        /// Moves to another subnet while an alpha of the first is worth no less than the limit in alpha of the second: all, or
        /// partly if that is allowed, which may be nothing.
        #[pallet::call_index(90)]
        #[pallet::weight(costs::exit(costs::SWAP_STAKE_LIMIT))]
        pub fn swap_stake_limit(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            origin_netuid: u16,
            destination_netuid: u16,
            alpha_amount: u64,
            limit_price: u64,
            allow_partial: bool,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let limit = Limit { price: limit_price, partly: allow_partial };
            let (from, to) = (origin_netuid, destination_netuid);
            let done = Self::do_swap_stake(&coldkey, &hotkey, from, to, alpha_amount, Some(limit));
            Self::left(costs::SWAP_STAKE_LIMIT, &coldkey, done)
        }

        /// Makes the signing coldkey the owner of a hotkey that has none.
        #[pallet::call_index(91)]
        #[pallet::weight(costs::TRY_ASSOCIATE_HOTKEY)]
        pub fn try_associate_hotkey(origin: OriginFor<T>, hotkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::own_hotkey(&coldkey, &hotkey)
        }

        /// Enables the token of a subnet that the signing coldkey has registered.
        #[pallet::call_index(92)]
        #[pallet::weight(costs::START_CALL)]
        pub fn start_call(origin: OriginFor<T>, netuid: u16) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_start_call(&coldkey, netuid)
        }

        /// Commits the hash of the signing hotkey's weights, which it reveals later.
        #[pallet::call_index(96)]
        #[pallet::weight(free())]
        pub fn commit_weights(origin: OriginFor<T>, netuid: u16, commit_hash: H256) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_commit_hash(hotkey, netuid, commit_hash)
        }

        /// Sets weights whose hash the signing hotkey committed.
        #[pallet::call_index(97)]
        #[pallet::weight(free())]
        pub fn reveal_weights(
            origin: OriginFor<T>,
            netuid: u16,
            uids: Vec<u16>,
            values: Vec<u16>,
            salt: Vec<u16>,
            version_key: u64,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_reveal(hotkey, netuid, uids, values, salt, version_key)
        }

        /// Destroys alpha of the signing coldkey.
        #[pallet::call_index(101)]
        #[pallet::weight(costs::RECYCLE_ALPHA)]
        pub fn recycle_alpha(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            amount: u64,
            netuid: u16,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_recycle_alpha(&coldkey, &hotkey, amount, netuid).map(|_| ())
        }

        /// Destroys alpha of the signing coldkey, which still counts as having been paid out.
        #[pallet::call_index(102)]
        #[pallet::weight(costs::BURN_ALPHA)]
        pub fn burn_alpha(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            amount: u64,
            netuid: u16,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_burn_alpha(&coldkey, &hotkey, amount, netuid).map(|_| ())
        }

        /// Turns all alpha of the signing coldkey on a hotkey back into TAO, if it brings no less than the limit.
        #[pallet::call_index(103)]
        #[pallet::weight(costs::exit(costs::REMOVE_STAKE_FULL_LIMIT))]
        pub fn remove_stake_full_limit(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            limit_price: Option<u64>,
        ) -> DispatchResultWithPostInfo {
            let coldkey = ensure_signed(origin)?;
            let alpha = Self::stake_of(&hotkey, &coldkey, netuid);
            let done = match limit_price {
                Some(price) => {
                    let limit = Some(Limit { price, partly: false });
                    Self::do_remove_stake_limit(&coldkey, &hotkey, netuid, alpha, limit)
                }
                None => Self::do_remove_stake(&coldkey, &hotkey, netuid, alpha),
            };
            Self::left(costs::REMOVE_STAKE_FULL_LIMIT, &coldkey, done)
        }

        /// Commits the signing hotkey's weights, encrypted until a round of the beacon.
        #[pallet::call_index(113)]
        #[pallet::weight(free())]
        pub fn commit_timelocked_weights(
            origin: OriginFor<T>,
            netuid: u16,
            commit: BoundedVec<u8, ConstU32<MAX_COMMIT_BYTES>>,
            reveal_round: u64,
            commit_reveal_version: u16,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_commit(hotkey, netuid, 0, commit, reveal_round, commit_reveal_version)
        }

        /// Chooses the hotkey where the signing coldkey's miners on a subnet are paid.
        #[pallet::call_index(114)]
        #[pallet::weight(costs::SET_AUTO_STAKE_HOTKEY)]
        pub fn set_coldkey_auto_stake_hotkey(
            origin: OriginFor<T>,
            netuid: u16,
            hotkey: T::AccountId,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_set_auto_stake(coldkey, netuid, hotkey)
        }

        /// The same for one of the subnet's mechanisms.
        #[pallet::call_index(118)]
        #[pallet::weight(free())]
        pub fn commit_timelocked_mechanism_weights(
            origin: OriginFor<T>,
            netuid: u16,
            mecid: u8,
            commit: BoundedVec<u8, ConstU32<MAX_COMMIT_BYTES>>,
            reveal_round: u64,
            commit_reveal_version: u16,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_commit(hotkey, netuid, mecid, commit, reveal_round, commit_reveal_version)
        }

        /// Sets the signing hotkey's weights on one of the subnet's mechanisms.
        #[pallet::call_index(119)]
        #[pallet::weight(free())]
        pub fn set_mechanism_weights(
            origin: OriginFor<T>,
            netuid: u16,
            mecid: u8,
            dests: Vec<u16>,
            weights: Vec<u16>,
            version_key: u64,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_set_weights(&hotkey, netuid, mecid, dests, weights, version_key)
        }

        /// Dissolves a subnet.
        #[pallet::call_index(120)]
        #[pallet::weight(costs::ROOT_DISSOLVE_NETWORK)]
        pub fn root_dissolve_network(origin: OriginFor<T>, netuid: u16) -> DispatchResult {
            ensure_root(origin)?;
            Self::do_dissolve(netuid)
        }

        /// Says that the signing coldkey becomes another, whose hash this is.
        #[pallet::call_index(125)]
        #[pallet::weight(costs::ANNOUNCE_COLDKEY_SWAP)]
        pub fn announce_coldkey_swap(origin: OriginFor<T>, new_coldkey_hash: H256) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_announce_coldkey_swap(coldkey, new_coldkey_hash)
        }

        /// Gives everything of the signing coldkey to the one that it announced.
        #[pallet::call_index(126)]
        #[pallet::weight(costs::SWAP_COLDKEY_ANNOUNCED)]
        pub fn swap_coldkey_announced(origin: OriginFor<T>, new_coldkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_swap_coldkey(coldkey, new_coldkey)
        }

        /// Tracks the voting power of a subnet's validators, by root or the subnet's owner.
        #[pallet::call_index(129)]
        #[pallet::weight(costs::ENABLE_VOTING_POWER)]
        pub fn enable_voting_power_tracking(origin: OriginFor<T>, netuid: u16) -> DispatchResult {
            Self::ensure_owner_or_root(origin, netuid)?;
            Self::track_voting_power(netuid)
        }

        /// Stops that in two weeks.
        #[pallet::call_index(130)]
        #[pallet::weight(costs::DISABLE_VOTING_POWER)]
        pub fn disable_voting_power_tracking(origin: OriginFor<T>, netuid: u16) -> DispatchResult {
            Self::ensure_owner_or_root(origin, netuid)?;
            Self::stop_voting_power(netuid)
        }

        /// Sets how fast voting power follows stake: the weight of the newest, of 10¹⁸.
        #[pallet::call_index(131)]
        #[pallet::weight(costs::SET_VOTING_POWER_ALPHA)]
        pub fn sudo_set_voting_power_ema_alpha(
            origin: OriginFor<T>,
            netuid: u16,
            alpha: u64,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::change_voting_power_alpha(netuid, alpha)
        }

        /// Registers, if it costs no more than the limit (rao).
        #[pallet::call_index(134)]
        #[pallet::weight(costs::REGISTER_LIMIT)]
        pub fn register_limit(
            origin: OriginFor<T>,
            netuid: u16,
            hotkey: T::AccountId,
            limit_price: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            ensure!(Burn::<T>::get(netuid) <= limit_price, Error::<T>::RegistrationPriceLimitExceeded);
            Self::do_burned_register(&coldkey, netuid, &hotkey)
        }

        /// Locks stake of the signing coldkey on a subnet, for a hotkey.
        #[pallet::call_index(136)]
        #[pallet::weight(costs::LOCK_STAKE)]
        pub fn lock_stake(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_lock_stake(&coldkey, &hotkey, netuid, amount)
        }

        /// Puts another hotkey in the signing coldkey's lock.
        #[pallet::call_index(137)]
        #[pallet::weight(costs::MOVE_LOCK)]
        pub fn move_lock(
            origin: OriginFor<T>,
            destination_hotkey: T::AccountId,
            netuid: u16,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_move_lock(&coldkey, &destination_hotkey, netuid)
        }

        /// Says whether the signing coldkey refuses stake that is locked. Unless it said no, it does.
        #[pallet::call_index(142)]
        #[pallet::weight(costs::SET_REJECT_LOCKED_ALPHA)]
        pub fn set_reject_locked_alpha(origin: OriginFor<T>, enabled: bool) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::set_rejects_locked_alpha(coldkey, enabled);
            Ok(())
        }
    }
}
