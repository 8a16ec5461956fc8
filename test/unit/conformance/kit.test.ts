/** The conformance kit: this program runs each case from its file, as another program would. */
import { assert, describe, it } from "@effect/vitest"
import { noVoteReasons } from "../../../src/rules/verdicts/noVoteReasons.ts"
import { lineFiles } from "../../support/conformance/kit.ts"
import { verdictOf, writtenVerdicts } from "../../support/conformance/verdicts.ts"

describe("the conformance kit", () => {
  it.each(lineFiles())(
    "has this program's outcomes in $file, and every case that is written here (npm run generate)",
    ({ cases, outcomes }) => {
      for (const { name, play } of cases) assert.deepStrictEqual(JSON.parse(JSON.stringify(play())), outcomes.get(name), name)
      assert.strictEqual(outcomes.size, cases.length, "each has a name of its own")
    }
  )

  it("has every verdict, and a record that people wrote for every reason for no vote", () => {
    const found = writtenVerdicts.map(verdictOf)
    assert.sameMembers([...new Set(found.map(({ _tag }) => _tag))], ["Solved", "Cancelled", "Unsolved", "NoVote"])
    const reasons = found.flatMap((outcome) => (outcome._tag === "NoVote" ? [outcome.why] : []))
    assert.sameMembers([...new Set(reasons)], Object.keys(noVoteReasons))
  })
})
