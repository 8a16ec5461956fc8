/** Measures every message and view in the state in which it costs most. */
import { Effect } from "effect"
import type { MessageArguments, MessageName, OutcomeChoice, Setting } from "../../src/contract-client/generated.ts"
import { ALPHA, account, type BenchChain, type Cost, message, OWNER } from "./chain.ts"
import { ATTEST, BOUNTY, EVERYBODY, LONGEST_REPOSITORY, MOST_COMPETITIONS, miner, minersOf, nextRound, ROUND, register } from "./scale.ts"

const STRANGER = "//Bob"
/** Free collateral of each measured miner: many times what one competition locks. */
const COLLATERAL = 100n * ALPHA
const OWNER_DELAY = 5
const SUBMISSION_WINDOW = 10
const GUARD = { step: 32, largestStep: 100 } as const

const MOST_CHANGES = 16
export const MOST_VALIDATORS = 64
const ADDING = "add_validator, without delay"

export type Costs = Map<string, Cost>

/** A contract with its validators, and the collector of costs. */
export interface Measuring {
  readonly chain: BenchChain
  /** Secret URIs of the whitelisted hotkeys, each with an equal stake. */
  readonly validators: ReadonlyArray<string>
  readonly costs: Costs
  /** Numbers on GitHub from this one on are free. */
  readonly freeNumber: number
}

/** Measures a message under another name than its own. */
const row = <Name extends MessageName>(on: Measuring, label: string, who: string, name: Name, args: MessageArguments<Name>) =>
  Effect.map(on.chain.cost(who, name, args), (cost) => {
    on.costs.set(label, cost)
  })

const coldkeysOf = (validator: string) => Effect.forEach([1, 2, 3, 4], (index) => account(`${validator}//${index}`))

export const validatorOf = (hotkey: string) => Effect.all({ hotkey: account(hotkey), coldkeys: coldkeysOf(hotkey) })

const setting = (chain: BenchChain, ...settings: ReadonlyArray<Setting>) => chain.tell([message(OWNER, "setConfig", { settings })])

/** Every setting but the treasury and the delay, as it is. */
const allSettings: ReadonlyArray<Setting> = [
  { _tag: "MinBounty", value: ALPHA },
  { _tag: "SubmissionWindow", value: SUBMISSION_WINDOW },
  { _tag: "CompetitionLength", value: 400 },
  { _tag: "OutcomeGrace", value: 10 },
  { _tag: "ChallengePeriod", value: 300 },
  { _tag: "RoundLength", value: ROUND },
  { _tag: "AttestBlocks", value: ATTEST },
  { _tag: "QuorumBps", value: 5_001 },
  { _tag: "Weighting", value: { _tag: "ByStake" } },
  { _tag: "MaxCompetitionsPerMiner", value: MOST_COMPETITIONS },
  { _tag: "CollateralBps", value: 1_000 },
  { _tag: "SlashBps", value: 5_000 },
  { _tag: "HarvestStep", value: GUARD.step }
]

/** Deposits the miners' collateral. */
const deposits = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* setting(chain, ...allSettings)
    const deposit = (uid: number) => Effect.map(miner(uid), ({ hotkey }) => ({ hotkey, amount: COLLATERAL }))
    yield* row(on, "deposit_collateral", "//Miner0//cold", "depositCollateral", yield* deposit(0))
    for (const uid of [0, 1, 2, 3, 4, 5]) yield* chain.tell([message(`//Miner${uid}//cold`, "depositCollateral", yield* deposit(uid))])
    yield* row(on, "withdraw_collateral", "//Miner0//cold", "withdrawCollateral", { ...(yield* deposit(0)), amount: ALPHA })
  })

/** Registers and fills three issues, and returns their ids. */
const issues = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* chain.feed(3n * BOUNTY)
    yield* row(on, "harvest, recycles everything", STRANGER, "harvest", {})
    const issue = { repository: LONGEST_REPOSITORY, number: on.freeNumber, bounty: BOUNTY }
    yield* row(on, "register_issue", OWNER, "registerIssue", issue)
    yield* register(chain, on.freeNumber, 1)
    yield* row(on, "harvest, fills 1 and recycles the rest", STRANGER, "harvest", {})
    yield* register(chain, on.freeNumber + 1, 2)
    yield* chain.tell([message(STRANGER, "harvest", {})])
    const { issues } = yield* chain.read("counts", {})
    yield* row(on, "cancel_issue", OWNER, "cancelIssue", { id: issues, reason: { _tag: "NotPlanned" } })
    yield* row(on, "issue", STRANGER, "issue", { id: issues })
    yield* row(on, "issue_by_reference", STRANGER, "issueByReference", { repository: LONGEST_REPOSITORY, number: on.freeNumber })
    return [issues - 2, issues - 1, issues] as const
  })

