/** Shared test set-ups have no time limit except for the watchdog's. test/support/ownMethods.ts ensures the same for each test. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import kinds from "../../kinds.json"

const tests = resolve(import.meta.dirname, "../..")

describe("layers of tests", () => {
  it("have no limit of their own, which a busy machine could break", () => {
    const limited = readdirSync(tests, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .filter((file) => /\b(?:it\.)?layer\([^;]*?\{[^{}]*\btimeout:[^{}]*\}\)\(\s*"/.test(readFileSync(join(tests, file), "utf8")))
    assert.deepStrictEqual(limited, [])
  })
})

describe("the longest tests", () => {
  it("are there: one that was renamed would be run by npm test again", () => {
    const files = readdirSync(tests, { recursive: true, encoding: "utf8" }).map((file) => `test/${file.replaceAll("\\", "/")}`)
    assert.deepStrictEqual(
      kinds.longest.filter((path) => !files.some((file) => file.startsWith(path))),
      []
    )
  })
})
