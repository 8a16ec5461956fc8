/** The real contract's refusals to the owner about issues and pauses. Each names its error and changes no byte. */
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { openIssue, started, won } from "../../support/contract/steps.ts"

const [VALIDATOR] = VALIDATORS
const ISSUE = { repository: "acme/widgets", number: 42, bounty: BOUNTY }
const OWNERS = { _tag: "Owner" } as const

describe("the real contract: issues", () => {
  refuses("registerIssue", "bounty < min", (chain) =>
    Effect.gen(function* () {
      const minimum = 10n * ALPHA
      equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, bounty: minimum - 1n }), { _tag: "BountyTooSmall", minimum })
      equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, bounty: 0n }), { _tag: "BountyTooSmall", minimum })
      yield* chain.ok(OWNER, "registerIssue", { ...ISSUE, bounty: minimum })
    })
  )

  refuses("registerIssue", "bounty > max", (chain) =>
    Effect.gen(function* () {
      const maximum = 10_000n * ALPHA
      equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, bounty: maximum + 1n }), { _tag: "BountyTooLarge", maximum })
      equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, bounty: 2n ** 64n - 1n }), { _tag: "BountyTooLarge", maximum })
      yield* chain.ok(OWNER, "registerIssue", { ...ISSUE, bounty: maximum })
    })
  )

  refuses("registerIssue", "a malformed repository", (chain) =>
    Effect.gen(function* () {
      const long = `acme/${"w".repeat(101)}`
      for (const repository of ["", "acme", "acme/", "/widgets", "acme/widgets/x", "acme/wid gets", "acme/..", long]) {
        equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, repository }), { _tag: "MalformedRepository" })
      }
    })
  )

  refuses("registerIssue", "number 0", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, number: 0 }), { _tag: "ZeroNumber" })
    })
  )

  refuses("registerIssue", "a duplicate", (chain) =>
    Effect.gen(function* () {
      yield* chain.ok(OWNER, "registerIssue", ISSUE)
      for (const repository of ["acme/widgets", "ACME/Widgets"]) {
        equal(yield* chain.refused(OWNER, "registerIssue", { ...ISSUE, repository }), { _tag: "DuplicateIssue", issue: 1 })
      }
      yield* chain.ok(OWNER, "cancelIssue", { id: 1, reason: OWNERS })
      yield* chain.ok(OWNER, "registerIssue", ISSUE)
    })
  )

  refuses("registerIssue", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "registerIssue", ISSUE), { _tag: "NotOwner" })
    })
  )

  refuses("registerIssue", "while paused", (chain) =>
    Effect.gen(function* () {
      yield* chain.ok(OWNER, "pause", {})
      equal(yield* chain.refused(OWNER, "registerIssue", ISSUE), { _tag: "Paused" })
      yield* chain.ok(OWNER, "unpause", {})
      yield* chain.ok(OWNER, "registerIssue", ISSUE)
    })
  )

  refuses("cancelIssue", "a running match, which the validators decide", (chain) =>
    Effect.gen(function* () {
      const id = yield* openIssue(chain, 1)
      const competition = yield* started(chain, id, [5, 6])
      equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason: OWNERS }), { _tag: "CompetitionRunning", issue: id })
      yield* won(chain, competition, 5)
      equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason: OWNERS }), { _tag: "CompetitionRunning", issue: id })
    })
  )

  refuses("cancelIssue", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      for (const id of [0, 1])
        equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason: OWNERS }), { _tag: "UnknownIssue", issue: id })
    })
  )

  refuses("cancelIssue", "a closed issue", (chain) =>
    Effect.gen(function* () {
      const [id, paid] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      yield* chain.ok(OWNER, "cancelIssue", { id, reason: OWNERS })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason: OWNERS }), { _tag: "IssueClosed", issue: id })
      yield* won(chain, yield* started(chain, paid, [5, 6]), 5)
      yield* chain.toBlock((yield* chain.read("issue", { id: paid }))?.payableAt ?? 0)
      yield* chain.ok(STRANGER, "payout", { issue: paid })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id: paid, reason: OWNERS }), { _tag: "IssueClosed", issue: paid })
    })
  )

  refuses("cancelIssue", "a reason that only validators can give", (chain) =>
    Effect.gen(function* () {
      const id = yield* openIssue(chain, 1)
      const { hotkey } = yield* miner(5)
      for (const reason of [{ _tag: "Reverted" }, { _tag: "PaymentImpossible" }, { _tag: "SubmittedTooEarly", hotkey }] as const) {
        equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason }), { _tag: "ReasonNotAllowed" })
      }
    })
  )

  refuses("cancelIssue", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      const id = yield* openIssue(chain, 1)
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "cancelIssue", { id, reason: OWNERS }), { _tag: "NotOwner" })
    })
  )

  refuses("pause", "while paused", (chain) =>
    Effect.gen(function* () {
      yield* chain.ok(OWNER, "pause", {})
      equal(yield* chain.refused(OWNER, "pause", {}), { _tag: "Paused" })
    })
  )

  refuses("pause", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "pause", {}), { _tag: "NotOwner" })
    })
  )

  refuses("unpause", "while not paused", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(OWNER, "unpause", {}), { _tag: "NotPaused" })
      yield* chain.ok(OWNER, "pause", {})
      yield* chain.ok(OWNER, "unpause", {})
      equal(yield* chain.refused(OWNER, "unpause", {}), { _tag: "NotPaused" })
    })
  )

  refuses("unpause", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      yield* chain.ok(OWNER, "pause", {})
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "unpause", {}), { _tag: "NotOwner" })
    })
  )
})
