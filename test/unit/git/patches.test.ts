import { assert, describe, it } from "@effect/vitest"
import { filesOfPatch } from "../../../src/layers/git/history/patches.ts"

describe("a patch", () => {
  it("is read hunk by hunk, whatever its lines look like", () => {
    const patch = [
      "diff --git a/a b/a",
      "index 1..2 100644",
      "--- a/a",
      "+++ b/a",
      "@@ -1,2 +1,3 @@ where",
      " diff --git a/x b/x",
      "-@@ -1 +1 @@",
      "+Binary files differ",
      "+--- a/a",
      "\\ No newline at end of file",
      "@@ -9 +10 @@",
      "-old",
      "+new",
      "diff --git a/b b/b",
      "Binary files a/b and b/b differ",
      "diff --git a/c b/d",
      "similarity index 100%",
      "rename from c",
      "rename to d",
      ""
    ].join("\n")
    assert.deepStrictEqual(filesOfPatch(patch), [
      ["@@ -1,2 +1,3 @@ where", " diff --git a/x b/x", "-@@ -1 +1 @@", "+Binary files differ", "+--- a/a", "@@ -9 +10 @@", "-old", "+new"],
      null,
      []
    ])
  })
})
