/** A commit carries a pull request if both make the same change, wherever its lines are by then. */
import { assert, describe, it } from "@effect/vitest"
import { type File, isSameChange } from "../../../src/layers/github/evidence/landings.ts"

const patch = (from: number, line = "oil()") => `@@ -${from},3 +${from},4 @@ export const hinge\n squeak()\n+${line}\n close()`
const file = (change: Partial<File> = {}): File => ({ filename: "a.ts", status: "modified", sha: "aa", patch: patch(10), ...change })
const image: File = { filename: "b.png", status: "added", sha: "bb" }

describe("the change of a commit and of a pull request", () => {
  const rows: ReadonlyArray<readonly [what: string, left: ReadonlyArray<File>, right: ReadonlyArray<File>, isSame: boolean]> = [
    ["the same files", [file(), image], [file(), image], true],
    ["in another order", [file(), image], [image, file()], true],
    ["at other lines of a file that changed meanwhile", [file()], [file({ sha: "cc", patch: patch(90) })], true],
    ["another line", [file()], [file({ patch: patch(10, "grease()") })], false],
    ["one file more", [file()], [file(), image], false],
    ["another name", [file()], [file({ filename: "c.ts" })], false],
    ["renamed from elsewhere", [file({ previous_filename: "x.ts" })], [file({ previous_filename: "y.ts" })], false],
    ["another image", [image], [{ ...image, sha: "cc" }], false],
    ["a patch that one of them leaves out", [file()], [{ filename: "a.ts", status: "modified", sha: "aa" }], false],
    ["nothing at all", [], [], false]
  ]
  for (const [what, left, right, isSame] of rows)
    it(`${isSame ? "is" : "is not"} the same: ${what}`, () => {
      assert.strictEqual(isSameChange(left, right), isSame)
      assert.strictEqual(isSameChange(right, left), isSame)
    })
})
