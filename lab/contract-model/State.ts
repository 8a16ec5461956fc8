/** The contract's state as the rules see it, independent of how the contract stores it. */
import { HashMap } from "effect"
import {
  type AnnouncedCode,
  type Attestation,
  type Cast,
  type Change,
  CODE_HASH,
  type Collateral,
  type Competition,
  type ContractConfig,
  type Dated,
  type Issue,
  type Noted,
  type Offer,
  type OutcomeVote,
  type PairVote
} from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"

/** A validator on the whitelist. */
export interface Validator {
  readonly hotkey: AccountAddress
  /** The coldkeys whose stake on the validator's hotkey gives its votes their weight. */
  readonly coldkeys: ReadonlyArray<AccountAddress>
  readonly noted: Noted
}

/** A round and its first block. Round numbers may repeat when the round length changes; blocks do not. */
export interface Round {
  readonly number: number
  readonly from: number
}

/** An issue's pair votes of one round. */
export interface PairBallot {
  readonly round: Round
  readonly votes: ReadonlyArray<PairVote>
}

/** A validator's renewal, in block `at`, of what it attested in block `from` and later. */
export interface Renewal {
  readonly validator: AccountAddress
  readonly from: number
  readonly at: number
}

/** A change that the owner announced and that is still pending. */
export interface PendingChange {
  readonly id: number
  readonly what: Change
  readonly appliesFrom: number
  readonly appliesUntil: number
}

/** The contract's whole state. Amounts are rao, times are block numbers. */
export interface State {
  /** The contract's own account. */
  readonly contract: AccountAddress
  readonly owner: AccountAddress
  readonly offer: Offer | null
  readonly paused: boolean
  /** Hash of the code that runs. */
  readonly code: string
  readonly config: ContractConfig
  readonly validators: ReadonlyArray<Validator>
  /** Since when each of them is listed. */
  readonly listings: ReadonlyArray<Dated>
  /** The end of the last whole day for which stake was noted. */
  readonly turnedAt: number
  readonly issues: HashMap.HashMap<number, Issue>
  readonly issueCount: number
  /** Issues before this one need no more funding. */
  readonly nextToFund: number
  /** Ids of issues that are not closed, by {@link referenceKey}. */
  readonly openReferences: HashMap.HashMap<string, number>
  readonly competitions: HashMap.HashMap<number, Competition>
  readonly competitionCount: number
  /** A miner's competitions in order of their start. */
  readonly competitionsOf: HashMap.HashMap<AccountAddress, ReadonlyArray<number>>
  /** The number of running competitions of each miner. */
  readonly running: HashMap.HashMap<AccountAddress, number>
  /** The payees that competitors' coldkeys named instead of themselves, by {@link payeeKey}. */
  readonly payees: HashMap.HashMap<string, AccountAddress>
  readonly attestations: HashMap.HashMap<number, ReadonlyArray<Attestation>>
  readonly pairBallots: HashMap.HashMap<number, PairBallot>
  readonly outcomeBallots: HashMap.HashMap<number, ReadonlyArray<OutcomeVote>>
  /** What the votes on an issue's end weighed when they were cast. */
  readonly casts: HashMap.HashMap<number, ReadonlyArray<Cast>>
  readonly renewals: ReadonlyArray<Renewal>
  /** Allocated to issues that are neither paid nor cancelled. */
  readonly allocated: bigint
  /** Free for issues, and arrived since the last turn. */
  readonly fresh: bigint
  /** Free for issues since before the last turn. The next turn recycles the rest of it. */
  readonly aged: bigint
  /** The block of the last turn. */
  readonly agedAt: number
  /** Deposited by miners. */
  readonly collateral: bigint
  readonly paid: bigint
  readonly recycled: bigint
  /** Collateral ever slashed; free for issues since. */
  readonly slashed: bigint
  /** The number of changes ever announced. */
  readonly changeCount: number
  /** Pending changes but for code, in order: neither applied, vetoed nor withdrawn. */
  readonly waiting: ReadonlyArray<PendingChange>
  /** Validators that voted against a pending change, by the change's number. */
  readonly vetoes: HashMap.HashMap<number, ReadonlyArray<AccountAddress>>
  readonly announcedCode: AnnouncedCode | null
  /** How often the subnet's netuid had been registered when the contract was created. */
  readonly registration: bigint
  /** The block in which the contract was told that its subnet has ended. */
  readonly woundUpAt: number | null
  /** The block in which the chain first said that the subnet has ended, if it has said nothing else since. */
  readonly endShown: number | null
  /** TAO (rao) collected from the treasury's coldkey since the subnet's end. */
  readonly collected: bigint
  /** TAO (rao) paid out for claims. */
  readonly claimed: bigint
  /** TAO (rao) paid for each claim. */
  readonly claims: HashMap.HashMap<string, bigint>
  /** The account that gets what nobody can claim. */
  readonly restTo: AccountAddress | null
  /** Miners' deposits, by {@link stakeKey} of hotkey and coldkey. */
  readonly collaterals: HashMap.HashMap<string, Collateral>
}

/**
 * A contract created in the block of its settings' `rosterSignerSince`, on a subnet whose netuid has been registered `registration` times. The
 * constructor's checks of the settings are not repeated here.
 */
export const newState = (contract: AccountAddress, owner: AccountAddress, config: ContractConfig, registration = 1n): State => ({
  contract,
  owner,
  offer: null,
  paused: false,
  code: CODE_HASH,
  config,
  validators: [],
  listings: [],
  turnedAt: config.rosterSignerSince,
  issues: HashMap.empty(),
  issueCount: 0,
  nextToFund: 1,
  openReferences: HashMap.empty(),
  competitions: HashMap.empty(),
  competitionCount: 0,
  competitionsOf: HashMap.empty(),
  running: HashMap.empty(),
  payees: HashMap.empty(),
  attestations: HashMap.empty(),
  pairBallots: HashMap.empty(),
  outcomeBallots: HashMap.empty(),
  casts: HashMap.empty(),
  renewals: [],
  allocated: 0n,
  fresh: 0n,
  aged: 0n,
  agedAt: 0,
  collateral: 0n,
  paid: 0n,
  recycled: 0n,
  slashed: 0n,
  changeCount: 0,
  waiting: [],
  vetoes: HashMap.empty(),
  announcedCode: null,
  registration,
  woundUpAt: null,
  endShown: null,
  collected: 0n,
  claimed: 0n,
  claims: HashMap.empty(),
  restTo: null,
  collaterals: HashMap.empty()
})

/** An issue's unique key. GitHub's names are case-insensitive. */
export const referenceKey = (repository: string, number: number): string => `${repository.toLowerCase()}#${number}`

/** The key of a competition's competitor: side 0 is `a`, side 1 is `b`. */
export const payeeKey = (competition: number, side: number): string => `${competition}/${side}`

/** While the owner's delay is 0, the contract is in its set-up: it fills no bounty and starts no competition. */
export const isSettingUp = ({ config }: State): boolean => config.ownerDelay === 0
