/** In which words a maintainer's comment says by which pull request an issue is solved. */
import { assert, describe, it } from "@effect/vitest"
import { solversIn } from "../../../src/rules/verdicts/fromGitHub/spoken.ts"

const SAID: ReadonlyArray<readonly [text: string, numbers: ReadonlyArray<number>]> = [
  ["Fixed by #2.", [2]],
  ["Thanks! resolved in #2, #3 and #4", [2, 3, 4]],
  ["Is it still broken? Solved with #2.", [2]],
  ["> is this done?\nDone in #2, and see #9", [2]],
  ["This regressed in #2.", []],
  ["Nothing to do with #2.", []],
  ["Was this fixed by #2?", []],
  ["It was not fixed by #2.", []],
  ["It isn't fixed by #2", []],
  ["Partly fixed by #2", []],
  ["This should be fixed by #2 soon", []],
  ["It will be closed by #2", []],
  ["fixed by the change in #2", []],
  ["> fixed by #2\n\nI doubt it.", []],
  ["`fixed by #2` and\n```\nfixed by #3\n```", []],
  ["<!-- fixed by #2 -->", []],
  ["<!-- fixed by #2", []],
  ["fixed by acme/other#2", []]
]

describe("the pull requests by which a comment says that an issue is solved", () => {
  for (const [text, numbers] of SAID)
    it(`${JSON.stringify(text)}: ${numbers.join(", ") || "none"}`, () => assert.deepStrictEqual([...solversIn(text)], numbers))
})
