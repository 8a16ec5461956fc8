/** Temporary absences on GitHub cost nobody a score. A real absence takes effect after six hours of checks. */
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { folder } from "../../support/folder.ts"
import { ago, fullStory, place, WIDGETS } from "../../support/github/contributionStory.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { scoredEpochs } from "../../support/github/scoredEpochs.ts"

const EPOCH = 360
const NAME = "Acme/Widgets"

/** A validator that has scored its first epoch, with a story in which bob earns by a pull request in Acme/Widgets. */
const begunWith = Effect.fn("begun")(function* (more: ReadonlyArray<string> = []) {
  const story = yield* fullStory()
  const others = more.map((login, index) => [String(index + 3), story.idOf(login)] as const)
  const simulated = { ...story, request: { ...story.request, uids: { ...story.request.uids, ...Object.fromEntries(others) } } }
  const epochs = yield* scoredEpochs(simulated, join(yield* folder, "watches.sqlite"))
  const first = yield* epochs.at(EPOCH)
  assert.deepStrictEqual([first.missing, first.kept, first.gone], [[], [], []])
  const score = first.scoreOf(1, NAME) ?? 0
  assert.isAbove(score, 0)
  return { ...simulated, epochs, first, score }
})
const begun = begunWith()

const notFound = (path: string) => ({ payload: { fault: { _tag: "Status", status: 404, path, times: 1_000 } as const } })

const disabled = {
  _tag: "Status",
  status: 410,
  message: "Issues are disabled for this repo",
  path: "^/repos/acme/widgets/issues\\?",
  times: 10_000
} as const

