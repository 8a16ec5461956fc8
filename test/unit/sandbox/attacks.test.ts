/**
 * The evaluation of the attacks finds every escape that a sandbox allows. The sandboxes here are stand-ins; real ones are attacked in
 * test/process/sandbox.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { ATTACK_NAMES, runAttacks } from "../../../lab/sandbox/runAttacks.ts"
import { type BoxResult, type Holding, Sandbox } from "../../../src/layers/machine/sandbox/Sandbox.ts"

const RESULT: BoxResult = {
  end: "itself",
  exitCode: 0,
  output: "",
  omitted: 1,
  results: new Map(),
  refused: [],
  seconds: 0,
  peakMemory: null
}

/** A sandbox in which every attack has this result. `also` runs meanwhile, given the attack's targets. */
const boxes = (
  result: Partial<BoxResult>,
  outcome?: object,
  held: Holding = "kernel",
  also: (targets: { victim: number }) => void = () => {}
) =>
  Layer.succeed(
    Sandbox,
    Sandbox.of({
      memoryHeld: held,
      open: () => Effect.dieMessage("no attack needs an open box"),
      run: ({ command }) =>
        Effect.sync(() => {
          also(JSON.parse(command.at(-1) ?? ""))
          const said = outcome === undefined ? [] : [["outcome.json", new TextEncoder().encode(JSON.stringify(outcome))] as const]
          return { ...RESULT, ...result, results: new Map([...said, ...(result.results ?? [])]) }
        })
    })
  )

const resultsOf = (layer: Layer.Layer<Sandbox>, names: ReadonlyArray<string> = ATTACK_NAMES) =>
  Effect.map(runAttacks(names), (findings) => new Map(findings.map(({ name, result }) => [name, result]))).pipe(Effect.provide(layer))

const large = new Map([["large", new Uint8Array(1_048_576)]])

describe("the attacks' judge", () => {
  it.live("believes an attack that reports an escape, whichever it is", () =>
    Effect.gen(function* () {
      const found = yield* resultsOf(boxes({ results: large }, { tried: 1, escaped: ["something"], count: 4_000_000_000 }))
      const reporting = ATTACK_NAMES.filter((name) => !["time", "processor", "transfer"].includes(name))
      assert.isAbove(reporting.length, 18)
      for (const name of reporting) assert.strictEqual(found.get(name), "escaped", name)
    })
  )

  it.live("calls nothing contained that did not happen", () =>
    Effect.gen(function* () {
      const found = yield* resultsOf(boxes({ exitCode: 0 }))
      for (const [name, result] of found) assert.oneOf(result, ["unclear", "escaped"], name)
      const silent = yield* resultsOf(boxes({}, { escaped: "nothing" }))
      for (const [name, result] of silent) assert.oneOf(result, ["unclear", "escaped"], name)
    })
  )

  it.live("finds contained what was contained, and weak what only looking holds", () =>
    Effect.gen(function* () {
      const fine = { tried: 1, escaped: [], count: 10 }
      const names = ATTACK_NAMES.filter(
        (name) => !["time", "files", "memory", "shared", "quota", "quotaFiles", "processor", "transfer"].includes(name)
      )
      const found = yield* resultsOf(boxes({ results: large }, fine), names)
      for (const [name, result] of found) assert.strictEqual(result, "contained", name)
      const stopped = ["memory", "shared", "files"]
      const byKernel = yield* resultsOf(boxes({ end: "memory" }, fine), stopped)
      assert.deepStrictEqual([...byKernel.values()], ["contained", "contained", "contained"])
      const byLooking = yield* resultsOf(boxes({ end: "memory" }, fine, "watched"), stopped)
      assert.deepStrictEqual([...byLooking.values()], ["weak", "weak", "contained"])
      for (const [name, end] of [
        ["quota", "disk"],
        ["quotaFiles", "files"],
        ["processor", "cpu"],
        ["transfer", "network"]
      ] as const)
        assert.deepStrictEqual([...(yield* resultsOf(boxes({ end }), [name])).values()], ["contained"])
    })
  )

  it.live("looks for itself: at a killed victim, at what was read back, at the shown output", () =>
    Effect.gen(function* () {
      const fine = { tried: 1, escaped: [] }
      const killing = boxes({}, fine, "kernel", ({ victim }) =>
        Bun.spawnSync([
          "sh",
          "-c",
          `kill -9 ${victim}; while kill -0 ${victim} 2>/dev/null && ! grep -q Z /proc/${victim}/stat; do :; done`
        ])
      )
      assert.strictEqual((yield* resultsOf(killing, ["signals"])).get("signals"), "escaped")
      const linked = new Map([...large, ["link", new Uint8Array(1)]])
      assert.strictEqual((yield* resultsOf(boxes({ results: linked }, fine), ["results"])).get("results"), "escaped")
      assert.strictEqual((yield* resultsOf(boxes({ omitted: 0 }, fine), ["output"])).get("output"), "escaped")
      assert.strictEqual((yield* resultsOf(boxes({ end: "itself" }, fine), ["time"])).get("time"), "unclear")
    })
  )
})