/** Everybody attests, and the pair ballots are full up to the vote that starts a competition. */
const competitions = (on: Measuring, ids: readonly [number, number, number]) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    const half = Math.floor(validators.length / 2)
    const last = validators[validators.length - 1] ?? ""
    const [first = last] = validators
    const round = yield* nextRound(chain)
    const attestation = (issue: number) => ({ issue, round, enrolled: EVERYBODY, skipped: EVERYBODY })
    if (half > 0) yield* row(on, "attest_enrolled, the first", first, "attestEnrolled", attestation(ids[0]))
    yield* chain.tell(validators.slice(0, -1).map((who) => message(who, "attestEnrolled", attestation(ids[0]))))
    yield* row(on, "attest_enrolled, the last of all", last, "attestEnrolled", attestation(ids[0]))
    const others = validators.flatMap((who) => ids.slice(1).map((issue) => message(who, "attestEnrolled", attestation(issue))))
    yield* chain.tell([message(last, "attestEnrolled", attestation(ids[0])), ...others])
    yield* row(on, "enrolled", STRANGER, "enrolled", { issue: ids[0] })

    yield* chain.toBlock(round * ROUND + ATTEST)
    const pairs = yield* Effect.forEach(ids, (issue, index) => Effect.map(minersOf(index + 1), (pair) => ({ issue, round, ...pair })))
    const [vote, ...rest] = pairs
    if (vote === undefined || rest[0] === undefined) return
    const against = { ...vote, b: rest[0].b }
    if (half > 0) yield* row(on, "vote_pair, the first", first, "votePair", vote)
    yield* chain.tell(validators.slice(0, -1).map((who, index) => message(who, "votePair", index < half ? vote : against)))
    if (half > 0) yield* row(on, "vote_pair, the last of all, decides nothing", last, "votePair", against)
    yield* row(on, "vote_pair, the last of all, starts", last, "votePair", vote)
    yield* row(on, "ballot_pair", STRANGER, "ballotPair", { issue: ids[0] })
    const quorum = validators.slice(0, half + 1)
    yield* chain.tell([message(last, "votePair", vote), ...rest.flatMap((pair) => quorum.map((who) => message(who, "votePair", pair)))])
  })

/** The first issue is won, the second is one vote from being cancelled, the third expires. */
const outcomes = (on: Measuring, ids: readonly [number, number, number]) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    const half = Math.floor(validators.length / 2)
    const last = validators[validators.length - 1] ?? ""
    const [first = last] = validators
    const [won, cancelled] = [yield* minersOf(1), yield* minersOf(2)]
    const solved: OutcomeChoice = { _tag: "Solved", hotkey: won.a.hotkey, pullRequest: 57 }
    const other: OutcomeChoice = { _tag: "Solved", hotkey: won.b.hotkey, pullRequest: 57 }
    const early: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "SubmittedTooEarly", hotkey: cancelled.a.hotkey } }
    const late: OutcomeChoice = { _tag: "Solved", hotkey: cancelled.b.hotkey, pullRequest: 57 }
    yield* chain.toBlock(chain.block() + SUBMISSION_WINDOW)
    if (half > 0) yield* row(on, "vote_outcome, the first", first, "voteOutcome", { issue: ids[0], choice: solved })
    const split = (issue: number, choice: OutcomeChoice, against: OutcomeChoice) =>
      validators.slice(0, -1).map((who, index) => message(who, "voteOutcome", { issue, choice: index < half ? choice : against }))
    yield* chain.tell([...split(ids[0], solved, other), ...split(ids[1], early, late)])
    if (half > 0) yield* row(on, "vote_outcome, the last of all, decides nothing", last, "voteOutcome", { issue: ids[0], choice: other })
    yield* row(on, "vote_outcome, the last of all, wins", last, "voteOutcome", { issue: ids[0], choice: solved })
    yield* row(on, "vote_outcome, the last of all, cancels and recycles", last, "voteOutcome", { issue: ids[1], choice: early })
    yield* row(on, "withdraw_outcome_vote", first, "withdrawOutcomeVote", { issue: ids[1] })
    yield* row(on, "ballot_outcome", STRANGER, "ballotOutcome", { issue: ids[1] })
    yield* chain.tell([message(last, "voteOutcome", { issue: ids[0], choice: solved })])
    const competition = (yield* chain.read("issue", { id: ids[2] }))?.competition ?? 0
    yield* chain.toBlock(((yield* chain.read("competition", { id: competition }))?.outcomeUntil ?? 0) + 1)
    yield* row(on, "expire, slashes both", STRANGER, "expire", { competition })
    yield* row(on, "payout, slashes the loser", STRANGER, "payout", { issue: ids[0] })
    // A refused recycling stays until somebody tries again.
    yield* chain.whileRefusing(16, chain.tell([message(STRANGER, "payout", { issue: ids[0] })]))
    yield* row(on, "recycle_slashed", STRANGER, "recycleSlashed", { hotkey: won.b.hotkey })
    yield* chain.tell([message(STRANGER, "expire", { competition })])
  })

