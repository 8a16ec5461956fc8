/** The chain extension answers every recorded call with Subtensor's recorded code, and changes state exactly when Subtensor does. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { concat, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { faultKey } from "../../search/contract/fuzz/keys.ts"
import { stillChain } from "../../support/runtime/stillChain.ts"
import { netuid } from "../../support/runtime/support.ts"
import { type Code, readCodes } from "../../support/subtensor/codes.ts"
import { codesChain } from "../../support/subtensor/codesChain.ts"

const VECTORS = new URL("../../../../shared/vectors/subtensor/codes.jsonl", import.meta.url)

/** Functions that still take all there is where they are asked for more, or always refused that. */
const MOVES_LESS: ReadonlySet<string> = new Set(["2", "9", "11", "16", "17", "21", "28", "30"])

/** Where the dev chain differs, and why. */
const DIFFERENT: ReadonlyArray<readonly [what: (code: Code) => boolean, why: string]> = [
  [
    (code) => /^(?:inner call of )?more than the stake|^no stake behind the hotkey/.test(code.case) && !MOVES_LESS.has(code.function),
    "the recording is of June 2026: since then, more than there is is refused instead of reduced, before the minimum is looked at"
  ]
]

/** "CallFiltered (error 5 of pallet 0)" names an error of a number that changes with every version. */
const nameOfError = (recorded: string) => recorded.replace(/ \(.*/, "")

describe("a function of the chain extension", () => {
  it.live("answers the code that a test ordered, with an output if there is one, or traps", () =>
    Effect.gen(function* () {
      const still = yield* stillChain()
      const counted = (fault: Uint8Array | null) => {
        still.state().set("", faultKey(34), fault)
        const { output, result } = still.extension(still.contract, 34, unsigned(netuid, 2))
        return [result, output.subarray(0, 11).toHex()]
      }
      const there = "4a00010100000000000000"
      assert.deepStrictEqual(counted(null), ["ok", there])
      assert.strictEqual(counted(unsigned(7, 4))[0], "7")
      assert.deepStrictEqual(counted(concat([unsigned(0, 4), new Uint8Array(11)])), ["ok", "00".repeat(11)])
      assert.strictEqual(counted(unsigned(0xffffffff, 4))[0], "trap")
      assert.deepStrictEqual(counted(null), ["ok", there])
    })
  )
})

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
