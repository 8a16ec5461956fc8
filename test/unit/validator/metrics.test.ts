import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { catalogue, type Definition, metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { count, observe, set, setTotal } from "../../../src/layers/machine/telemetry/metrics.ts"
import { render } from "../../../src/layers/machine/telemetry/prometheus.ts"

const definitions = Object.entries(metricsOf("validate"))

/** The rules of `promtool check metrics` for names and help texts, implemented here. */
describe("the catalogue of metrics", () => {
  it("has names that Prometheus' conventions allow, each with a help text and a unit", () => {
    assert.isAtLeast(definitions.length, 25)
    for (const [name, { kind, help, labels }] of Object.entries<Definition>(catalogue)) {
      assert.match(name, /^(gittensor|process)_[a-z][a-z0-9_]*$/)
      assert.isAbove(help.length, 15, name)
      assert.strictEqual(name.endsWith("_total"), kind === "counter", `${name}: counters end with _total, and nothing else does`)
      if (kind === "histogram") assert.match(name, /_seconds$/)
      assert.notMatch(name, /_(count|sum|bucket|info_total|milliseconds|minutes|kilobytes|megabytes)$/, name)
      for (const label of labels) assert.match(label, /^[a-z][a-z0-9_]*$/)
      assert.notInclude(labels, "le")
    }
  })

  it("is the table in docs/reference/validator.md", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../docs/reference/validator.md"), "utf8")
    const documented = text.split("\n").filter((line) => line.startsWith("| `"))
    const expected = definitions.map(
      ([name, { kind, labels, help }]) => `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`
    )
    assert.deepStrictEqual(documented, expected)
  })
})

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)$/

describe("/metrics", () => {
  it.effect("is Prometheus' text format: every family once, with its help and type before its samples", () =>
    Effect.gen(function* () {
      yield* count("gittensor_loop_failures_total", { loop: 'odd "name"\\with\nlines' })
      yield* set("gittensor_voting", 1)
      yield* setTotal("process_cpu_seconds_total", 1.5)
      for (const seconds of [0.0005, 0.3, 7, 5_000]) yield* observe("gittensor_step_duration_seconds", seconds, { loop: "counted here" })
      const text = yield* render(metricsOf("validate"))
      assert.isTrue(text.endsWith("\n"))
      const families = new Map<string, { readonly kind: string; readonly samples: Array<string> }>()
      let family = ""
      for (const line of text.slice(0, -1).split("\n")) {
        const [help, type, sample] = [HELP.exec(line), TYPE.exec(line), SAMPLE.exec(line)]
        if (help !== null) {
          family = help[1] ?? ""
          assert.isFalse(families.has(family), `${family} comes twice`)
        } else if (type !== null) {
          assert.strictEqual(type[1], family)
          families.set(family, { kind: type[2] ?? "", samples: [] })
        } else {
          assert.isNotNull(sample, line)
          const known = families.get(family)
          assert.strictEqual((sample?.[1] ?? "").replace(known?.kind === "histogram" ? /_(bucket|sum|count)$/ : /$^/, ""), family)
          known?.samples.push(line)
        }
      }
      assert.deepStrictEqual([...families.keys()], definitions.map(([name]) => name).toSorted())
      const steps = families.get("gittensor_step_duration_seconds")?.samples.filter((line) => line.includes('loop="counted here"')) ?? []
      const buckets = steps.filter((line) => line.includes("_bucket")).map((line) => Number(line.split(" ").at(-1)))
      assert.deepStrictEqual(
        buckets,
        buckets.toSorted((a, b) => a - b),
        "buckets are cumulative"
      )
      assert.include(
        steps.find((line) => line.includes('le="+Inf"')),
        " 4"
      )
      assert.isTrue(steps.some((line) => line === 'gittensor_step_duration_seconds_count{loop="counted here"} 4'))
      assert.include(text, 'gittensor_loop_failures_total{loop="odd \\"name\\"\\\\with\\nlines"} 1\n')
      // A counter that was never incremented is also listed. Other tests of this process may have incremented some.
      for (const [name, { kind, labels }] of definitions)
        if (kind === "counter" && labels.length === 0) assert.lengthOf(families.get(name)?.samples ?? [], 1, name)
      assert.isTrue([...families.values()].some(({ kind, samples }) => kind === "counter" && samples.some((line) => line.endsWith(" 0"))))
    })
  )
})
