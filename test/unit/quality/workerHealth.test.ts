import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { troublesOf } from "../../../src/quality/workerHealth.ts"

describe("a worker's health", () => {
  it("names a database that is away, and tokens that GitHub does not know", () => {
    const found: Parameters<typeof troublesOf>[0] = Either.right({ workers: [], workflows: [], rows: 0 })
    assert.deepStrictEqual(troublesOf(found, []), [])
    assert.deepStrictEqual(troublesOf(found, [1]), ["GitHub does not know token 2 of GITTENSOR_GITHUB_TOKEN (status 401): replace it"])
    assert.lengthOf(troublesOf(Either.left(new Error("no answer")), [0]), 2)
  })
})
