/** What a text says of an issue: GitHub's keywords, and the forms in which texts name an issue. */
import { assert, describe, it } from "@effect/vitest"
import { saidIn } from "../../../src/rules/verdicts/fromGitHub/ownWords.ts"

const ISSUE = { number: 42, repository: "acme/widgets", url: "https://github.com/acme/widgets" }

const SAID: ReadonlyArray<readonly [text: string, said: "closing" | "mention" | undefined]> = [
  ...["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "Resolved"].map(
    (keyword) => [`${keyword} #42`, "closing"] as const
  ),
  ["Oil the hinge.\n\n**Fixes:** #42.", "closing"],
  ["(fixes acme/widgets#42)", "closing"],
  ["FIXES ACME/Widgets#42", "closing"],
  ["Closes https://github.com/acme/widgets/issues/42", "closing"],
  ["Closes [#42](https://github.com/acme/widgets/issues/42)", "closing"],
  ["- resolves GH-42", "closing"],
  ["Fixes #41, fixes #42", "closing"],
  ["Fixes #41 and #42", "mention"],
  ["Part of #42", "mention"],
  ["See https://github.com/acme/widgets/issues/42#issuecomment-1", "mention"],
  ["> Fixes #42", "mention"],
  ["`Fixes #42`", "mention"],
  ["```\nFixes #42\n```", "mention"],
  ["<!-- Fixes #42 -->", "mention"],
  ["hotfixes #42", "mention"],
  ["fixes#42", undefined],
  ["Fixes #421", undefined],
  ["Fixes acme/other#42", undefined],
  ["Fixes https://github.com/acme/widgets/issues/421", undefined],
  ["Fixes 42", undefined],
  ["", undefined]
]

describe("of an issue", () => {
  for (const [text, said] of SAID)
    it(`${JSON.stringify(text)} says ${said ?? "nothing"}`, () => assert.strictEqual(saidIn(text, ISSUE), said))
})
