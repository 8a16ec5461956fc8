/** Plays every case of docs/verdicts.md over HTTP in front of a validator's verdict loop, and compares them with the document. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { sections } from "./cases.ts"
import { withTables } from "./document.ts"
import { watch } from "./watch.ts"

const GONE = /^Cancelled: (Deleted|Transferred|RepositoryGone)$/

for (const { title, cases } of sections) {
  describe(title, () => {
    for (const one of cases) {
      inEachVersion(`${one.what} → ${one.verdict}`, () =>
        Effect.gen(function* () {
          const votes = yield* watch(one)
          assert.strictEqual(votes.at(-1), one.verdict, votes.join("; "))
          // A verdict that takes a bounty away because something is gone needs six hours of checks.
          assert.isTrue(
            votes.every((vote, look) => !GONE.test(vote) || look >= 6),
            votes.join("; ")
          )
          if (one.later === undefined && !GONE.test(one.verdict))
            assert.deepStrictEqual(new Set(votes), new Set([one.verdict]), "the same again")
        })
      )
    }
  })
}

it("docs/verdicts.md lists these cases, and every reason for no vote", () => {
  const text = readFileSync(new URL("../../../docs/verdicts.md", import.meta.url), "utf8")
  assert.strictEqual(text, withTables(text), "write it anew: npm run generate")
})
