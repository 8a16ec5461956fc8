/** A whole duel: pull requests on a simulated GitHub, read by git and the parser, and judges on a simulated server. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option, Redacted, Schema } from "effect"
import * as StandIn from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { IssueNumber, IssueRef } from "../../../src/domain/IssueRef.ts"
import { DuelPair } from "../../../src/domain/quality/DuelRecord.ts"
import * as PullRequestHeads from "../../../src/layers/github/PullRequestHeads.ts"
import * as Artefacts from "../../../src/layers/storage/objects/Artefacts.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { duelGroup } from "../../../src/quality/duel/Duel.ts"
import { DuelCourt } from "../../../src/quality/duel/DuelCourt.ts"
import { layer as courtLayer } from "../../../src/quality/duel/DuelCourtByEngine.ts"
import * as Embedded from "../../../src/quality/pipeline/embedded.ts"
import * as DuelRecords from "../../../src/quality/store/DuelRecords.ts"
import * as JudgeCalls from "../../../src/quality/store/JudgeCalls.ts"
import { ALICE } from "../../support/api/seed.ts"
import { folder } from "../../support/cli/support.ts"
import { CALC, gitStory, WRONG } from "../../support/github/gitStory.ts"
import { judgeText, panelOf } from "../../support/judges/panel.ts"
import { processes } from "../../support/processes.ts"

const CONTRACT = "chain-contract"
const KEY = "sk-of-this-test"
const decodePair = Schema.decodeUnknownSync(DuelPair)

const solution = (quality: number, comment: string) =>
  `// ${comment}\nexport const add = (a, b) => a + b\nexport const quality=${quality} // ${comment} too\n`

/** The duel once it has ended. */
const ended = (pair: DuelPair) =>
  Effect.flatMap(DuelCourt, ({ duels }) =>
    duels
      .find(pair)
      .pipe(
        Effect.delay("20 millis"),
        Effect.repeat({ until: Option.exists(({ endedAt }) => endedAt !== null) }),
        Effect.map(Option.getOrThrow)
      )
  )

