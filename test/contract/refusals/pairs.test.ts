/** The real contract's refusals to validators about attestations and pairs. Each names its error and changes no byte. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { Competitor } from "../../../src/contract-client/generated.ts"
import { collateralRequired } from "../../../src/domain/Collateral.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ALPHA, ATTEST, BOUNTY, ROUND } from "../../support/contract/settings.ts"
import { attested, changed, nextRound, openIssue, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR] = VALIDATORS
const bitmaps = { enrolled: bitmapOfUids([5, 6]), skipped: bitmapOfUids([]) }

/** Advances to the first block of the next round. */
const toRound = (chain: World) =>
  Effect.gen(function* () {
    const round = yield* nextRound(chain)
    yield* chain.toBlock(round * ROUND)
    return round
  })

const attest = (chain: World, issue: number, round: number, who: string = VALIDATOR) =>
  chain.refused(who, "attestEnrolled", { issue, round, ...bitmaps })

/** A refused vote for miners 5 and 6, or for a variation of it. */
const vote = (
  chain: World,
  issue: number,
  round: number,
  change: { readonly a?: Partial<Competitor>; readonly b?: Partial<Competitor> } = {},
  who: string = VALIDATOR
) =>
  Effect.gen(function* () {
    const pair = { a: { ...(yield* miner(5)), ...change.a }, b: { ...(yield* miner(6)), ...change.b } }
    return yield* chain.refused(who, "votePair", { issue, round, ...pair })
  })

/** Issues that are Funding, Competing, Solved and Cancelled. */
const notOpen = (chain: World) =>
  Effect.gen(function* () {
    const [competing, solved, over] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2), yield* openIssue(chain, 3)]
    yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 4, bounty: BOUNTY })
    yield* changed(chain, "cancelIssue", { id: over, reason: { _tag: "Owner" } })
    yield* won(chain, yield* started(chain, solved, [5, 6]), 5)
    yield* started(chain, competing, [7, 8])
    return [competing, solved, over, 4]
  })

