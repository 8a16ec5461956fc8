/** How the git record handles repositories that exceed the limits: callers get an error, and requests are not repeated endlessly. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema, TestClock } from "effect"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import { Confined, TaskNotDone } from "../../../src/layers/machine/confined/Confined.ts"
import { folder } from "../../support/folder.ts"

const repository = { id: 7, url: "https://github.com/acme/monster.git" }
const HEAD = "1".repeat(40)

const ANSWER = {
  branch: "main",
  head: HEAD,
  heads: [],
  arrivals: [],
  standings: [],
  since: [],
  backTo: [],
  between: [],
  touching: [],
  comparedTexts: [],
  changes: [],
  comparisons: [],
  parents: [],
  texts: [],
  added: [],
  places: []
}
const Asked = Schema.Struct({ pullRequests: Schema.Array(Schema.Int) })

/** A git record whose task exceeds its limit at each request for more than `most` pull requests; records the requests. */
const scene = (cause: TaskNotDone["cause"], most: number) =>
  Effect.gen(function* () {
    const asked: Array<ReadonlyArray<number>> = []
    const confined = Layer.mock(Confined, {
      ask: (task, question) =>
        Effect.gen(function* () {
          const { pullRequests } = yield* Effect.orDie(Schema.decodeUnknown(Asked)(question))
          asked.push(pullRequests)
          if (pullRequests.length > most) return yield* new TaskNotDone({ task: task.name, cause, detail: "1 byte" })
          return yield* Effect.orDie(Schema.decodeUnknown(task.answer)(ANSWER))
        })
    })
    const layer = GitHistory.layer(join(yield* folder, "clones")).pipe(Layer.provide(confined))
    return { asked, record: Context.get(yield* Layer.build(layer), GitHistory.GitHistory) }
  })

describe("git's record", () => {
  it.scoped("leaves a repository that is too much alone for a time", () =>
    Effect.gen(function* () {
      const { asked, record } = yield* scene("network", -1)
      const { isLasting, message } = yield* Effect.flip(record.ask(repository, {}))
      assert.isTrue(isLasting)
      assert.match(message, /acme\/monster\.git cannot be read: git-record: stopped at its limit of 1 byte/)
      yield* Effect.flip(record.ask(repository, {}))
      assert.lengthOf(asked, 1)
      yield* Effect.flip(record.ask({ ...repository, id: 8 }, {}))
      assert.lengthOf(asked, 2)
      assert.lengthOf(yield* record.leftAlone, 2)
      yield* TestClock.adjust("6 hours")
      assert.lengthOf(yield* record.leftAlone, 0)
      yield* Effect.flip(record.ask(repository, {}))
      assert.lengthOf(asked, 3)
    })
  )

  it.scoped("looks for no copies for a time in what is too much, and says so, and answers the rest", () =>
    Effect.gen(function* () {
      const { asked, record } = yield* scene("network", -1)
      const question = { places: [{ until: 1, opened: 0, own: [], landed: [], files: [] }] }
      assert.isFalse(yield* record.skipsCopiesIn(repository))
      yield* Effect.flip(record.ask(repository, question))
      assert.isTrue(yield* record.skipsCopiesIn(repository))
      assert.isFalse(yield* record.skipsCopiesIn({ ...repository, id: 8 }))
      yield* Effect.flip(record.ask(repository, {}))
      assert.lengthOf(asked, 2)
      yield* TestClock.adjust("6 hours")
      assert.isFalse(yield* record.skipsCopiesIn(repository))
    })
  )

  it.scoped("asks again at once after a crash, which says nothing about the repository", () =>
    Effect.gen(function* () {
      const { asked, record } = yield* scene("crash", -1)
      yield* Effect.flip(record.ask(repository, {}))
      yield* Effect.flip(record.ask(repository, {}))
      assert.lengthOf(asked, 2)
    })
  )

  it.scoped("answers about the default branch where somebody's pull request is too much", () =>
    Effect.gen(function* () {
      const { asked, record } = yield* scene("disk", 0)
      const answer = yield* record.ask(repository, { pullRequests: [1, 2] })
      assert.deepStrictEqual(asked, [[1, 2], []])
      assert.deepStrictEqual([answer.head, answer.heads], [HEAD, [null, null]])
      assert.match((yield* record.leftAlone)[0]?.message ?? "", /monster\.git/)
    })
  )

  it.scoped("leaves the pull requests alone for a time where they are too much", () =>
    Effect.gen(function* () {
      const { asked, record } = yield* scene("network", 0)
      const question = { pullRequests: [1], comparisons: [{ base: HEAD, head: HEAD }] }
      for (let visit = 0; visit < 2; visit++) assert.deepStrictEqual((yield* record.ask(repository, question)).comparisons, [null])
      assert.deepStrictEqual(asked, [[1], [], []])
      yield* TestClock.adjust("6 hours")
      yield* record.ask(repository, question)
      assert.deepStrictEqual(asked.slice(3), [[1], []])
    })
  )

  it.effect("is not there without a folder for clones", () =>
    Effect.gen(function* () {
      const record = yield* GitHistory.GitHistory
      assert.match((yield* Effect.flip(record.ask(repository, {}))).message, /there is no data folder for a clone/)
    })
  )
})
