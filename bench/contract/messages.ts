/** Measures the messages of a bounty's life, and every view, in the most expensive state. */
import { Effect } from "effect"
import type { OutcomeChoice } from "../../src/contract-client/generated.ts"
import { waitOf } from "../../src/contract-client/standing.ts"
import { ALPHA, account, message, OWNER } from "./chain.ts"
import {
  allSettings,
  DAY,
  type Measuring,
  RECYCLE_AFTER,
  row,
  STEPS,
  STRANGER,
  SUBMISSION_WINDOW,
  setting,
  size,
  WAIT
} from "./Measuring.ts"
import { ATTEST, BOUNTY, EVERYBODY, LONGEST_REPOSITORY, miner, minersOf, nextRound, ROUND, register } from "./scale.ts"

/** Free collateral of each measured miner: much more than one competition locks. */
const COLLATERAL = 100n * ALPHA

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
    const harvest = message(STRANGER, "harvest", {})
    const later = Effect.suspend(() => chain.toBlock(chain.block() + RECYCLE_AFTER))
    // Free money is aged first, and can be recycled after another period of the same length.
    yield* chain.feed(3n * BOUNTY)
    yield* later
    yield* chain.tell([harvest])
    yield* chain.feed(BOUNTY)
    yield* later
    yield* row(on, "harvest, recycles everything", STRANGER, "harvest", {})
    const issue = { repository: LONGEST_REPOSITORY, number: on.freeNumber, bounty: BOUNTY }
    yield* row(on, "register_issue", OWNER, "registerIssue", issue)
    yield* register(chain, on.freeNumber, 1)
    const { issues: first } = yield* chain.stored("counts", {})
    yield* row(on, "cancel_issue, without money", OWNER, "cancelIssue", { id: first, reason: { _tag: "NotPlanned" } })
    yield* row(on, "edit_issue, without money", OWNER, "editIssue", { id: first, ...issue, number: on.freeNumber + 1 })
    yield* row(on, "harvest, fills 1 and recycles the rest", STRANGER, "harvest", {})
    yield* register(chain, on.freeNumber + 1, 2)
    yield* chain.tell([harvest])
    return [first, first + 1, first + 2] as const
  })

/** All validators attest, and the pair ballots are full except for the vote that starts a competition. */
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
    if (!on.isEarlier) {
      yield* chain.tell(validators.slice(0, -1).map((who) => message(who, "renewAttestations", {})))
      yield* row(on, "renew_attestations, the last of all", last, "renewAttestations", {})
      yield* chain.tell([message(last, "renewAttestations", {})])
    }
    size(on, ["validators", "listings", "renewals"])
    size(on, ["issues", "attestations"], ids[0])
    yield* row(on, "enrolled", STRANGER, "enrolled", { issue: ids[0] })

    yield* chain.toBlock(round * ROUND + ATTEST)
    const pairs = yield* Effect.forEach(ids, (issue, index) => Effect.map(minersOf(index + 1), (pair) => ({ issue, round, ...pair })))
    const [vote, ...rest] = pairs
    if (vote === undefined || rest[0] === undefined) return
    const against = { ...vote, b: rest[0].b }
    if (half > 0) yield* row(on, "vote_pair, the first", first, "votePair", vote)
    yield* chain.tell(validators.slice(0, -1).map((who, index) => message(who, "votePair", index < half ? vote : against)))
    yield* chain.toBlock(chain.block() + DAY)
    if (half > 0) yield* row(on, "vote_pair, the last of all, decides nothing", last, "votePair", against)
    size(on, ["pairBallots"], ids[0])
    yield* row(on, "vote_pair, the last of all, starts", last, "votePair", vote)
    const quorum = validators.slice(0, half + 1)
    yield* chain.tell([message(last, "votePair", vote), ...rest.flatMap((pair) => quorum.map((who) => message(who, "votePair", pair)))])
  })

/**
 * The first issue is won, the second cancelled, and the third expires. All validators vote, and each settlement is the first message of the day that
 * notes stake.
 */
