/** The contract for histories, on the model or on the real runtime: a small subnet with days of four blocks. */
import type { Action } from "../../../lab/contract-model/ContractModel.ts"
import type { View } from "../../../lab/contract-model/views.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type {
  Competitor,
  ContractConfig,
  ContractEvent,
  MessageArguments,
  MessageReturn,
  Setting
} from "../../../src/contract-client/generated.ts"
import type { Reading, ReadingArguments, ReadingReturn } from "../../../src/contract-client/readings.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"

export const ALPHA = 1_000_000_000n
export const BOUNTY = 100n * ALPHA
export const DAY = 4
/** The delay of a change, and half a day. */
export const WAIT = DAY + DAY / 2
export const ROUND = 8
export const ATTEST = 3
export const RECYCLE_AFTER = 28
/** The first block of every history, and of a round. */
export const START = 200
/** The last block in which no competition can expire. */
export const EXPIRES_AFTER = START - 5 + 10 + 2 + 3 * WAIT
/** The number of changes made by {@link prepare}. */
export const CHANGES = 5

/** The initial settings of histories. The contract is in its set-up, so they apply at once. */
const settings: ReadonlyArray<Setting> = [
  { _tag: "MinBounty", value: ALPHA },
  { _tag: "SubmissionWindow", value: 2 },
  { _tag: "CompetitionLength", value: 10 },
  { _tag: "OutcomeGrace", value: 2 },
  { _tag: "ChallengePeriod", value: WAIT },
  { _tag: "RoundLength", value: ROUND },
  { _tag: "AttestBlocks", value: ATTEST },
  { _tag: "QuorumBps", value: 5_001 },
  { _tag: "MaxCompetitionsPerMiner", value: 3 },
  { _tag: "CollateralBps", value: 1_000 },
  { _tag: "SlashBps", value: 5_000 },
  { _tag: "HarvestStep", value: 3 },
  { _tag: "RecycleAfter", value: RECYCLE_AFTER },
  { _tag: "OwnerDelay", value: DAY }
]

export interface Cast extends Pick<ContractConfig, "treasuryHotkey" | "treasuryColdkey"> {
  readonly owner: AccountAddress
  readonly stranger: AccountAddress
  /** Each has one coldkey with stake. The last validator is not whitelisted at first. */
  readonly validators: ReadonlyArray<{ readonly hotkey: AccountAddress; readonly coldkey: AccountAddress }>
  readonly miners: ReadonlyArray<Competitor>
}

export interface Sent {
  readonly accepted: boolean
  readonly events: ReadonlyArray<ContractEvent>
}

export interface Chain {
  readonly cast: Cast
  readonly block: () => number
  readonly setBlock: (block: number) => void
  readonly setStake: (hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint) => void
  readonly send: <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => Sent
  readonly ask: <Name extends View>(name: Name, args: MessageArguments<Name>) => MessageReturn<Name>
  readonly stored: <Name extends Reading>(name: Name, args: ReadingArguments<Name>) => ReadingReturn<Name>
}

/** The validators' initial stakes. Three of them are a quorum. */
export const STAKES = [34n, 30n, 20n, 16n, 25n].map((share) => share * 1_000n * ALPHA)

export const setValidatorStake = ({ cast, setStake }: Chain, index: number, amount: bigint): void => {
  const validator = cast.validators[index]
  if (validator !== undefined) setStake(validator.hotkey, validator.coldkey, amount)
}

/** The two miners that may compete for an issue. */
export const pairOf = ({ miners }: Cast, issue: number): { readonly a: Competitor; readonly b: Competitor } => {
  const [first, second] = issue % 2 === 1 ? [miners[0], miners[1]] : [miners[2], miners[3]]
  if (first === undefined || second === undefined) throw new Error("four miners")
  return { a: first, b: second }
}

/**
 * Two running competitions on issues 1 and 2, issue 3 open and issue 4 half funded, in the block before {@link START}. Everybody's stake has weight.
 */
export const prepare = (chain: Chain): void => {
  const { cast, send, setBlock, setStake } = chain
  const { miners, owner, stranger, treasuryColdkey, treasuryHotkey, validators } = cast
  const must = <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    if (!send(caller, name, args).accepted) throw new Error(`${name} was refused while a history was prepared`)
  }
  setBlock(START - 4 * ROUND)
  for (const [index, amount] of STAKES.entries()) setValidatorStake(chain, index, amount)
  for (const { coldkey, hotkey } of validators.slice(0, 4)) must(owner, "addValidator", { hotkey, coldkeys: [coldkey] })
  must(owner, "setConfig", { settings: [...settings] })
  for (const issue of [1, 2, 3, 4]) must(owner, "registerIssue", { repository: "acme/widgets", number: issue, bounty: BOUNTY })
  setStake(treasuryHotkey, treasuryColdkey, (7n * BOUNTY) / 2n)
  must(stranger, "harvest", {})
  must(stranger, "harvest", {})
  for (const { coldkey, hotkey } of miners.slice(0, 4)) {
    setStake(hotkey, coldkey, BOUNTY)
    must(coldkey, "depositCollateral", { hotkey, amount: BOUNTY / 2n })
  }
  for (let ago = 3; ago > 0; ago--) {
    setBlock(START - ROUND - ago * DAY)
    must(stranger, "noteWeights", {})
  }
  const from = START - ROUND
  const round = from / ROUND
  setBlock(from)
  const enrolled = bitmapOfUids(miners.slice(0, 4).map(({ uid }) => uid))
  for (const { hotkey } of validators.slice(0, 3))
    for (const issue of [1, 2]) must(hotkey, "attestEnrolled", { issue, round, enrolled, skipped: bitmapOfUids([]) })
  setBlock(from + ATTEST)
  for (const { hotkey } of validators.slice(0, 2))
    for (const issue of [1, 2]) must(hotkey, "votePair", { issue, round, ...pairOf(cast, issue) })
  setBlock(START - 1)
}