/** The longest lists, and the small views. */
const views = (on: Measuring) =>
  Effect.gen(function* () {
    const { hotkey } = yield* miner(0)
    const miners = yield* Effect.forEach(
      Array.from({ length: 256 }, (_, index) => index % 6),
      (uid) => Effect.map(miner(uid), ({ hotkey, coldkey }) => [hotkey, coldkey] as const)
    )
    yield* row(on, "issues, 100", STRANGER, "issues", { from: 1, limit: 100, status: null })
    yield* row(on, "issues, 100 looked at, none shown", STRANGER, "issues", { from: 1, limit: 100, status: { _tag: "Funding" } })
    yield* row(on, "competition", STRANGER, "competition", { id: 1 })
    yield* row(on, "competitions, 100", STRANGER, "competitions", { from: 1, limit: 100 })
    yield* row(on, "competitions_of, 100", STRANGER, "competitionsOf", { hotkey, from: 0, limit: 100 })
    yield* row(on, "collateral, 256 miners", STRANGER, "collateral", { miners })
    yield* row(on, "validators", STRANGER, "validators", {})
    yield* row(on, "treasury", STRANGER, "treasury", {})
    for (const name of ["config", "owner", "paused", "counts", "version"] as const) yield* row(on, name, STRANGER, name, {})
    yield* row(on, "proposed_owner", STRANGER, "proposedOwner", {})
  })

/** The owner's immediate messages, and changes that apply at once while the delay is 0. */
const ownership = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    yield* row(on, "pause", OWNER, "pause", {})
    yield* chain.tell([message(OWNER, "pause", {})])
    yield* row(on, "unpause", OWNER, "unpause", {})
    yield* chain.tell([message(OWNER, "unpause", {})])
    const treasury: Setting = { _tag: "Treasury", hotkey: yield* account("//Treasury2"), coldkey: chain.treasuryColdkey }
    yield* row(on, "set_config, all settings, without delay", OWNER, "setConfig", { settings: allSettings })
    yield* row(on, "set_config, another treasury, without delay", OWNER, "setConfig", { settings: [treasury] })
    yield* row(on, "set_code, without delay", OWNER, "setCode", { codeHash: chain.codeHash })
    yield* row(on, "propose_owner, without delay", OWNER, "proposeOwner", { owner: yield* account(STRANGER) })
    const hotkey = yield* account(validators[0] ?? "")
    yield* row(on, "remove_validator, without delay", OWNER, "removeValidator", { hotkey })
    if (validators.length < MOST_VALIDATORS) yield* row(on, ADDING, OWNER, "addValidator", yield* validatorOf("//Voter1"))
  })

/** A hundred issues wait for their bounties, and a harvest fills as many as the settings allow. The queue is empty afterwards. */
const harvests = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* register(chain, on.freeNumber + 3, GUARD.largestStep)
    yield* chain.feed(BigInt(GUARD.largestStep) * BOUNTY)
    yield* row(on, `harvest, fills ${GUARD.step}`, STRANGER, "harvest", {})
    yield* setting(chain, { _tag: "HarvestStep", value: GUARD.largestStep })
    yield* row(on, `harvest, fills ${GUARD.largestStep} (the largest step)`, STRANGER, "harvest", {})
    yield* chain.tell([message(STRANGER, "harvest", {})])
  })

/** Every message that does not depend on the owner's delay. */
export const withoutDelay = (on: Measuring) =>
  Effect.gen(function* () {
    yield* deposits(on)
    const ids = yield* issues(on)
    yield* competitions(on, ids)
    yield* outcomes(on, ids)
    yield* views(on)
    yield* ownership(on)
    yield* harvests(on)
  })

