/** The contract's state as the model keeps it: what the rules speak of, not how the contract stores it. */
import { HashMap } from "effect"
import type {
  Attestation,
  Change,
  Collateral,
  Competition,
  ContractConfig,
  Issue,
  OutcomeVote,
  PairVote
} from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"

/** A validator on the whitelist. */
export interface Validator {
  readonly hotkey: AccountAddress
  /** Whose stake on its hotkey its votes weigh. */
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

/** A round and its first block: when the length of rounds changes, numbers may come again, blocks do not. */
export interface Round {
  readonly number: number
  readonly from: number
}

/** An issue's attestations, all of one round. */
export interface Attestations {
  readonly round: Round
  readonly entries: ReadonlyArray<Attestation>
}

/** An issue's pair votes, all of one round. */
export interface PairBallot {
  readonly round: Round
  readonly votes: ReadonlyArray<PairVote>
}

/** A change that the owner announced. */
export interface Waiting {
  readonly id: number
  readonly what: Change
  readonly appliesFrom: number
  readonly appliesUntil: number
}

/** All collateral behind a hotkey, in rao: what miners have there, what was slashed and waits to be recycled, what was recycled. */
export interface Sums {
  readonly deposited: bigint
  readonly slashed: bigint
  readonly recycled: bigint
}

/** Everything the contract knows. Amounts are rao, times are block numbers. */
export interface State {
  /** The contract's own account. */
  readonly contract: AccountAddress
  readonly owner: AccountAddress
  readonly proposedOwner: AccountAddress | null
  readonly paused: boolean
  readonly config: ContractConfig
  readonly validators: ReadonlyArray<Validator>
  readonly issues: HashMap.HashMap<number, Issue>
  readonly issueCount: number
  /** Issues before this one need no more funding. */
  readonly nextToFund: number
  /** The issues that are not closed, by {@link referenceKey}. */
  readonly openReferences: HashMap.HashMap<string, number>
  readonly competitions: HashMap.HashMap<number, Competition>
  readonly competitionCount: number
  /** A miner's competitions in order of their starts. */
  readonly competitionsOf: HashMap.HashMap<AccountAddress, ReadonlyArray<number>>
  /** How many running competitions a miner is in. */
  readonly running: HashMap.HashMap<AccountAddress, number>
  readonly attestations: HashMap.HashMap<number, Attestations>
  readonly pairBallots: HashMap.HashMap<number, PairBallot>
  readonly outcomeBallots: HashMap.HashMap<number, ReadonlyArray<OutcomeVote>>
  /** Held for issues that are neither paid nor cancelled. */
  readonly allocated: bigint
  /** Held and not given to an issue yet. */
  readonly unallocated: bigint
  readonly paid: bigint
  readonly recycled: bigint
  /** How many changes have been announced, ever. */
  readonly changeCount: number
  /** The changes that are neither applied nor vetoed nor withdrawn, in order. */
  readonly waiting: ReadonlyArray<Waiting>
  /** Who voted against a waiting change. */
  readonly vetoes: HashMap.HashMap<number, ReadonlyArray<AccountAddress>>
  /** What miners have deposited, by {@link stakeKey} of hotkey and coldkey. */
  readonly collaterals: HashMap.HashMap<string, Collateral>
  /** The collateral behind a hotkey. */
  readonly collateralSums: HashMap.HashMap<AccountAddress, Sums>
}

/** A contract as it is after its creation. */
export const newState = (contract: AccountAddress, owner: AccountAddress, config: ContractConfig): State => ({
  contract,
  owner,
  proposedOwner: null,
  paused: false,
  config,
  validators: [],
  issues: HashMap.empty(),
  issueCount: 0,
  nextToFund: 1,
  openReferences: HashMap.empty(),
  competitions: HashMap.empty(),
  competitionCount: 0,
  competitionsOf: HashMap.empty(),
  running: HashMap.empty(),
  attestations: HashMap.empty(),
  pairBallots: HashMap.empty(),
  outcomeBallots: HashMap.empty(),
  allocated: 0n,
  unallocated: 0n,
  paid: 0n,
  recycled: 0n,
  changeCount: 0,
  waiting: [],
  vetoes: HashMap.empty(),
  collaterals: HashMap.empty(),
  collateralSums: HashMap.empty()
})

/** What an issue is known by on GitHub, whose names ignore case. */
export const referenceKey = (repository: string, number: number): string => `${repository.toLowerCase()}#${number}`
