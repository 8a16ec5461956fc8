/** The parsing processes: each limit with an input that exceeds it, and the effect on neighbouring files. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Layer, Metric } from "effect"
import { open, layer as processes, processesOf } from "../../../src/layers/machine/confined/asProcesses.ts"
import { Confined } from "../../../src/layers/machine/confined/Confined.ts"
import { catalogue } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { layer, type ParsingLimits } from "../../../src/layers/parsing/TreeTallies.ts"
import {
  bytesOf,
  type Compared,
  compareIn,
  differenceIn,
  type FilePair,
  type Grammar,
  grammarNames,
  parser,
  rules,
  samples
} from "../../support/scoring/engine.ts"

const ENDLESS = "<a {{b:>c:d(e f)"

const pair = (grammar: Grammar, base: string, head: string): FilePair => ({ grammar, base: bytesOf(base), head: bytesOf(head) })
const added = (grammar: Grammar): FilePair => pair(grammar, "", samples[grammar])
const core = parser()
const wanted = (one: FilePair): Compared => differenceIn(core, one, rules, 60_000)

const compare = (pairs: ReadonlyArray<FilePair>) => compareIn(pairs, rules)

/** How often a process has been replaced for this reason. */
const replaced = (why: string) =>
  Metric.value(
    Metric.counter("gittensor_parsing_processes_replaced_total", {
      incremental: true,
      description: catalogue.gittensor_parsing_processes_replaced_total.help
    }).pipe(Metric.tagged("why", why))
  ).pipe(Effect.map(({ count }) => count))

const provided = (settings: Partial<ParsingLimits> = {}) => Effect.provide(Layer.provide(layer({ processes: 1, ...settings }), processes))

/** A reply of a parsing process: its head and what follows. `usedMs`: the processor's time that it says it took. */
const reply = (number: number, block: string, usedMs = 0) =>
  `Buffer.concat([Buffer.from(new Uint32Array([${number}, ${block}.length, 1, ${usedMs}]).buffer), ${block}])`
/** One node of a type that weighs 2.25, which is a leaf too. */
const TALLY = `Buffer.concat([Buffer.from(new Uint32Array([1, 1, 1, 0x78, 0, 0, 0, 0x10000, 1]).buffer), Buffer.from("function_declaration\\0")])`

/** Opens this command for every worker. */
const layerOfCommand = (command: ReadonlyArray<string>) => Layer.succeed(Confined, { ...processesOf([]), open: () => open(command) })

/** Replaces the parser's process by a script that reports ready and then runs. */
const scripted = (script: string, settings: Partial<ParsingLimits> = {}) =>
  Effect.provide(
    Layer.provide(
      layer({ processes: 1, ...settings }),
      layerOfCommand([process.execPath, "-e", `require("fs").writeSync(1, ${reply(0, "Buffer.alloc(0)")}); ${script}`])
    )
  )

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))

