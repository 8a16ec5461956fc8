/** Plays every case of docs/verdicts.md over HTTP, and compares the document with them. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sections } from "./cases.ts"
import { withTables } from "./document.ts"
import { begin, inChallenge, wordsOf } from "./story.ts"

for (const { title, cases } of sections) {
  describe(title, () => {
    for (const { what, play, verdict, facts, challenge } of cases) {
      it.scopedLive(`${what} → ${verdict}`, () =>
        Effect.gen(function* () {
          const story = yield* begin
          yield* play(story)
          const on = challenge === true ? inChallenge(2) : story.competing(facts?.(story.competition))
          assert.strictEqual(wordsOf(yield* story.judge(on)), verdict)
          assert.strictEqual(wordsOf(yield* story.judge(on)), verdict, "the same again")
        })
      )
    }
  })
}

it("docs/verdicts.md lists these cases, and every reason for no vote", () => {
  const text = readFileSync(new URL("../../../docs/verdicts.md", import.meta.url), "utf8")
  assert.strictEqual(text, withTables(text), "write it anew: npm run generate")
})
