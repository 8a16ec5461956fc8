/** Since when a file refuses bounties, and what that is for scores. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { WorkFigures } from "../../../src/domain/Roster.ts"
import { refusedSinceIn } from "../../../src/rules/contributions/fromGitHub/refusedSince.ts"
import { whyUnwanted } from "../../../src/rules/contributions/maintainers.ts"

const [NO, YES] = ["bounties: false\n", "ai: any\n"]
const versions = (...texts: ReadonlyArray<string | null | undefined>) => texts.map((text, place) => ({ at: 100 - place, text }))

type Asked = readonly [rules: Parameters<typeof whyUnwanted>[1], refused_since?: number, entry?: { readonly work: WorkFigures }]

describe("a file's refusal", () => {
  it("began with the first of its newest versions that refuse", () => {
    for (const [expected, texts] of [
      [null, []],
      [null, [YES]],
      [100, [NO]],
      [99, [`# really\n${NO}`, NO]],
      [99, ["Bounties: no\n", NO, YES, NO]],
      [98, [null, "bounties: [", NO, undefined]],
      [null, [undefined, NO]],
      [null, [YES, NO]]
    ] as const)
      assert.strictEqual(refusedSinceIn(versions(...texts)), expected, JSON.stringify(texts))
  })

  it("keeps what was opened later from scoring, where the roster lets maintainers decide", () => {
    const work = Schema.decodeSync(WorkFigures)({})
    const why = (...[created_at, rules, refused_since, entry]: readonly [number | null, ...Asked]) =>
      whyUnwanted({ repo_full_name: "acme/widgets", created_at, refused_since }, rules, entry && { asked: undefined, ...entry })
    const since = Date.UTC(2026, 7, 1) * 1_000
    assert.match(why(since + 1, { consent: "not-refused" }, since) ?? "", /want no bounties since 2026-08-01, by their file/)
    assert.isUndefined(why(since, { consent: "not-refused" }, since))
    assert.isUndefined(why(since + 1, { consent: "not-refused" }))
    assert.isUndefined(why(null, { consent: "not-refused" }, since))
    for (const rules of [{}, { consent: "any" } as const]) {
      assert.isUndefined(why(since + 1, rules, since))
      // Scores for work are bound by the file, whatever else the roster says.
      assert.match(why(since + 1, rules, since, { work }) ?? "", /want no bounties/)
    }
  })
})
