/** Which heads the quality loop takes in after a check by the verdict loop, and its input for the judge. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { FinalisedHead } from "../../../src/layers/chain/node/FinalisedHead.ts"
import { unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { GitHubUnavailable, PullRequestNotFound } from "../../../src/layers/github/errors.ts"
import { type PullRequestHead, PullRequestHeads } from "../../../src/layers/github/PullRequestHeads.ts"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { render } from "../../../src/layers/machine/telemetry/prometheus.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { HeadPipeline } from "../../../src/quality/pipeline/HeadPipeline.ts"
import { step } from "../../../src/quality/pipeline/takeInHeads.ts"
import { layerTables, QualityRecords, layer as recordsLayer } from "../../../src/quality/store/QualityRecords.ts"
import type { MatchContext } from "../../../src/rules/verdicts/verdictCase.ts"
import type { Look } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { RosterMissing, Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import {
  ALICE,
  BOB,
  bobs,
  by,
  closed,
  competition,
  FORK,
  issue,
  pullRequest,
  strangers,
  withCompetition
} from "../../support/rules/githubRecord.ts"
import { competitor, registeredCompetition } from "../../support/rules/world.ts"

const { registered, running } = registeredCompetition({ issue: 7, repository: "acme/gadgets" })

const look = (evidence: IssueEvidence, facts: MatchContext = competition): Look => ({
  issue: registered,
  competition: running,
  facts,
  evidence
})

const sha = (digit: string | number) => `${digit}`.repeat(40).slice(0, 40)

const roster = unsignedRosterOf({
  ...defaultRoster,
  repositories: Schema.decodeSync(RosterRepositories)({ "Acme/Widgets": { emission_share: 1, test_command: "make test" } })
})
const head = { number: 71, hash: "0x71" }
const weightRules = {
  tempo: 30,
  rateLimit: 5,
  versionKey: 0n,
  commitReveal: false,
  mechanisms: 1,
  minimumWeights: 0,
  maximumShare: 65_535
}

/** A GitHub with answers by number, and the heads submitted to the judge, with their test commands. */
const world = (
  answers: Readonly<Record<number, Pick<PullRequestHead, "head" | "base"> | GitHubUnavailable | PullRequestNotFound>> = {},
  hasRoster = true
) => {
  const submitted: Array<string> = []
  const commands: Array<string | undefined> = []
  const asked: Array<string> = []
  const layer = Layer.mergeAll(
    recordsLayer("chain-contract").pipe(Layer.provide(layerTables), Layer.provide(sqliteLayer(":memory:"))),
    Layer.succeed(HeadPipeline, {
      submit: ({ attempt, record }, testCommand) =>
        Effect.sync(() => {
          submitted.push(`${attempt} ${record.head.issue}/${record.head.repository}#${record.head.number}@${record.head.commit}`)
          commands.push(testCommand)
        })
    }),
    Layer.succeed(FinalisedHead, { current: Effect.succeed(head), arrivedAt: Effect.succeed(0), changes: Stream.make(head) }),
    Layer.mock(Subnet, {
      netuid: 74,
      epochAt: () => Effect.succeed({ index: 1, firstBlock: 60 }),
      weightRules: () => Effect.succeed(weightRules)
    }),
    Layer.mock(Rosters, {
      at: ({ firstBlock }) => (hasRoster ? Effect.succeed(roster) : new RosterMissing({ firstBlock, why: "no mirror has it" }))
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
  return { layer, submitted, commands, asked }
}

const seen = Effect.flatMap(QualityRecords, ({ all }) =>
  Effect.map(all, (records) => records.map(({ head }) => `${head.repository}#${head.number} of ${head.account}, ${head.hotkey}`))
)

/** The number of pull requests that GitHub has not shown so far. */
const unread = Effect.map(render(metricsOf("validate")), (text) => Number(/^gittensor_quality_unread_total (\d+)$/m.exec(text)?.[1] ?? 0))

describe("the quality loop", () => {
  it.effect("takes in the competitors' linked and closing pull requests, and nobody else's", () => {
    const { layer, submitted, commands } = world()
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
      // The repository's present name, not the registered one.
      assert.deepStrictEqual(yield* seen, [
        `acme/widgets#57 of ${ALICE}, ${competitor(1).hotkey}`,
        `acme/widgets#58 of ${BOB}, ${competitor(2).hotkey}`
      ])
      assert.deepStrictEqual(submitted, [`1 7/acme/widgets#57@${sha(57)}`, `1 7/acme/widgets#58@${sha(58)}`])
      assert.deepStrictEqual(commands, ["make test", "make test"])
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

  it.effect("takes heads in without a roster, and hands them on when there is one, because it may say how their tests run", () => {
    const { layer, submitted } = world({}, false)
    return Effect.gen(function* () {
      const refused = yield* Effect.flip(step([look(issue([], { linkedPullRequests: [pullRequest()] }))]))
      assert.strictEqual(refused.message, "there is no roster for the epoch that began at block 60: no mirror has it")
      assert.lengthOf(yield* seen, 1)
      assert.lengthOf(submitted, 0)
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
