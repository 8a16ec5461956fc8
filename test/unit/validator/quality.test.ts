/** Which heads the quality loop takes in after a look of the verdict loop, and what it hands on. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Competition, Issue } from "../../../src/contract-client/generated.ts"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { headKey } from "../../../src/domain/quality/QualityRecord.ts"
import { GitHubUnavailable, PullRequestNotFound } from "../../../src/layers/github/errors.ts"
import { type PullRequestHead, PullRequestHeads } from "../../../src/layers/github/PullRequestHeads.ts"
import { layerTables, QualityRecords, layer as recordsLayer } from "../../../src/layers/store/quality/QualityRecords.ts"
import { HeadJudge } from "../../../src/quality/pipeline/HeadJudge.ts"
import type { VerdictCase } from "../../../src/scoring/issue_competitions/rules/verdict.ts"
import type { Look } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { layer as sqliteLayer } from "../../../src/sqlite/client.ts"
import { metricsOf } from "../../../src/telemetry/catalogue.ts"
import { render } from "../../../src/telemetry/prometheus.ts"
import { step } from "../../../src/validator/loops/quality.ts"
import {
  ALICE,
  BOB,
  bobs,
  by,
  challenge,
  closed,
  competing,
  FORK,
  issue,
  pullRequest,
  strangers,
  withCompetition
} from "../../support/rules/githubRecord.ts"
import { competitor } from "../../support/rules/world.ts"

const registered: Issue = {
  id: 7,
  repository: "acme/gadgets",
  number: 42,
  bounty: 1n,
  funded: 1n,
  status: { _tag: "Competing" },
  registeredAt: 1,
  attempts: 0,
  competition: 3,
  payableAt: null,
  payTo: null
}

const running: Competition = {
  id: 3,
  issue: 7,
  round: 1,
  a: competitor(1),
  b: competitor(2),
  enrolled: `0x${"00".repeat(32)}`,
  skipped: `0x${"00".repeat(32)}`,
  startedAt: 20,
  submissionsFrom: 30,
  deadline: 40,
  outcomeUntil: 50,
  challengePeriod: 10,
  collateral: 0n,
  slash: 0n,
  status: { _tag: "Running" }
}

const look = (evidence: IssueEvidence, on: VerdictCase = competing, status: Competition["status"] = running.status): Look => ({
  issue: registered,
  competition: { ...running, status },
  on,
  evidence
})

const sha = (digit: string | number) => `${digit}`.repeat(40).slice(0, 40)

/** A GitHub that answers by the number, and the heads that were handed to the judge after each step. */
const world = (
  answers: Readonly<Record<number, Pick<PullRequestHead, "head" | "base"> | GitHubUnavailable | PullRequestNotFound>> = {}
) => {
  const submitted: Array<string> = []
  const asked: Array<string> = []
  const layer = Layer.mergeAll(
    recordsLayer("chain-contract").pipe(Layer.provide(layerTables), Layer.provide(sqliteLayer(":memory:"))),
    Layer.succeed(HeadJudge, {
      submit: ({ attempt, record }) => Effect.sync(() => void submitted.push(`${attempt} ${headKey(record.head)}`))
    }),
    Layer.succeed(PullRequestHeads, {
      read: (ref) => {
        asked.push(`${ref}`)
        const answer = answers[ref.number] ?? { head: sha(ref.number), base: sha("b") }
        if ("_tag" in answer) return Effect.fail(answer)
        return Effect.succeed({
          ...answer,
          cloneUrl: "http://git.test/x.git",
          state: "open",
          author: null,
          title: "",
          description: "",
          branch: "x",
          messages: []
        })
      }
    })
  )
  return { layer, submitted, asked }
}

const seen = Effect.flatMap(QualityRecords, ({ all }) =>
  Effect.map(all, (records) => records.map(({ head }) => `${head.repository}#${head.number} of ${head.account}, ${head.hotkey}`))
)

/** How many pull requests GitHub has not shown so far. */
const unread = Effect.map(render(metricsOf("validate")), (text) => Number(/^gittensor_quality_unread_total (\d+)$/m.exec(text)?.[1] ?? 0))

