/** The chain extension answers every recorded call with Subtensor's recorded code, and changes state exactly when Subtensor does. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Code, readCodes } from "../../support/subtensor/codes.ts"
import { codesChain } from "../../support/subtensor/codesChain.ts"

const VECTORS = new URL("../../../../shared/vectors/subtensor/codes.jsonl", import.meta.url)

/** Where the dev chain differs, and why. */
const DIFFERENT: ReadonlyArray<readonly [what: (code: Code) => boolean, why: string]> = [
  [
    ({ function: number, innerResult }) => number === "runtime call" && innerResult !== undefined && innerResult !== "ok",
    "Subtensor's fork of the proxy pallet keeps the result of an account's last call, which this one does not"
  ]
]

/** "CallFiltered (error 5 of pallet 0)" names an error of a number that changes with every version. */
const nameOfError = (recorded: string) => recorded.replace(/ \(.*/, "")

describe("the chain extension", () => {
  it.live.skipIf(!existsSync(VECTORS))("answers as Subtensor's in every recorded call (../shared/vectors/subtensor/codes.jsonl)", () =>
    Effect.gen(function* () {
      const codes = readCodes(readFileSync(VECTORS, "utf8"))
      assert.isAtLeast(codes.length, 469)
      const play = yield* codesChain
      const differences = codes.flatMap((code) => {
        const { changed, inner, result } = play(code)
        const innerResult = code.innerResult === undefined ? [] : [inner() === "done" ? "ok" : inner()]
        const played = [result, changed, ...innerResult]
        const recorded = [code.result, code.storageChanged, ...(code.innerResult === undefined ? [] : [nameOfError(code.innerResult)])]
        return JSON.stringify(played) === JSON.stringify(recorded) ? [] : [{ code, played, recorded }]
      })
      const unexpected = differences.filter(({ code }) => !DIFFERENT.some(([what]) => what(code)))
      assert.deepStrictEqual(
        unexpected.map(({ code, played, recorded }) => `${code.function} ${code.case}: ${played}, not ${recorded}`),
        []
      )
      for (const [what, why] of DIFFERENT)
        assert.isTrue(
          differences.some(({ code }) => what(code)),
          `no longer so: ${why}`
        )
    })
  )
})
