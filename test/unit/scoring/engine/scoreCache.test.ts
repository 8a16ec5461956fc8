/** Scores of pull requests are cached on disk: an interrupted round or a restarted program scores only the rest. */
import { Database } from "bun:sqlite"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { fileRulesOf } from "../../../../src/domain/contributions/FileRules.ts"
import { NO_DIFFERENCE } from "../../../../src/domain/contributions/FileScore.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import type { PullRequestCommits } from "../../../../src/layers/github/contributions/Contributions.ts"
import { layerFile } from "../../../../src/layers/storage/dataFolder/ScoreCache.ts"
import { withScoreCache } from "../../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { folder } from "../../../support/folder.ts"

const rules = fileRulesOf(defaultRoster)
const otherRules = { ...rules, leaf: new Map([...rules.leaf, ["identifier", 99]]) }

const commitsOf = (number: number): PullRequestCommits => ({
  repository: RepositoryName.make("acme/widgets"),
  number,
  base: "a".repeat(40),
  head: number.toString(16).padStart(40, "0")
})

/** A pull request that takes too long. */
const SLOW = 13

const scoreOf = (number: number) => ({
  files: [
    {
      path: `src/é ${number}.ts`,
      method: "tree-diff" as const,
      score: 0.1 + number / 3,
      category: "source" as const,
      isTest: false,
      nodes: number,
      lines: 1,
      difference: { ...NO_DIFFERENCE, leafAdded: { count: number, score: number / 7 } }
    }
  ],
  exceeded: number === SLOW
})

/** A process with the file's scores. `computed`: the numbers of the pull requests that it scores; `stopsAt` is never scored. */
const process = (file: string, stopsAt = -1, bytes = 1e6) =>
  Effect.gen(function* () {
    const computed: Array<number> = []
    const stopped = yield* Deferred.make<void>()
    const scores = yield* withScoreCache(({ number }) =>
      Effect.gen(function* () {
        if (number === stopsAt) return yield* Effect.zipRight(Deferred.succeed(stopped, undefined), Effect.never)
        computed.push(number)
        return scoreOf(number)
      })
    ).pipe(Effect.provide(yield* Layer.build(layerFile(file, bytes))))
    const round = (numbers: ReadonlyArray<number>, by = rules) =>
      Effect.forEach(numbers, (number) => scores.ofPullRequest(commitsOf(number), by))
    return { ...scores, round, computed, stopped: Deferred.await(stopped) }
  })

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe("scores on disk", () => {
  it.scoped("let a round that was cut off go on where it was", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "scored.sqlite")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const first = yield* process(file, 7)
          const round = yield* Effect.fork(first.round(upTo(10)))
          yield* first.stopped
          yield* Fiber.interrupt(round)
          assert.deepStrictEqual(first.computed, upTo(7))
        })
      )
      const next = yield* process(file)
      const unknown = yield* next.unknownOf(upTo(10).map(commitsOf), rules)
      assert.deepStrictEqual(
        unknown.map(({ number }) => number),
        [7, 8, 9]
      )
      assert.deepStrictEqual(yield* next.round(upTo(10)), upTo(10).map(scoreOf))
      assert.deepStrictEqual(next.computed, [7, 8, 9])
    })
  )

  it.scoped("are those of the same rules, and only what is final", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "scored.sqlite")
      const one = yield* process(file)
      yield* one.round([1, SLOW])
      yield* one.round([1], otherRules)
      assert.deepStrictEqual(one.computed, [1, SLOW, 1])
      const two = yield* process(file)
      yield* two.round([1, SLOW])
      yield* two.round([1], otherRules)
      assert.deepStrictEqual(two.computed, [SLOW])
    })
  )

  it.scoped("are computed again where the disk lost or changed them", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "scored.sqlite")
      yield* Effect.scoped(Effect.flatMap(process(file), ({ round }) => round([1, 2, 3])))
      const database = new Database(file)
      database.run("UPDATE entries SET value = (SELECT value FROM entries WHERE number = 1) WHERE number = 2")
      database.close()
      const again = yield* process(file)
      assert.deepStrictEqual(yield* again.round([1, 2, 3]), [1, 2, 3].map(scoreOf))
      assert.deepStrictEqual(again.computed, [2])
    })
  )

  it.scoped("stay within their bytes: the oldest are forgotten first", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "scored.sqlite")
      yield* Effect.scoped(Effect.flatMap(process(file, -1, 12_000), ({ round }) => round(upTo(60).filter((number) => number !== 13))))
      const again = yield* process(file)
      const unknown = yield* again.unknownOf(upTo(60).map(commitsOf), rules)
      assert.isTrue(unknown.length > 20 && unknown.length < 50, String(unknown.length))
      assert.deepStrictEqual(
        unknown.map(({ number }) => number),
        upTo(unknown.length)
      )
    })
  )
})