describe("the quality loop", () => {
  it.effect("takes in the competitors' linked and closing pull requests, and nobody else's", () => {
    const { layer, submitted } = world()
    const evidence = issue([closed(by(pullRequest()))], {
      linkedPullRequests: [
        bobs(),
        strangers(),
        pullRequest({ number: 60, authorId: null }),
        pullRequest({ number: 61, baseRepositoryId: FORK }),
        pullRequest()
      ]
    })
    return Effect.gen(function* () {
      yield* step([look(evidence)])
      // The present name of the repository, not the one that was registered.
      assert.deepStrictEqual(yield* seen, [
        `acme/widgets#57 of ${ALICE}, ${competitor(1).hotkey}`,
        `acme/widgets#58 of ${BOB}, ${competitor(2).hotkey}`
      ])
      assert.deepStrictEqual(submitted, [`1 7/acme/widgets#57@${sha(57)}`, `1 7/acme/widgets#58@${sha(58)}`])
    }).pipe(Effect.provide(layer))
  })

  it.effect("looks at the newest three pull requests of each, and at nothing of a miner without an account", () => {
    const { layer, asked } = world()
    const mine = [1, 2, 3, 4, 5].map((number) => pullRequest({ number }))
    const ghosts = pullRequest({ number: 9, authorId: null })
    const unlinked = withCompetition({
      competitors: [
        { hotkey: competitor(1).hotkey, githubId: ALICE },
        { hotkey: competitor(2).hotkey, githubId: null }
      ]
    })
    return Effect.gen(function* () {
      yield* step([look(issue([], { linkedPullRequests: [...mine, ghosts] }), unlinked)])
      assert.deepStrictEqual(asked, ["acme/widgets#5", "acme/widgets#4", "acme/widgets#3"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes in the winner's pull request in the challenge period too, when it came between two looks", () => {
    const { layer, submitted } = world()
    const evidence = issue([closed(by(pullRequest()))], { linkedPullRequests: [bobs(), pullRequest()] })
    return Effect.gen(function* () {
      yield* step([look(evidence, challenge, { _tag: "Won", winner: 0, pullRequest: 57, at: 33 })])
      assert.deepStrictEqual(submitted, [`1 7/acme/widgets#57@${sha(57)}`])
      yield* step([look({ _tag: "GitHubSilent", why: "it is down" }, challenge, { _tag: "Won", winner: 0, pullRequest: 57, at: 33 })])
      assert.lengthOf(yield* seen, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("hands on what has not ended, and counts what GitHub does not show", () => {
    const ref = new IssueRef({ repository: RepositoryName.make("acme/widgets"), number: IssueNumber.make(59) })
    const { layer, submitted } = world({
      57: { head: sha("a"), base: sha("a") },
      58: new GitHubUnavailable({ operation: "read it", why: "it is down" }),
      59: new PullRequestNotFound({ ref, isIssue: false })
    })
    const both = issue([], { linkedPullRequests: [pullRequest(), pullRequest({ number: 59 }), bobs(), bobs({ number: 62 })] })
    return Effect.gen(function* () {
      const before = yield* unread
      yield* step([look(both)])
      assert.strictEqual((yield* unread) - before, 1)
      const only = `1 7/acme/widgets#62@${sha(62)}`
      assert.deepStrictEqual(submitted, [only])
      yield* step([])
      assert.deepStrictEqual(submitted, [only, only])
      const records = yield* QualityRecords
      const [record] = yield* records.all
      if (record === undefined) return assert.fail("no record")
      yield* records.append(record.head, { attempt: 1, state: "failed", fault: "provider", reason: "GitHub is down" })
      yield* step([look(both)])
      assert.lengthOf(submitted, 2)
      const shown = yield* render(metricsOf("validate"))
      assert.include(shown, '\ngittensor_quality_heads{state="failed"} 1\n')
      assert.include(shown, '\ngittensor_quality_heads{state="seen"} 0\n')
      assert.include(shown, "\ngittensor_quality_oldest_unfinished_seconds 0\n")
    }).pipe(Effect.provide(layer))
  })
})
