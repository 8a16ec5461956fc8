/** Every refusal is tested: the table lists all refusals, and the tests cover the whole table. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { messages } from "../../../../src/contract-client/generated.ts"
import { errorSentences } from "../../../../src/contract-client/refusals.ts"
import { table } from "../../../support/contract/refusals/table.ts"

const folder = join(import.meta.dirname, "../../../contract/refusals")
const tests = readdirSync(folder)
  .map((name) => readFileSync(join(folder, name), "utf8"))
  .join("\n")

const entries = Object.entries(table).flatMap(([message, refusals]) =>
  Object.entries(refusals).map(([refusal, errors]: [string, ReadonlyArray<string>]) => ({ message, refusal, errors }))
)

describe("the table of refusals", () => {
  it("has one test on the real contract for each of its entries", () => {
    const tested = [...tests.matchAll(/\brefuses\(\s*"(\w+)",\s*"([^"]+)"/g)].map(([, message, refusal]) => `${message}: ${refusal}`)
    assert.deepStrictEqual(tested.sort(), entries.map(({ message, refusal }) => `${message}: ${refusal}`).sort())
  })

  it("has every message that can refuse and changes state", () => {
    const refusing = Object.entries(messages).filter(([, { mutates, refuses }]) => mutates && refuses)
    assert.deepStrictEqual(
      refusing.map(([name]) => name).filter((name) => !(name in table)),
      []
    )
  })

  it("has every error of the contract", () => {
    const named = new Set(entries.flatMap(({ errors }) => errors))
    assert.deepStrictEqual(
      [...errorSentences.keys()].filter((error) => !named.has(error)),
      []
    )
  })
})