describe("the real contract: attestations and pairs", () => {
  refuses("attestEnrolled", "an issue that is not Open", (chain) =>
    Effect.gen(function* () {
      const issues = yield* notOpen(chain)
      const round = yield* toRound(chain)
      for (const issue of issues) equal(yield* attest(chain, issue, round), { _tag: "IssueNotOpen", issue })
    })
  )

  refuses("attestEnrolled", "a wrong round", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const current = yield* toRound(chain)
      for (const round of [current - 1, current + 1]) equal(yield* attest(chain, issue, round), { _tag: "WrongRound", current })
    })
  )

  refuses("attestEnrolled", "too late", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* toRound(chain)
      const until = round * ROUND + ATTEST - 1
      // A transaction is in the block after its dry run's.
      yield* chain.toBlock(until - 1)
      yield* chain.ok(VALIDATOR, "attestEnrolled", { issue, round, ...bitmaps })
      yield* chain.toBlock(until + 1)
      equal(yield* attest(chain, issue, round), { _tag: "TooLate", until })
    })
  )

  refuses("attestEnrolled", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      const round = yield* toRound(chain)
      for (const issue of [0, 1]) equal(yield* attest(chain, issue, round), { _tag: "UnknownIssue", issue })
    })
  )

  refuses("attestEnrolled", "whoever is not a validator", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* toRound(chain)
      for (const who of [STRANGER, OWNER]) equal(yield* attest(chain, issue, round, who), { _tag: "NotAValidator" })
    })
  )

  refuses("renewAttestations", "whoever is not a validator", (chain) =>
    Effect.gen(function* () {
      for (const who of [STRANGER, OWNER]) equal(yield* chain.refused(who, "renewAttestations", {}), { _tag: "NotAValidator" })
    })
  )

  refuses("votePair", "an issue that is not Open", (chain) =>
    Effect.gen(function* () {
      const issues = yield* notOpen(chain)
      const round = yield* toRound(chain)
      yield* chain.toBlock(round * ROUND + ATTEST)
      for (const issue of issues) equal(yield* vote(chain, issue, round), { _tag: "IssueNotOpen", issue })
    })
  )

  refuses("votePair", "a wrong round", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const current = yield* attested(chain, issue, [5, 6])
      for (const round of [current - 1, current + 1]) equal(yield* vote(chain, issue, round), { _tag: "WrongRound", current })
    })
  )

  refuses("votePair", "too early", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* toRound(chain)
      const from = round * ROUND + ATTEST
      equal(yield* vote(chain, issue, round), { _tag: "TooEarly", from })
      yield* chain.toBlock(from - 2)
      equal(yield* vote(chain, issue, round), { _tag: "TooEarly", from })
    })
  )

  refuses("votePair", "a UID without an attested majority", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      // Attestations of one round do not count in the next.
      yield* attested(chain, issue, [5, 6, 7])
      const round = yield* toRound(chain)
      // Validator 1 has half of the weight, which is not a majority.
      yield* chain.ok(VALIDATOR, "attestEnrolled", { issue, round, enrolled: bitmapOfUids([5, 6]), skipped: bitmapOfUids([]) })
      yield* chain.ok("//Validator2", "attestEnrolled", { issue, round, enrolled: bitmapOfUids([5]), skipped: bitmapOfUids([6]) })
      yield* chain.toBlock(round * ROUND + ATTEST)
      equal(yield* vote(chain, issue, round), { _tag: "NotAttested", uid: 6 })
      equal(yield* vote(chain, issue, round, { b: yield* miner(7) }), { _tag: "NotAttested", uid: 7 })
    })
  )

  refuses("votePair", "the same hotkey or the same coldkey", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* attested(chain, issue, [5, 6])
      const { hotkey, coldkey } = yield* miner(5)
      equal(yield* vote(chain, issue, round, { b: { hotkey } }), { _tag: "SameHotkey" })
      equal(yield* vote(chain, issue, round, { b: { coldkey } }), { _tag: "SameColdkey" })
    })
  )

  refuses("votePair", "the same UID or none of the subnet", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* attested(chain, issue, [5, 6])
      equal(yield* vote(chain, issue, round, { b: { uid: 5 } }), { _tag: "SameUid" })
      equal(yield* vote(chain, issue, round, { a: { uid: 256 } }), { _tag: "UidOutOfRange", uid: 256 })
      equal(yield* vote(chain, issue, round, { b: { uid: 65_535 } }), { _tag: "UidOutOfRange", uid: 65_535 })
    })
  )

  refuses("votePair", "a competitor already in max matches", (chain) =>
    Effect.gen(function* () {
      const [first, second] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      yield* started(chain, first, [5, 6])
      const round = yield* attested(chain, second, [5, 6, 7])
      const seven = yield* miner(7)
      equal(yield* vote(chain, second, round, { b: seven }), { _tag: "TooManyCompetitions", uid: 5 })
      equal(yield* vote(chain, second, round, { a: seven }), { _tag: "TooManyCompetitions", uid: 6 })
    })
  )

  refuses(
    "votePair",
    "too little collateral",
    (chain) =>
      Effect.gen(function* () {
        const issue = yield* openIssue(chain, 1)
        const [asked, required] = [BOUNTY / 10n, collateralRequired(BOUNTY, 1_000)]
        const { cold, hotkey } = yield* bonded(chain, 5, asked)
        const six = yield* bonded(chain, 6, asked - ALPHA)
        const round = yield* attested(chain, issue, [5, 6])
        const short = (uid: number) => ({ _tag: "TooLittleCollateral", uid, free: asked - ALPHA, required }) as const
        equal(yield* vote(chain, issue, round), short(6))
        yield* chain.ok(six.cold, "depositCollateral", { hotkey: six.hotkey, amount: ALPHA })
        yield* chain.ok(VALIDATOR, "votePair", { issue, round, a: yield* miner(5), b: yield* miner(6) })
        // The collateral must be there at each vote, including the last.
        yield* chain.ok(cold, "withdrawCollateral", { hotkey, amount: ALPHA })
        equal(yield* vote(chain, issue, round, {}, "//Validator2"), short(5))
      }),
    Effect.succeed({ collateralBps: 1_000 })
  )

  refuses("votePair", "a competitor that is the contract or the treasury", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* attested(chain, issue, [5, 6])
      const five = yield* miner(5)
      for (const coldkey of [chain.contract, chain.treasuryColdkey])
        equal(yield* vote(chain, issue, round, { a: { ...five, coldkey } }), { _tag: "ReservedColdkey", coldkey })
      const hotkey = chain.treasuryHotkey
      equal(yield* vote(chain, issue, round, { b: { ...(yield* miner(6)), hotkey } }), { _tag: "ReservedHotkey", hotkey })
    })
  )

  refuses(
    "votePair",
    "while the contract is being set up",
    (chain) =>
      Effect.gen(function* () {
        yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
        yield* chain.feed(BOUNTY)
        yield* chain.ok(STRANGER, "harvest", {})
        assert.deepInclude(yield* chain.read("treasury", {}), { allocated: 0n, fresh: BOUNTY })
        equal(yield* vote(chain, 1, yield* nextRound(chain)), { _tag: "InSetup" })
      }),
    Effect.succeed({ ownerDelay: 0 })
  )

  refuses("votePair", "while paused", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      yield* chain.ok(OWNER, "pause", {})
      equal(yield* vote(chain, issue, yield* attested(chain, issue, [5, 6])), { _tag: "Paused" })
      yield* chain.ok(OWNER, "unpause", {})
      yield* started(chain, issue, [5, 6])
    })
  )

  refuses("votePair", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      const round = yield* attested(chain, yield* openIssue(chain, 1), [5, 6])
      for (const issue of [0, 2]) equal(yield* vote(chain, issue, round), { _tag: "UnknownIssue", issue })
    })
  )

  refuses("votePair", "whoever is not a validator", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      const round = yield* attested(chain, issue, [5, 6])
      for (const who of [STRANGER, OWNER]) equal(yield* vote(chain, issue, round, {}, who), { _tag: "NotAValidator" })
    })
  )
})