/** Sets the owner's delay. */
export const beginDelay = (chain: BenchChain) => setting(chain, { _tag: "OwnerDelay", value: OWNER_DELAY })

/** Announces, vetoes, withdraws and applies changes while the list of waiting changes is full. */
export const withDelay = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    const half = Math.floor(validators.length / 2)
    const last = validators[validators.length - 1] ?? ""
    const [first = last] = validators
    const hotkey = yield* account(first)
    const treasury: Setting = { _tag: "Treasury", hotkey: yield* account("//Treasury2"), coldkey: chain.treasuryColdkey }
    const removal = message(OWNER, "removeValidator", { hotkey })
    yield* chain.tell([
      message(OWNER, "setConfig", { settings: allSettings }),
      message(OWNER, "setConfig", { settings: [treasury] }),
      message(OWNER, "setCode", { codeHash: chain.codeHash }),
      message(OWNER, "proposeOwner", { owner: yield* account(STRANGER) }),
      removal
    ])
    const config = (yield* chain.read("announced", {}))[0]?.change ?? 0
    yield* chain.tell(Array.from({ length: 10 }, () => message(OWNER, "setConfig", { settings: allSettings })))
    yield* row(on, "set_config, all settings, the 16th waiting", OWNER, "setConfig", { settings: allSettings })
    yield* row(on, "remove_validator, the 16th waiting", OWNER, "removeValidator", { hotkey })
    yield* chain.tell([message(OWNER, "setConfig", { settings: allSettings })])
    if (half > 0) yield* row(on, "veto, the first", first, "veto", { change: config })
    yield* chain.tell(validators.slice(0, half).map((who) => message(who, "veto", { change: config })))
    yield* row(on, "veto, drops the change", last, "veto", { change: config })
    yield* row(on, "withdraw_change", OWNER, "withdrawChange", { change: config })
    yield* row(on, "announced, 16", STRANGER, "announced", {})
    yield* chain.toBlock(chain.block() + OWNER_DELAY)
    const kinds = ["all settings", "another treasury", "code", "owner", "a validator less"]
    for (const [index, kind] of kinds.entries()) yield* row(on, `apply, ${kind}`, STRANGER, "apply", { change: config + index })
    yield* chain.tell([message(STRANGER, "apply", { change: config + 3 })])
    yield* row(on, "accept_ownership, withdraws 15 changes", STRANGER, "acceptOwnership", {})
    const waiting = yield* chain.read("announced", {})
    yield* chain.tell(waiting.map(({ change }) => message(OWNER, "withdrawChange", { change })))
  })

/** Adds validators to the whitelist, with or without a delay. */
const enlist = (chain: BenchChain, validators: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    for (let at = 0; at < validators.length; at += MOST_CHANGES) {
      const some = yield* Effect.forEach(validators.slice(at, at + MOST_CHANGES), validatorOf)
      yield* chain.tell(some.map((validator) => message(OWNER, "addValidator", validator)))
      const waiting = yield* chain.read("announced", {})
      if (waiting.length === 0) continue
      yield* chain.toBlock(chain.block() + OWNER_DELAY)
      yield* chain.tell(waiting.map(({ change }) => message(STRANGER, "apply", { change })))
    }
  })

/** Fills the whitelist and measures the last addition. */
export const fillWhitelist = (on: Measuring, validators: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* enlist(chain, validators.slice(0, -1))
    const last = yield* validatorOf(validators[validators.length - 1] ?? "")
    if ((yield* chain.read("config", {})).ownerDelay === 0) yield* row(on, ADDING, OWNER, "addValidator", last)
    yield* chain.tell([message(OWNER, "addValidator", last)])
    const [waiting] = yield* chain.read("announced", {})
    if (waiting === undefined) return
    yield* chain.toBlock(waiting.appliesFrom)
    yield* row(on, "apply, another validator", STRANGER, "apply", { change: waiting.change })
    yield* chain.tell([message(STRANGER, "apply", { change: waiting.change })])
  })

/** Removes validators from the whitelist while the delay is 0. */
export const dismiss = (chain: BenchChain, validators: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const hotkeys = yield* Effect.forEach(validators, account)
    yield* chain.tell(hotkeys.map((hotkey) => message(OWNER, "removeValidator", { hotkey })))
  })