describe("what GitHub does not show", () => {
  inEachVersion("is not gone where a repository's issues are switched off: its pull requests go on scoring", () =>
    Effect.gen(function* () {
      const { control, epochs, first } = yield* begun
      yield* control.addFault({ payload: { fault: disabled } })
      for (const blocks of [0, 1_800, 3_600]) {
        const { gone, missing, scores } = yield* epochs.at(2 * EPOCH + blocks)
        assert.deepStrictEqual([gone, missing, scores], [[], [], first.scores])
      }
    })
  )

  for (const [what, path] of [
    ["repository", "^/repos/Acme/Widgets$"],
    ["list of a repository", "^/repos/acme/widgets/issues\\?"]
  ] as const)
    inEachVersion(`costs nobody a score when a ${what} is missing in one look`, () =>
      Effect.gen(function* () {
        const { control, epochs, first, score } = yield* begun
        yield* control.addFault(notFound(path))
        const second = yield* epochs.at(2 * EPOCH)
        yield* control.removeFaults({ payload: {} })
        assert.deepStrictEqual(second.gone, [])
        assert.deepStrictEqual(
          second.missing.map(({ repository, account }) => [repository, account]),
          [[NAME, null]]
        )
        assert.include(
          second.missing[0]?.why,
          "GitHub does not show it, and it has been missing for 0 of the 1800 blocks after which it counts as gone"
        )
        assert.strictEqual(second.scoreOf(1, NAME), score)
        assert.deepStrictEqual(second.scores, first.scores)
        assert.deepStrictEqual(yield* epochs.missing, [{ kind: "repository", name: "acme/widgets", blocks: 0, needed: 1_800 }])
        const third = yield* epochs.at(3 * EPOCH)
        assert.deepStrictEqual([third.missing, third.kept, third.scores], [[], [], first.scores])
        assert.deepStrictEqual(yield* epochs.missing, [])
      }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
    )

  inEachVersion("ends scores after six hours at which it was missing at every look, a restart among them", () =>
    Effect.gen(function* () {
      const { control, epochs, first, score } = yield* begun
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      for (let hours = 0; hours < 6; hours++) {
        const { missing, scoreOf, scores } = yield* epochs.at(2 * EPOCH + 300 * hours)
        assert.strictEqual(scoreOf(1, NAME), score, `${hours} hours`)
        assert.deepStrictEqual(scores, first.scores)
        assert.strictEqual(missing.length, 1)
        if (hours === 3) yield* epochs.restart
      }
      const last = yield* epochs.at(2 * EPOCH + 1_800)
      assert.deepStrictEqual([last.gone, last.missing, last.scoreOf(1, NAME)], [[NAME], [], undefined])
      // The repository becomes public again, with all its contents.
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: false } })
      const back = yield* epochs.at(2 * EPOCH + 2_100)
      assert.deepStrictEqual([back.gone, back.scores], [[], first.scores])
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  inEachVersion("costs nobody a score when a list is empty that was not, until it was so for six hours", () =>
    Effect.gen(function* () {
      // For more than two accounts, GitHub is asked for everybody's entries.
      const { control, epochs, first, idOf } = yield* begunWith(["dora"])
      yield* control.addFault({ payload: { fault: { _tag: "Empty", path: "^/repos/acme/widgets/issues\\?", times: 1_000 } } })
      for (let hours = 0; hours < 6; hours++) {
        const { missing, scores } = yield* epochs.at(2 * EPOCH + 300 * hours)
        assert.deepStrictEqual(scores, first.scores, `${hours} hours`)
        assert.deepStrictEqual(
          missing.map(({ repository, account, only }) => [repository, account, only]),
          ["bob", "cleo", "dora"].map((login) => [NAME, idOf(login), undefined]).toSorted()
        )
        if (hours === 3) yield* epochs.restart
      }
      const last = yield* epochs.at(2 * EPOCH + 1_800)
      assert.deepStrictEqual([last.missing, last.scoreOf(1, NAME)], [[], undefined])
      yield* control.removeFaults({ payload: {} })
      const back = yield* epochs.at(2 * EPOCH + 2_100)
      assert.deepStrictEqual([back.missing, back.scores], [[], first.scores])
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  inEachVersion("takes no label away while the membership of who put it on is missing, until that was so for six hours", () =>
    Effect.gen(function* () {
      const simulated = yield* fullStory()
      const { control } = simulated
      // Her membership is the only sign of an account that wrote nothing in the repository.
      yield* control.createUser({ payload: { login: "mia" } })
      yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["ada", "mia"] } })
      const contents = [{ path: "src/grease.ts", base: null, head: "export const grease = (amount: number) => amount * 3\n" }]
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Grease", author: "cleo", contents, at: ago(5) } })
      yield* control.remark({ payload: { ...place(WIDGETS, 7), by: "mia", remark: { _tag: "Labeled", label: "bug" }, at: ago(4.5) } })
      yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 7), by: "ada", at: ago(4) } })
      const epochs = yield* scoredEpochs(simulated, join(yield* folder, "watches.sqlite"))
      const first = yield* epochs.at(EPOCH)
      yield* control.addFault(notFound("^/orgs/acme/public_members\\b"))
      for (let hours = 0; hours < 6; hours++) {
        assert.deepStrictEqual((yield* epochs.at(2 * EPOCH + 300 * hours)).scores, first.scores, `${hours} hours`)
        if (hours === 3) yield* epochs.restart
      }
      assert.deepInclude((yield* epochs.missing)[0], { kind: "association", blocks: 1_500 })
      const last = yield* epochs.at(2 * EPOCH + 1_800)
      assert.deepStrictEqual(last.missing, [])
      assert.isBelow(last.scoreOf(2, NAME) ?? 0, first.scoreOf(2, NAME) ?? 0)
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  for (const [what, fault] of [
    ["missing", notFound("^/repos/Acme/Widgets$")],
    ["not answered", { payload: { fault: { _tag: "Status", status: 502, path: "^/repos/Acme/Widgets$", times: 1_000 } as const } }]
  ] as const)
    inEachVersion(`leaves maintainers their part while their repository is ${what}, also after a restart`, () =>
      Effect.gen(function* () {
        const simulated = yield* fullStory()
        const { control, idOf, request } = simulated
        const withAda = { ...simulated, request: { ...request, uids: { ...request.uids, "3": idOf("ada") } } }
        const epochs = yield* scoredEpochs(withAda, join(yield* folder, "watches.sqlite"))
        const first = yield* epochs.at(EPOCH)
        assert.isTrue(first.repositories.some(({ maintainers }) => maintainers?.some(({ uid }) => uid === 3)))
        yield* control.addFault(fault)
        assert.deepStrictEqual((yield* epochs.at(2 * EPOCH)).repositories, first.repositories)
        yield* epochs.restart
        assert.deepStrictEqual((yield* epochs.at(3 * EPOCH)).repositories, first.repositories)
      }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
    )

  inEachVersion("takes no account for deleted that is missing in one look", () =>
    Effect.gen(function* () {
      const { control, epochs, first } = yield* begun
      yield* control.addFault(notFound("^/user/"))
      const second = yield* epochs.at(2 * EPOCH)
      assert.deepStrictEqual(
        second.missing.map(({ repository, account }) => [repository, account]),
        [
          [NAME, null],
          ["acme/gadgets", null]
        ]
      )
      assert.deepStrictEqual(second.scores, first.scores)
      yield* control.removeFaults({ payload: {} })
      assert.deepStrictEqual((yield* epochs.at(3 * EPOCH)).missing, [])
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  inEachVersion("does not count while GitHub is ill", () =>
    Effect.gen(function* () {
      const { control, epochs, score } = yield* begun
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      yield* control.addFault(notFound("^/repos/octocat/Hello-World"))
      for (let hours = 0; hours <= 12; hours++) {
        const { missing, scoreOf } = yield* epochs.at(2 * EPOCH + 300 * hours)
        assert.strictEqual(scoreOf(1, NAME), score)
        assert.include(missing[0]?.why, "this snapshot does not count: GitHub does not find octocat/Hello-World either")
      }
      yield* control.removeFaults({ payload: {} })
      const [, after] = [yield* epochs.at(10_000), yield* epochs.at(10_300)]
      assert.strictEqual(after.scoreOf(1, NAME), score)
      assert.strictEqual((yield* epochs.missing)[0]?.blocks, 300)
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
})
