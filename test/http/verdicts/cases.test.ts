/** Every case of docs/verdicts.md over HTTP, and the document held against them (`UPDATE_DOCS=1` writes it). */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sections } from "./cases.ts"
import { begin, inChallenge, wordsOf } from "./story.ts"

for (const { title, cases } of sections) {
  describe(title, () => {
    for (const { what, tell, verdict, facts, challenge } of cases) {
      it.scopedLive(`${what} → ${verdict}`, () =>
        Effect.gen(function* () {
          const story = yield* begin
          yield* tell(story)
          const on = challenge === true ? inChallenge(2) : story.competing(facts?.(story.competition))
          assert.strictEqual(wordsOf(yield* story.judge(on)), verdict)
          assert.strictEqual(wordsOf(yield* story.judge(on)), verdict, "the same again")
        })
      )
    }
  })
}

const file = fileURLToPath(new URL("../../../docs/verdicts.md", import.meta.url))
const cell = (text: string) => text.replaceAll("|", "\\|")
const tables = sections
  .map(({ title, cases }) =>
    [
      `### ${title}`,
      "",
      "| what happened | verdict |",
      "|---|---|",
      ...cases.map(({ what, verdict }) => `| ${cell(what)} | ${cell(verdict)} |`)
    ].join("\n")
  )
  .join("\n\n")
const MARKS = ["<!-- cases: written by test/http/verdicts/cases.test.ts -->", "<!-- end of cases -->"] as const

it("docs/verdicts.md lists these cases", () => {
  const text = readFileSync(file, "utf8")
  const [from, to] = [text.indexOf(MARKS[0]), text.indexOf(MARKS[1])]
  assert.isTrue(from >= 0 && to > from, "it has the two marks")
  const wanted = `${text.slice(0, from)}${MARKS[0]}\n\n${tables}\n\n${text.slice(to)}`
  if (process.env.UPDATE_DOCS === "1") writeFileSync(file, wanted)
  else assert.strictEqual(text, wanted, "write it anew: UPDATE_DOCS=1 npm test -- test/http/verdicts/cases.test.ts")
})
