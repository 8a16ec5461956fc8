import { assert, describe, it } from "@effect/vitest"
import { extensionOf } from "../../../../src/domain/fileExtension.ts"

describe("a file's extension", () => {
  for (const [path, extension] of [
    ["src/a.ts", "ts"],
    ["src/A.D.TS", "ts"],
    ["a.b/c", ""],
    ["Dockerfile", "dockerfile"],
    ["x/MAKEFILE", "makefile"],
    ["Dockerfile.dev", "dev"],
    [".gitignore", "gitignore"],
    ["a.", ""],
    ["makefiles", ""],
    ["a.constructor", "constructor"]
  ] as const)
    it(`of ${path} is ${JSON.stringify(extension)}`, () => assert.strictEqual(extensionOf(path), extension))
})
