/** A commit carries a pull request if both make the same change, wherever its lines are by then. */
import { assert, describe, it } from "@effect/vitest"
import { type FileChange, isSameChange } from "../../../src/layers/github/evidence/change.ts"
import { fileChangeOf } from "../../../src/layers/github/evidence/changeOf.ts"

const patch = (from: number, line = "oil()") => `@@ -${from},3 +${from},4 @@ export const hinge\n squeak()\n+${line}\n close()`
const listed = (filename: string, change: Partial<Parameters<typeof fileChangeOf>[0]> = {}): FileChange =>
  fileChangeOf({ filename, status: "modified", additions: 1, deletions: 0, sha: "aa", ...change })
const file = (change: Parameters<typeof listed>[1] = {}) => listed("a.ts", { patch: patch(10), ...change })
const image = listed("b.png", { status: "added", additions: 0, sha: "bb" })

describe("the change of a commit and of a pull request", () => {
  const rows: ReadonlyArray<readonly [what: string, left: ReadonlyArray<FileChange>, right: ReadonlyArray<FileChange>, isSame: boolean]> = [
    ["the same files", [file(), image], [file(), image], true],
    ["in another order", [file(), image], [image, file()], true],
    ["at other lines of a file that changed meanwhile", [file()], [file({ sha: "cc", patch: patch(90) })], true],
    ["with other white space", [file()], [file({ patch: patch(10, "  oil( )") })], true],
    ["another line", [file()], [file({ patch: patch(10, "grease()") })], false],
    ["one file more", [file()], [file(), image], false],
    ["another name", [file()], [file({ filename: "c.ts" })], false],
    [
      "renamed from elsewhere",
      [file({ status: "renamed", previous_filename: "x.ts" })],
      [file({ status: "renamed", previous_filename: "y.ts" })],
      false
    ],
    ["another image", [image], [listed("b.png", { status: "added", additions: 0, sha: "cc" })], false],
    ["a patch that one of them leaves out", [file()], [listed("a.ts")], false],
    ["nothing at all", [], [], false]
  ]
  for (const [what, left, right, isSame] of rows)
    it(`${isSame ? "is" : "is not"} the same: ${what}`, () => {
      assert.strictEqual(isSameChange(left, right) ?? false, isSame)
      assert.strictEqual(isSameChange(right, left) ?? false, isSame)
    })
})