describe("a duel", () => {
  it.scopedLive("shows judges the issue and the code of both sides, and nothing that says whose they are", () =>
    Effect.gen(function* () {
      const { control, env } = yield* gitStory()
      const open = (author: string, quality: number, comment: string) =>
        control.openPullRequest({
          payload: {
            repository: CALC,
            title: `The title of ${author}`,
            body: `The description of ${author}`,
            author,
            closes: [IssueNumber.make(1)],
            contents: [{ path: "add.js", base: WRONG, head: solution(quality, comment) }]
          }
        })
      const [bobs, cleos] = [yield* open("bob", 80, "said by bob"), yield* open("cleo", 30, "said by cleo")]
      const { endpoint, requests } = yield* StandIn.start()
      const data = yield* folder
      const file = join(data, "quality.sqlite")
      const panel = panelOf([judgeText(endpoint, "fair", "one"), judgeText(endpoint, "noisy", "two"), judgeText(endpoint, "first", "one")])
      const keys = new Map(panel.judges.map(({ name }) => [name, Redacted.make(KEY)]))
      const head = (number: number, account: number) =>
        Effect.map(
          Effect.flatMap(PullRequestHeads.PullRequestHeads, ({ read }) =>
            read(new IssueRef({ repository: CALC, number: IssueNumber.make(number) }))
          ),
          (pull) => ({ issue: 3, hotkey: ALICE, account, repository: CALC, number, commit: pull.head, base: pull.base })
        )
      // A head that GitHub no longer has is an error that callers can handle.
      const gone = yield* Effect.provide(
        Effect.flatMap(PullRequestHeads.PullRequestHeads, ({ read }) =>
          Effect.flip(read(new IssueRef({ repository: CALC, number: IssueNumber.make(bobs.number) }), "9".repeat(40)))
        ),
        PullRequestHeads.layer
      ).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env)))))
      assert.strictEqual(gone._tag, "HeadNotFound")
      yield* Effect.gen(function* () {
        const pair = decodePair({ issue: 3, number: 1, a: yield* head(cleos.number, 2), b: yield* head(bobs.number, 1) })
        const { duels, submit } = yield* DuelCourt
        yield* submit(yield* duels.begin(pair, { block: 7, randomness: `0x${"5a".repeat(32)}` }))
        const { outcome } = yield* ended(pair)
        assert.deepStrictEqual([outcome?.result, outcome?.asked, outcome?.opinions.length], ["b", 3, 3])
        assert.isTrue(outcome?.opinions.find(({ name }) => name === "first")?.flipped)
        assert.lengthOf(requests, 6)
        for (const { body } of requests) {
          assert.include(body, "It adds wrongly")
          for (const name of ["The title", "The description", "observer", ALICE, pair.a.commit, pair.b.commit])
            assert.notInclude(body, name)
          const { messages } = JSON.parse(body)
          const [diff = "", comments = ""] =
            /FIRST SOLUTION, DIFF\n([\s\S]*?)\nEND[\s\S]*FIRST SOLUTION, COMMENTS IT ADDS\n([\s\S]*?)\nEND/
              .exec(messages[1].content)
              ?.slice(1) ?? []
          assert.include(diff, "+export const quality=")
          assert.notInclude(diff, "said by")
          assert.match(comments, /said by (?:bob|cleo)\n.*too/)
        }
        const answers = yield* duels.answers(pair)
        const { get } = yield* Artefacts.Artefacts
        const texts = yield* Effect.forEach(
          answers.flatMap(({ artefacts }) => artefacts),
          ({ name, digest }) => Effect.map(get(digest), ({ bytes }) => ({ name, text: new TextDecoder().decode(bytes) }))
        )
        assert.sameMembers(
          texts.flatMap(({ name, text }) => (name === "question" ? [text] : [])),
          requests.map(({ body }) => JSON.stringify(JSON.parse(body).messages))
        )
        assert.deepStrictEqual(
          texts.flatMap(({ name, text }) => (name === "answer" ? [text] : [])),
          answers.map(({ text }) => text)
        )
        assert.isTrue(requests.every(({ authorization }) => authorization === `Bearer ${KEY}`))
        for (const { text } of texts) assert.notInclude(text, KEY)
        const { of, changes, artefacts } = yield* DuelRecords.DuelRecords
        const held = yield* of(pair.issue)
        assert.deepStrictEqual(
          [held.duels.length, held.duels[0]?.answers.length, (yield* artefacts).size],
          [1, 6, new Set(texts.map(({ text }) => text)).size]
        )
        assert.strictEqual(
          held.duels[0]?.cost,
          held.costs.reduce((sum, { cost }) => sum + cost, 0)
        )
        assert.deepStrictEqual(yield* changes, [{ issue: pair.issue, at: held.duels[0]?.duel.endedAt ?? 0 }])
        assert.deepStrictEqual(
          held.duels[0]?.duel.jurors.map(({ name }) => name),
          ["fair", "first", "noisy"]
        )
        const lines = yield* Effect.flatMap(JudgeCalls.JudgeCalls, ({ costs }) => costs("2000-01-01"))
        assert.deepStrictEqual(
          lines.map(({ judge, issue, stage, calls }) => [judge, issue, stage, calls]),
          ["fair", "first", "noisy"].map((judge) => [judge, 3, "duel", 2])
        )
      }).pipe(
        Effect.provide(
          Layer.mergeAll(courtLayer(duelGroup(panel), CONTRACT), DuelRecords.layer(CONTRACT)).pipe(
            Layer.provideMerge(
              Layer.provide(Embedded.layer(file, Option.some({ panel, keys }), { runsTests: false, allowBuildScripts: false }), processes)
            ),
            Layer.provideMerge(Artefacts.layerConfig(join(data, "artefacts"))),
            Layer.provideMerge(sqliteLayer(file)),
            Layer.provideMerge(PullRequestHeads.layer)
          )
        ),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
      )
    })
  )
})
