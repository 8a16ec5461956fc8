/** A round of a repository whose people refuse bounties by their file, from the simulated GitHub. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { applyMaintainerRules } from "../../../src/rules/contributions/maintainers.ts"
import { ago, emptyStory, moment, place, service, WIDGETS } from "../../support/github/contributionStory.ts"

describe("pull requests in a repository that refuses bounties", () => {
  it.scopedLive("score nothing if they were opened after its file began to refuse", () =>
    Effect.gen(function* () {
      const { url, tokens, control, idOf, request } = yield* emptyStory({ repositoryFiles: { "README.md": "Widgets\n" } })
      const open = (number: number, days: number) =>
        Effect.gen(function* () {
          const contents = [{ path: `src/${number}.ts`, base: null, head: `export const n = ${number}\n` }]
          yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "A change", author: "bob", contents, at: ago(days) } })
          yield* control.mergePullRequest({ payload: { ...place(WIDGETS, number), by: "ada", at: ago(days - 4) } })
        })
      const write = (days: number, base: string | null, head: string) =>
        control.pushCommit({
          payload: { repository: WIDGETS, message: "Choose", by: "ada", contents: [{ path: ".gittensor.yml", base, head }], at: ago(days) }
        })
      const [no, still] = ["bounties: false\n", "# we mean it\nbounties: false\n"]
      yield* open(1, 12)
      yield* write(10, null, no)
      yield* open(2, 9)
      yield* write(4, no, still)
      const load = Effect.gen(function* () {
        const { missing, record } = yield* (yield* service(url, tokens)).load(request)
        assert.deepStrictEqual(missing, [])
        const ofBob = (record.pulls[idOf("bob")] ?? []).filter(({ repo_full_name }) => repo_full_name.toLowerCase() === WIDGETS)
        const judged = applyMaintainerRules({ ...record, consent: "not-refused" })
        const nothing = (judged.pulls[idOf("bob")] ?? []).flatMap(({ pr_number, scores_nothing }) =>
          scores_nothing === undefined ? [] : [pr_number]
        )
        return { since: ofBob.map((one) => one.refused_since), nothing }
      })
      assert.deepStrictEqual(yield* load, { since: [moment(10), moment(10)], nothing: [2] })
      yield* control.addFault({ payload: { fault: { _tag: "Hiding", field: "choices", times: 1_000, path: "graphql" } } })
      const { missing } = yield* (yield* service(url, tokens)).load(request)
      assert.include(JSON.stringify(missing), "GitHub does not show .gittensor.yml", "what is not shown is no permission")
      yield* control.removeFaults({ payload: {} })
      yield* write(1, still, "ai: any\n")
      assert.deepStrictEqual(yield* load, { since: [undefined, undefined], nothing: [] })
    })
  )
})
