/**
 * The used items of a chain, and their users: the list that the fidelity test starts from. `Pallet.kind.name` as in the metadata, or `Api.method`.
 * The tools' items come from recorded runs of `npm run tools` (../tools/asked.json). The lists here add items that the runs do not show: constants,
 * and items of other operations. test/chain/runtime/used.test.ts compares the lists of the program and the contract with their sources.
 */
import { readAsked } from "../tools/results.ts"
import { named } from "./named.ts"

/** The users of an item. The clients are the versions that test/support/tools installs. */
export type User = "program" | "contract" | "btcli 9" | "btcli 11" | "SDK 10" | "SDK 11" | "PAPI" | "dedot" | "polkadot.js"

/** Storage, calls, events, errors, constants and runtime APIs that our own sources name. */
const program: ReadonlyArray<string> = named(`
  SubtensorModule.storage: BlockAtRegistration BlocksSinceLastStep Burn CollateralDrainRatio CollateralLockShare
    CommitRevealWeightsEnabled IdentitiesV2 Keys LastEpochBlock LastMechansimStepBlock MaxAllowedUids MaxWeightsLimit
    MechanismCountCurrent MinAllowedWeights MinerCollateral NetworkRegistrationAllowed NetworksAdded Owner PendingEpochAt
    RevealPeriodEpochs StakingHotkeys SubnetAlphaIn SubnetEpochIndex SubnetMechanism SubnetOwner SubnetOwnerHotkey SubnetTAO SubnetworkN Tempo
    TimelockedWeightCommits TransferToggle Uids Weights WeightsSetRateLimit WeightsVersionKey
  SubtensorModule.calls: add_stake burned_register commit_crv3_mechanism_weights commit_mechanism_weights
    commit_timelocked_mechanism_weights commit_timelocked_weights commit_weights register_limit reveal_mechanism_weights
    reveal_weights serve_axon set_identity set_mechanism_weights set_weights transfer_stake
  SubtensorModule.events: HotkeySwapped HotkeySwappedOnSubnet NeuronRegistered WeightsSet
  System.storage: Account BlockHash Events Number
  System.events: ExtrinsicFailed ExtrinsicSuccess
  System.constants: BlockHashCount DbWeight BlockWeights Version
  Timestamp.storage: Now
  Timestamp.calls: set
  Aura.constants: SlotDuration
  Balances.calls: transfer_keep_alive
  Commitments.storage: CommitmentOf
  Commitments.calls: set_commitment
  Commitments.events: Commitment TimelockCommitment
  Contracts.storage: CodeInfoOf ContractInfoOf PristineCode
  Contracts.calls: call instantiate instantiate_with_code upload_code
  Contracts.events: Called ContractCodeUpdated ContractEmitted Instantiated
  Contracts.constants: MaxCodeLen
  Drand.storage: LastStoredRound Pulses
  Multisig.calls: as_multi
  Multisig.events: MultisigExecuted
  Proxy.storage: Proxies
  Proxy.calls: proxy proxy_announced create_pure add_proxy remove_proxy
  Proxy.events: ProxyExecuted PureCreated
  Proxy.constants: ProxyDepositBase ProxyDepositFactor
  AdminUtils.calls: sudo_set_activity_cutoff sudo_set_tempo
  Sudo.calls: sudo sudo_as sudo_unchecked_weight
  Sudo.events: Sudid SudoAsDone
  Utility.calls: batch batch_all force_batch dispatch_as if_else with_weight
  Utility.events: BatchCompleted BatchInterrupted DispatchedAs ItemCompleted ItemFailed
  AccountNonceApi: account_nonce
  ContractsApi: call get_storage instantiate upload_code
  Metadata: metadata_at_version
  NeuronInfoRuntimeApi: get_neurons_lite
  StakeInfoRuntimeApi: get_stake_info_for_hotkey_coldkey_netuid
  SubnetInfoRuntimeApi: get_next_epoch_start_block get_selective_metagraph get_subnet_hyperparams_v2 get_subnet_hyperparams_v3
  SwapRuntimeApi: current_alpha_price
  TransactionPayment.events: TransactionFeePaid
  TransactionPaymentApi: query_info
`)

/** Calls that the contract encodes itself, with the pallet's and the call's number. */
const contract: ReadonlyArray<string> = named(`
  Proxy.calls: proxy
  SubtensorModule.calls: transfer_stake
`)

/** Items that every Substrate client reads. */
const everyClient: ReadonlyArray<string> = named(`
  System.storage: Account Events
  System.constants: SS58Prefix BlockHashCount Version
  Balances.constants: ExistentialDeposit
  Core: version
  Metadata: metadata_at_version metadata_versions
  AccountNonceApi: account_nonce
`)

/** Calls of the operations that all versions of Bittensor's clients have. */
const bittensorCalls: ReadonlyArray<string> = named(`
  SubtensorModule.calls: burned_register add_stake add_stake_limit remove_stake remove_stake_limit set_weights set_mechanism_weights
    serve_axon
  Balances.calls: transfer_keep_alive transfer_allow_death
`)

