/**
 * Validators with two programs maintain one contract, before and after its upgrade: the first runs today's program, the second the next edition's.
 * The third is absent, so every decision needs both.
 */

import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { IssueId } from "../../../src/domain/Enrolment.ts"
import { layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { GitHubAccounts } from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import * as Journal from "../../../src/layers/storage/dataFolder/Journal.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as HotkeyGuard from "../../../src/roles/validator/HotkeyGuard.ts"
import * as SubnetEnd from "../../../src/roles/validator/SubnetEnd.ts"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import * as Rosters from "../../../src/scoring/rosters/Rosters.ts"
import { keyOf } from "../../support/cli/support.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { nextProgram, type Program, today } from "../../support/contract/nextProgram.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { changed, solved } from "../../support/contract/steps.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { newest } from "../rounds/newest.ts"

const DAY = 40
const [FIRST, SECOND] = VALIDATORS

/** Two miners with linked GitHub accounts are enrolled for every issue. Neither opened the issue nor maintains its repository. */
const enrolled = Effect.gen(function* () {
  const [five, six] = [(yield* miner(5)).hotkey, (yield* miner(6)).hotkey]
  const stand = { enrolled: [five, six], skipped: [] }
  const links = {
    accounts: new Map([
      [five, 5],
      [six, 6]
    ]),
    unknown: new Set<never>(),
    unseen: new Set<never>(),
    refused: new Map()
  }
  const issue = { repositoryId: 1, title: "", authorId: 1, authorLogin: null }
  return Layer.mergeAll(
    Layer.mock(Enrolments, {
      snapshot: () => Effect.succeed(new Map([1, 2].map((id) => [IssueId.make(id), stand]))),
      prune: Effect.succeed(0)
    }),
    Layer.mock(GitHubAccounts, { linkedAt: () => Effect.succeed(links) }),
    Layer.mock(GitHub, {
      issueForRegistration: (ref) => Effect.succeed({ ...issue, ref }),
      consent: () => Effect.succeed(null),
      associationOf: () => Effect.succeed("NONE")
    })
  )
})

/** A validator's messages for the round and for upkeep at the newest block, by its program. */
const workOf = (stage: World, uri: string, { contract, roundLoop, sender, upkeepLoop }: Program) =>
  Effect.gen(function* () {
    const key = yield* keyOf(uri)
    const known = yield* Layer.build(
      Layer.effect(sender.Sender, sender.make(key)).pipe(
        Layer.provideMerge(Layer.effect(SubnetEnd.SubnetEnd, SubnetEnd.make)),
        Layer.provideMerge(
          Layer.mergeAll(contract.layer(stage.contract), Subnet.layer(NETUID), Concerns.layer, HotkeyGuard.unopposed, Rosters.layerBuiltIn)
        ),
        Layer.provideMerge(yield* enrolled),
        Layer.provideMerge(Layer.effect(Journal.Journal, Journal.make(":memory:"))),
        Layer.provideMerge(chainLayer([stage.endpoint]))
      )
    )
    const [round, upkeep] = yield* Effect.all([roundLoop.make(key), upkeepLoop.make(key)]).pipe(Effect.provide(known))
    return Effect.provide(
      Effect.flatMap(newest(stage), (head) => Effect.zipRight(round(head), upkeep(head))),
      known
    )
  })

describe("validators of two programs", () => {
  it.scopedLive("harvest, attest, pair, note, settle and pay on a contract of either edition", () =>
    Effect.gen(function* () {
      const stage = yield* world({ day: DAY, challengePeriod: DAY, ownerDelay: DAY, recycleAfter: 7 * DAY, collateralBps: 1_000 })
      const [ours, theirs] = [yield* today, yield* nextProgram]
      const later = stage.by(theirs.artifact.contractCodec)
      const works = [yield* workOf(stage, FIRST, ours), yield* workOf(stage, SECOND, theirs)]
      const oneBlock = Effect.gen(function* () {
        yield* stage.toBlock((yield* stage.block) + 1)
        for (const work of works) yield* work
      })
      const until = (is: Effect.Effect<boolean, Error>) => Effect.repeat(Effect.zipRight(oneBlock, is), { until: Boolean })
      const statusOf = (id: number) => Effect.map(stage.read("issue", { id }), (issue) => issue?.status._tag)
      for (const uid of [5, 6]) yield* bonded(stage, uid, 40n * ALPHA)

      /** Plays a bounty from its registration to its payment, with no other actors than the validators. */
      const played = (issue: number) =>
        Effect.gen(function* () {
          yield* stage.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: issue, bounty: BOUNTY })
          yield* stage.feed(BOUNTY + ALPHA)
          yield* until(Effect.map(statusOf(issue), (status) => status === "Open"))
          yield* until(Effect.map(statusOf(issue), (status) => status === "Competing"))
          yield* stage.toBlock((yield* stage.read("competition", { id: issue }))?.submissionsFrom ?? 0)
          const { turnedAt } = yield* stage.read("validators", {})
          yield* stage.ok(FIRST, "voteOutcome", { issue, choice: yield* solved(5) })
          yield* later.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(5) })
          yield* until(Effect.map(statusOf(issue), (status) => status === "Paid"))
          assert.isAbove((yield* stage.read("validators", {})).turnedAt, turnedAt, "a day was noted")
          return yield* stage.stake(stage.treasuryHotkey, (yield* miner(5)).coldkey)
        })

      assert.strictEqual(yield* played(1), BOUNTY)
      assert.strictEqual(yield* transact(stage, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      yield* changed(later, "setCode", { codeHash: next.hash })
      assert.strictEqual(yield* stage.read("version", {}), next.edition)
      assert.strictEqual(yield* played(2), 2n * BOUNTY)
    }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Warning)))
  )
})