const outcomes = (on: Measuring, ids: readonly [number, number, number]) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    const half = Math.floor(validators.length / 2)
    const last = validators[validators.length - 1] ?? ""
    const [first = last] = validators
    const quorum = validators.slice(0, half + 1)
    const [won, cancelled] = [yield* minersOf(1), yield* minersOf(2)]
    const solved: OutcomeChoice = { _tag: "Solved", hotkey: won.a.hotkey, pullRequest: 57 }
    const other: OutcomeChoice = { _tag: "Solved", hotkey: won.b.hotkey, pullRequest: 57 }
    const early: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "SubmittedTooEarly", hotkey: cancelled.a.hotkey } }
    const late: OutcomeChoice = { _tag: "Solved", hotkey: cancelled.b.hotkey, pullRequest: 57 }
    yield* chain.toBlock(chain.block() + SUBMISSION_WINDOW)
    const votes = (issue: number, choice: OutcomeChoice, against: OutcomeChoice) =>
      validators.map((who, index) => message(who, "voteOutcome", { issue, choice: index > half ? against : choice }))
    if (half > 0) yield* row(on, "vote_outcome, the first", first, "voteOutcome", { issue: ids[0], choice: solved })
    yield* chain.tell([...votes(ids[0], solved, other).slice(0, -1), ...votes(ids[1], early, late)])
    yield* row(on, "vote_outcome, the last of all", last, "voteOutcome", { issue: ids[0], choice: other })
    yield* chain.tell(votes(ids[0], solved, other).slice(-1))
    size(on, ["outcomeBallots", "casts"], ids[0])
    yield* row(on, "withdraw_outcome_vote", first, "withdrawOutcomeVote", { issue: ids[1] })
    yield* chain.toBlock(chain.block() + WAIT)
    yield* row(on, "note_weights, ends the day", STRANGER, "noteWeights", {})
    yield* row(on, "settle, wins and slashes the loser", STRANGER, "settle", { issue: ids[0] })
    yield* row(on, "settle, cancels", STRANGER, "settle", { issue: ids[1] })
    yield* chain.tell(ids.slice(0, 2).map((issue) => message(STRANGER, "settle", { issue })))
    const { competition: paid } = (yield* chain.stored("issue", { id: ids[0] })) ?? {}
    const payee = { competition: paid ?? 0, coldkey: yield* account(STRANGER) }
    yield* row(on, "pay_to", "//Miner0//cold", "payTo", payee)
    yield* chain.tell([message("//Miner0//cold", "payTo", payee)])
    yield* row(on, "payout", STRANGER, "payout", { issue: ids[0] })
    yield* chain.tell([message(STRANGER, "payout", { issue: ids[0] })])

    const competition = (yield* chain.stored("issue", { id: ids[2] }))?.competition ?? 0
    const { deadline = 0, outcomeUntil = 0 } = (yield* chain.stored("competition", { id: competition })) ?? {}
    yield* chain.toBlock(deadline + 1)
    const unsolved: OutcomeChoice = { _tag: "Unsolved", slashA: true, slashB: true }
    yield* chain.tell(votes(ids[2], unsolved, { _tag: "Dissolved" }))
    yield* chain.toBlock(chain.block() + WAIT)
    yield* row(on, "settle, nobody solved it", STRANGER, "settle", { issue: ids[2] })
    yield* chain.tell(quorum.slice(-1).map((who) => message(who, "withdrawOutcomeVote", { issue: ids[2] })))
    yield* chain.toBlock(outcomeUntil + 3 * WAIT + 1)
    yield* row(on, "expire", STRANGER, "expire", { competition })
    yield* chain.tell([message(STRANGER, "expire", { competition })])
  })

/** What the contract answers without a change. */
const views = (on: Measuring) =>
  Effect.gen(function* () {
    yield* row(on, "validators", STRANGER, "validators", {})
    yield* row(on, "treasury", STRANGER, "treasury", {})
    for (const name of ["config", "version"] as const) yield* row(on, name, STRANGER, name, {})
  })

/** The owner's only changes without an announcement. */
const pauses = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* row(on, "pause", OWNER, "pause", {})
    yield* chain.tell([message(OWNER, "pause", {})])
    yield* row(on, "unpause", OWNER, "unpause", {})
    yield* chain.tell([message(OWNER, "unpause", {})])
  })

/** A hundred issues wait for their bounties, and a harvest fills as many as the settings allow. Afterwards the queue is empty. */
const harvests = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* register(chain, on.freeNumber + 3, STEPS.largest)
    yield* chain.feed(BigInt(STEPS.largest) * BOUNTY)
    yield* row(on, `harvest, fills ${STEPS.usual}`, STRANGER, "harvest", {})
    yield* setting(chain, { _tag: "HarvestStep", value: STEPS.largest })
    yield* row(on, `harvest, fills ${STEPS.largest} (the largest step)`, STRANGER, "harvest", {})
    yield* chain.tell([message(STRANGER, "harvest", {})])
  })

/** The messages that remain after the subnet's end. Nothing else can be measured afterwards. */
export const ending = (on: Measuring) =>
  Effect.gen(function* () {
    yield* on.chain.dissolve
    const { coldkey, hotkey } = yield* miner(0)
    yield* row(on, "wind_up, shows", STRANGER, "windUp", {})
    yield* on.chain.tell([message(STRANGER, "windUp", {})])
    yield* on.chain.toBlock(on.chain.block() + DAY)
    yield* row(on, "wind_up, writes", STRANGER, "windUp", {})
    yield* on.chain.tell([message(STRANGER, "windUp", {})])
    yield* row(on, "claim", STRANGER, "claim", { claim: { _tag: "Collateral", hotkey, coldkey } })
    yield* on.chain.toBlock(on.chain.block() + 2 * waitOf(null, yield* on.chain.read("config", {})) + 1)
    yield* row(on, "assign_rest", OWNER, "assignRest", { to: yield* account(STRANGER) })
    const { netuid, treasuryHotkey } = yield* on.chain.read("config", {})
    yield* row(on, "ask, of both functions", STRANGER, "ask", { netuid, hotkey: treasuryHotkey, functions: 2 })
    yield* row(on, "ended", STRANGER, "ended", {})
  })

/** Every message except those of the owner's changes. */
export const bounties = (on: Measuring) =>
  Effect.gen(function* () {
    yield* deposits(on)
    const ids = yield* issues(on)
    yield* competitions(on, ids)
    yield* outcomes(on, ids)
    yield* views(on)
    yield* pauses(on)
    yield* harvests(on)
  })