describe("files of a pull request in a process of their own", () => {
  it.live("get the parser's results, in order", () =>
    Effect.gen(function* () {
      const pairs = grammarNames.flatMap((grammar) => [added(grammar), pair(grammar, samples[grammar], samples[grammar].slice(0, 120))])
      assert.deepStrictEqual(yield* compare(pairs), { _tag: "Complete", files: pairs.map(wanted) })
      assert.deepStrictEqual(yield* compare([]), { _tag: "Complete", files: [] })
    }).pipe(provided())
  )

  it.live("of many concurrent pull requests are not mixed up", () =>
    Effect.gen(function* () {
      const requests = Array.from({ length: 12 }, (_, index) =>
        grammarNames.map((grammar) => pair(grammar, samples[grammar], samples[grammar].slice(0, 40 + 9 * index)))
      )
      const found = yield* Effect.forEach(requests, compare, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        found,
        requests.map((pairs) => ({ _tag: "Complete", files: pairs.map(wanted) }))
      )
    }).pipe(provided({ processes: 3 }))
  )

  it.live("count an endless parse as an empty side after its budget, and the other files keep their scores", () =>
    Effect.gen(function* () {
      const pairs = [added("tsx"), pair("tsx", "f(x)", ENDLESS), added("python")]
      const found = yield* compare(pairs)
      const removal = wanted(pair("tsx", "f(x)", ""))
      assert.deepStrictEqual(found, {
        _tag: "Complete",
        files: [wanted(added("tsx")), { ...removal, timedOut: ["head"] }, wanted(added("python"))]
      })
    }).pipe(provided({ parseBudget: Duration.millis(300) }))
  )

  it.live("are dropped completely if their parses together exceed the pull request's budget, and the next one has a new process", () =>
    Effect.gen(function* () {
      const before = yield* replaced("exceeded")
      const hostile = Array.from({ length: 40 }, () => pair("tsx", "", ENDLESS))
      assert.deepStrictEqual(yield* compare([added("go"), ...hostile]), { _tag: "Exceeded" })
      assert.strictEqual((yield* replaced("exceeded")) - before, 1)
      assert.deepStrictEqual(yield* compare([added("go")]), { _tag: "Complete", files: [wanted(added("go"))] })
    }).pipe(provided({ parseBudget: Duration.millis(200), pullRequestBudget: Duration.seconds(3) }))
  )

  it.live("are killed by the pull request's budget if a parse ignores its own, and the next one has a new process", () =>
    Effect.gen(function* () {
      const before = yield* replaced("exceeded")
      const endless: FilePair = { grammar: "dart", base: bytesOf(""), head: bytesOf(`${"é".repeat(200_000)} = 1\n`) }
      assert.deepStrictEqual(yield* compare([added("go"), endless]), { _tag: "Exceeded" })
      assert.strictEqual((yield* replaced("exceeded")) - before, 1)
      assert.deepStrictEqual(yield* compare([added("go")]), { _tag: "Complete", files: [wanted(added("go"))] })
    }).pipe(provided({ parseBudget: Duration.millis(100), pullRequestBudget: Duration.seconds(3) }))
  )

  it.live("are measured by the processor's time: a busy machine takes nothing from them", () => {
    const answering = (usedMs: number, afterMs: number) =>
      scripted(
        `const tally = ${TALLY}; process.stdin.on("data", () => setTimeout(() => require("fs").writeSync(1, ${reply(1, "tally", usedMs)}), ${afterMs}))`,
        { pullRequestBudget: Duration.seconds(1) }
      )
    return Effect.gen(function* () {
      const slow = yield* compare([added("go")]).pipe(answering(900, 1_500))
      assert.strictEqual(slow._tag, "Complete")
      const costly = yield* compare([added("go"), pair("go", "package a", "package b")]).pipe(answering(1_100, 0))
      assert.strictEqual(costly._tag, "Exceeded")
    })
  })

  it.live("survive a process that loops for ever: it is killed, whatever its budget", () =>
    Effect.gen(function* () {
      const found = yield* compare([added("go"), added("python")])
      assert.deepStrictEqual(found, { _tag: "Exceeded" })
    }).pipe(scripted("for (;;) {}", { pullRequestBudget: Duration.millis(500) }))
  )

  it.live("crash their process twice if they need too much memory, score nothing, and do not affect their neighbours", () =>
    Effect.gen(function* () {
      const before = yield* replaced("crashed")
      const pairs = [added("rust"), pair("typescript", "", "a;".repeat(400_000)), added("java"), added("go")]
      const found = yield* compare(pairs)
      assert.strictEqual(found._tag, "Complete")
      if (found._tag !== "Complete") return
      const [first, second, ...others] = found.files
      assert.deepStrictEqual([first, ...others], [wanted(added("rust")), wanted(added("java")), wanted(added("go"))])
      assert.strictEqual(second?._tag, "Crashed")
      assert.strictEqual((yield* replaced("crashed")) - before, 2)
    }).pipe(provided({ maximumBytes: 34 << 20, parseBudget: Duration.seconds(20), pullRequestBudget: Duration.minutes(1) }))
  )

  it.live("keep their score if their process crashes only once", () => {
    const marker = `${process.env.TMPDIR ?? "/tmp"}/gittensor-crash-${crypto.randomUUID()}`
    const script = `const fs = require("fs"); process.stdin.once("data", () => {
      if (!fs.existsSync("${marker}")) { fs.writeFileSync("${marker}", ""); process.kill(process.pid, "SIGSEGV") }
      else {
        fs.rmSync("${marker}")
        const tally = ${TALLY}
        fs.writeSync(1, ${reply(1, "tally")})
      } })`
    return Effect.gen(function* () {
      const found = yield* compare([added("go")])
      assert.deepStrictEqual(found, {
        _tag: "Complete",
        files: [
          {
            _tag: "Compared",
            difference: {
              structuralAdded: { count: 1, score: 2.25 },
              structuralDeleted: { count: 0, score: 0 },
              leafAdded: { count: 1, score: 0 },
              leafDeleted: { count: 0, score: 0 }
            },
            timedOut: []
          }
        ]
      })
      assert.isFalse(existsSync(marker))
    }).pipe(scripted(script))
  })

  it.live("score nothing, like a crash, if their process answers with what is no tally", () =>
    Effect.gen(function* () {
      for (const answer of [reply(1, 'Buffer.from("no tally")'), reply(7, "Buffer.alloc(0)"), reply(0, "Buffer.alloc(0)")]) {
        const script = `process.stdin.once("data", () => require("fs").writeSync(1, ${answer}))`
        const found = yield* compare([added("go")]).pipe(scripted(script))
        assert.strictEqual(found._tag === "Complete" ? found.files[0]?._tag : "Exceeded", "Crashed")
      }
    })
  )

  it.live("score nothing, like a crash, if their process answers what it was not asked", () =>
    Effect.gen(function* () {
      // In one write with the ready message, so that the answers arrive before any question.
      const answers = `Buffer.concat([${reply(0, "Buffer.alloc(0)")}, ...Array(100).fill(${reply(2, "Buffer.alloc(0)")})])`
      const command = [process.execPath, "-e", `require("fs").writeSync(1, ${answers}); setInterval(() => {}, 1e6)`]
      const found = yield* compare([added("go")]).pipe(Effect.provide(Layer.provide(layer({ processes: 1 }), layerOfCommand(command))))
      assert.strictEqual(found._tag === "Complete" ? found.files[0]?._tag : "Exceeded", "Crashed")
    })
  )

  it.live("keep their scores if their process has grown beyond the cap and is replaced", () =>
    Effect.gen(function* () {
      const before = yield* replaced("memory")
      const pairs = grammarNames.map(added)
      assert.deepStrictEqual(yield* compare(pairs), { _tag: "Complete", files: pairs.map(wanted) })
      assert.isAtLeast((yield* replaced("memory")) - before, 3)
    }).pipe(provided({ memoryBytes: 1, pullRequestBudget: Duration.minutes(1) }))
  )

  it.live("leave no process behind when their user is interrupted or done", () =>
    Effect.gen(function* () {
      const log = `${process.env.TMPDIR ?? "/tmp"}/gittensor-pids-${crypto.randomUUID()}`
      const script = `require("fs").appendFileSync("${log}", process.pid + "\\n"); for (;;) {}`
      const running = yield* compare([added("go")]).pipe(scripted(script, { pullRequestBudget: Duration.minutes(10) }), Effect.fork)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => existsSync(log) && readFileSync(log, "utf8").endsWith("\n") })
      const pid = Number(readFileSync(log, "utf8"))
      assert.isTrue(alive(pid))
      yield* Fiber.interrupt(running)
      assert.isFalse(alive(pid))
    })
  )

  it.live("give an error, not zero, if no process can be started", () =>
    Effect.gen(function* () {
      for (const command of [["/nowhere/there"], [process.execPath, "-e", "console.error('out of luck'); process.exit(3)"]]) {
        const found = yield* Effect.exit(compare([added("go")]).pipe(Effect.provide(Layer.provide(layer(), layerOfCommand(command)))))
        assert.isTrue(Exit.isFailure(found))
        if (Exit.isFailure(found) && found.cause._tag === "Fail") assert.include(found.cause.error.message, "could be started")
      }
    })
  )

  it.live("are parsed without the environment of the starting process", () =>
    Effect.gen(function* () {
      process.env.GITTENSOR_TEST_SECRET = "secret"
      const log = `${process.env.TMPDIR ?? "/tmp"}/gittensor-environment-${crypto.randomUUID()}`
      yield* Effect.exit(
        compare([added("go")]).pipe(scripted(`require("fs").writeFileSync("${log}", JSON.stringify(process.env)); process.exit(0)`))
      )
      assert.notInclude(readFileSync(log, "utf8"), "secret")
    }).pipe(Effect.ensuring(Effect.sync(() => delete process.env.GITTENSOR_TEST_SECRET)), Effect.provide(Layer.empty))
  )
})