const btcli9: ReadonlyArray<string> = [
  ...everyClient,
  ...bittensorCalls,
  ...named(`
    SubtensorModule.storage: Active AdjustmentInterval Alpha AutoStakeDestination BlocksSinceLastStep Burn Consensus Delegates
      Difficulty Dividends Emission FirstEmissionBlockNumber IdentitiesV2 Incentive IsNetworkMember Keys LastAdjustmentBlock
      MechanismCountCurrent MinAllowedWeights NetworkRegistrationAllowed NetworksAdded OwnedHotkeys Owner Rank RegistrationsThisInterval
      Rho RootClaimType StakingHotkeys SubnetEmaTaoFlow SubnetOwner SubnetOwnerHotkey TargetRegistrationsPerInterval Tempo
      TotalHotkeyAlpha TotalIssuance TotalNetworks Trust Uids Weights
    DelegateInfoRuntimeApi: get_delegated
    NeuronInfoRuntimeApi: get_neuron get_neurons_lite
    StakeInfoRuntimeApi: get_stake_fee get_stake_info_for_coldkey get_stake_info_for_coldkeys
    SubnetInfoRuntimeApi: get_all_dynamic_info get_dynamic_info get_mechagraph get_subnet_hyperparams_v2 get_subnet_state
    SwapRuntimeApi: current_alpha_price sim_swap_alpha_for_tao sim_swap_tao_for_alpha
  `)
]

const sdk10: ReadonlyArray<string> = [
  ...everyClient,
  ...bittensorCalls,
  ...named(`
    SubtensorModule.storage: Active AutoStakeDestination BlocksSinceLastStep Bonds Burn ChildKeys CommitRevealWeightsEnabled Consensus
      Dividends Emission ImmunityPeriod Incentive IsNetworkMember Keys LastUpdate MaxAllowedUids MaxWeightsLimit MechanismCountCurrent
      MinAllowedWeights NetworksAdded Owner OwnedHotkeys Prometheus Rank RevealPeriodEpochs StakingHotkeys SubnetOwner SubnetOwnerHotkey
      SubnetworkN Tempo TimelockedWeightCommits TotalIssuance TotalNetworks Trust Uids ValidatorPermit ValidatorTrust Weights
      WeightsSetRateLimit
    Commitments.storage: CommitmentOf RevealedCommitments
    NeuronInfoRuntimeApi: get_neuron get_neurons get_neurons_lite
    StakeInfoRuntimeApi: get_stake_info_for_coldkey get_stake_info_for_coldkeys
    SubnetInfoRuntimeApi: get_all_dynamic_info get_dynamic_info get_metagraph get_mechagraph get_selective_metagraph
      get_selective_mechagraph get_subnet_hyperparams_v2 get_subnet_state
    SwapRuntimeApi: current_alpha_price sim_swap_alpha_for_tao sim_swap_tao_for_alpha
  `)
]

const sdk11: ReadonlyArray<string> = [
  ...everyClient,
  ...bittensorCalls,
  ...named(`
    SubtensorModule.storage: Alpha Axons BlocksSinceLastStep Burn CommitRevealWeightsEnabled Delegates ImmunityPeriod Keys LastUpdate
      MaxAllowedUids MaxWeightsLimit MechanismCountCurrent MinAllowedWeights NetworkRegistrationAllowed NetworksAdded OwnedHotkeys Owner
      StakeThreshold StakingHotkeys SubnetOwner SubnetOwnerHotkey SubnetworkN Tempo TokenSymbol TotalHotkeyAlpha TransferToggle Uids
      ValidatorPermit Weights WeightsSetRateLimit WeightsVersionKey
    Commitments.storage: RevealedCommitments
    NeuronInfoRuntimeApi: get_neuron get_neurons get_neurons_lite
    StakeInfoRuntimeApi: get_stake_info_for_coldkey get_stake_info_for_coldkeys
    SubnetInfoRuntimeApi: get_all_dynamic_info get_dynamic_info get_metagraph get_selective_mechagraph get_subnet_hyperparams_v3
      get_subnet_state
    SwapRuntimeApi: current_alpha_price sim_swap_alpha_for_tao sim_swap_tao_for_alpha
  `)
]

const asked = readAsked()

/** The items in the recorded runs of a tool, by its name. */
const seen = (tool: string): ReadonlyArray<string> => Object.entries(asked).flatMap(([name, items]) => (name.startsWith(tool) ? items : []))

const items: Readonly<Record<User, ReadonlyArray<string>>> = {
  program,
  contract,
  "btcli 9": [...btcli9, ...seen("btcli 9")],
  "btcli 11": [...sdk11, ...seen("btcli 11")],
  "SDK 10": [...sdk10, ...seen("SDK 10")],
  "SDK 11": [...sdk11, ...seen("SDK 11")],
  PAPI: [...everyClient, ...seen("polkadot-api")],
  dedot: [...everyClient, ...seen("dedot")],
  "polkadot.js": [...everyClient, ...seen("@polkadot/api")]
}

/** Every used item and its users. */
export const used: ReadonlyMap<string, ReadonlyArray<User>> = (() => {
  const found = new Map<string, Array<User>>()
  for (const user of Object.keys(items) as ReadonlyArray<User>)
    for (const item of new Set(items[user])) {
      const users = found.get(item)
      if (users === undefined) found.set(item, [user])
      else users.push(user)
    }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
})()
