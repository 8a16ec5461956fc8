/** The real contract's refusals to the owner about issues and pauses. Each names its error and changes no byte. */
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { changed, openIssue, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR] = VALIDATORS
const ISSUE = { repository: "acme/widgets", number: 42, bounty: BOUNTY }
const OWNERS = { _tag: "Owner" } as const
const edit = (chain: World, what: { readonly id: number } & Partial<typeof ISSUE>, who = OWNER) =>
  chain.refused(who, "editIssue", { ...ISSUE, ...what })

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
      yield* changed(chain, "cancelIssue", { id: 1, reason: OWNERS })
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
      equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason: OWNERS }), { _tag: "IssueClosed", issue: id })
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
      yield* changed(chain, "cancelIssue", { id, reason: OWNERS })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id, reason: OWNERS }), { _tag: "IssueClosed", issue: id })
      yield* won(chain, yield* started(chain, paid, [5, 6]), 5)
      yield* chain.ok(STRANGER, "payout", { issue: paid })
      equal(yield* chain.refused(OWNER, "cancelIssue", { id: paid, reason: OWNERS }), { _tag: "IssueClosed", issue: paid })
    })
  )

  refuses("cancelIssue", "a reason that only validators can give", (chain) =>
    Effect.gen(function* () {
      const id = yield* openIssue(chain, 1)
      const { hotkey } = yield* miner(5)
      for (const reason of [{ _tag: "Dissolved" }, { _tag: "SubmittedTooEarly", hotkey }] as const) {
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

  refuses("editIssue", "a running match, which the validators decide", (chain) =>
    Effect.gen(function* () {
      const id = yield* openIssue(chain, 1)
      yield* started(chain, id, [5, 6])
      equal(yield* edit(chain, { id }), { _tag: "CompetitionRunning", issue: id })
    })
  )

  refuses("editIssue", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      for (const id of [0, 1]) equal(yield* edit(chain, { id }), { _tag: "UnknownIssue", issue: id })
    })
  )

  refuses("editIssue", "a closed issue", (chain) =>
    Effect.gen(function* () {
      const [id, unpaid] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      yield* changed(chain, "cancelIssue", { id, reason: OWNERS })
      yield* won(chain, yield* started(chain, unpaid, [5, 6]), 5)
      for (const closed of [id, unpaid]) equal(yield* edit(chain, { id: closed }), { _tag: "IssueClosed", issue: closed })
    })
  )

  refuses("editIssue", "what is no issue with a bounty", (chain) =>
    Effect.gen(function* () {
      const [id, other] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      const [minimum, maximum] = [10n * ALPHA, 10_000n * ALPHA]
      equal(yield* edit(chain, { id, bounty: minimum - 1n }), { _tag: "BountyTooSmall", minimum })
      equal(yield* edit(chain, { id, bounty: maximum + 1n }), { _tag: "BountyTooLarge", maximum })
      equal(yield* edit(chain, { id, repository: "acme" }), { _tag: "MalformedRepository" })
      equal(yield* edit(chain, { id, number: 0 }), { _tag: "ZeroNumber" })
      equal(yield* edit(chain, { id, repository: "ACME/Widgets", number: 2 }), { _tag: "DuplicateIssue", issue: other })
      // An issue's own reference counts as free for it.
      yield* changed(chain, "editIssue", { id, repository: "acme/widgets", number: 1, bounty: minimum })
    })
  )

  refuses("editIssue", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      const id = yield* openIssue(chain, 1)
      for (const who of [STRANGER, VALIDATOR]) equal(yield* edit(chain, { id }, who), { _tag: "NotOwner" })
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
