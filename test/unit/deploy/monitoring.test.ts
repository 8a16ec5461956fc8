/** The dashboard and the alerts use only existing metrics and labels. */

import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { assert, describe, it } from "@effect/vitest"
import type { SyntaxNode } from "@lezer/common"
import { parser } from "@prometheus-io/lezer-promql"
import { Schema } from "effect"
import { parse } from "yaml"
import { validate } from "../../../src/cli/validate/command.ts"
import { catalogue, type Definition } from "../../../src/layers/machine/telemetry/catalogue.ts"

/** Finds the metrics and labels in a PromQL expression, with Prometheus' own grammar. */
interface Spoken {
  /** Whether the expression is valid PromQL. */
  readonly isWhole: boolean
  /** Every series selector: its metric's name and the labels it matches on. */
  readonly selected: ReadonlyArray<{ readonly metric: string; readonly labels: ReadonlyArray<string> }>
  /** Labels in `by (…)`, `on (…)` and similar clauses. */
  readonly grouped: ReadonlyArray<string>
}

/** Replaces Grafana's time variables with durations that Prometheus parses. */
const withoutVariables = (text: string) => text.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "1h")

const spokenIn = (expression: string): Spoken => {
  const text = withoutVariables(expression)
  const tree = parser.parse(text)
  const read = (node: SyntaxNode) => text.slice(node.from, node.to)
  const below = (node: SyntaxNode, name: string): ReadonlyArray<SyntaxNode> => {
    const found: Array<SyntaxNode> = []
    node.cursor().iterate((one) => {
      if (one.name === name) found.push(one.node)
    })
    return found
  }
  let isWhole = text.trim() !== ""
  tree.iterate({
    enter: ({ type }) => {
      if (type.isError) isWhole = false
    }
  })
  const selected = below(tree.topNode, "VectorSelector").map((node) => ({
    metric: below(node, "Identifier").slice(0, 1).map(read)[0] ?? "",
    labels: below(node, "LabelName").map(read)
  }))
  return { isWhole, selected, grouped: below(tree.topNode, "GroupingLabels").flatMap((node) => below(node, "LabelName").map(read)) }
}

const deploy = join(import.meta.dirname, "../../../deploy")
/** `up` is Prometheus' own. */
const metrics = new Map<string, Definition>([
  ...Object.entries<Definition>(catalogue),
  ["up", { kind: "gauge", help: "", labels: [], shownBy: [] }]
])

const Panel = Schema.Struct({
  id: Schema.Int,
  type: Schema.Literal("row", "stat", "timeseries"),
  title: Schema.NonEmptyString,
  description: Schema.optional(Schema.NonEmptyString),
  gridPos: Schema.Struct({ x: Schema.Int, y: Schema.Int, w: Schema.Int, h: Schema.Int }),
  targets: Schema.optional(Schema.Array(Schema.Struct({ refId: Schema.String, expr: Schema.String, legendFormat: Schema.String })))
})
const Dashboard = Schema.parseJson(
  Schema.Struct({
    uid: Schema.NonEmptyString,
    title: Schema.NonEmptyString,
    schemaVersion: Schema.Int,
    templating: Schema.Struct({ list: Schema.Array(Schema.Struct({ name: Schema.String, definition: Schema.optional(Schema.String) })) }),
    panels: Schema.Array(Panel)
  })
)
const Alerts = Schema.Struct({
  groups: Schema.Array(
    Schema.Struct({
      name: Schema.NonEmptyString,
      rules: Schema.Array(
        Schema.Struct({
          alert: Schema.String.pipe(Schema.pattern(/^[A-Z][A-Za-z]+$/)),
          expr: Schema.NonEmptyString,
          for: Schema.optional(Schema.String.pipe(Schema.pattern(/^\d+[smhd]$/))),
          labels: Schema.Struct({ severity: Schema.Literal("warning", "critical") }),
          annotations: Schema.Struct({ summary: Schema.NonEmptyString, description: Schema.NonEmptyString })
        })
      )
    })
  )
})

const dashboard = Schema.decodeUnknownSync(Dashboard)(readFileSync(join(deploy, "grafana/gittensor.json"), "utf8"))
const { groups } = Schema.decodeUnknownSync(Alerts, { onExcessProperty: "error" })(
  parse(readFileSync(join(deploy, "prometheus/alerts.yaml"), "utf8"))
)
const Scrape = Schema.Struct({
  scrape_configs: Schema.Array(
    Schema.Struct({
      job_name: Schema.NonEmptyString,
      static_configs: Schema.Array(Schema.Struct({ targets: Schema.Array(Schema.String) }))
    })
  )
})
const scrape = Schema.decodeUnknownSync(Scrape, { onExcessProperty: "error" })(
  parse(readFileSync(join(deploy, "prometheus/scrape.yaml"), "utf8"))
)
const rules = groups.flatMap(({ rules }) => rules)
const played = readFileSync(join(deploy, "prometheus/alerts.test.yaml"), "utf8")

/** The metric to which a series belongs. A histogram has three series. */
const metricOf = (series: string): string => {
  const base = series.replace(/_(bucket|sum|count)$/, "")
  return metrics.get(base)?.kind === "histogram" && base !== series ? base : series
}
/** Labels that Prometheus itself adds, and the label of histogram buckets. */
const EVERYWHERE = ["instance", "job", "le"]

const wrongIn = (expression: string): ReadonlyArray<string> => {
  const { isWhole, selected, grouped } = spokenIn(expression)
  if (!isWhole || selected.length === 0) return [`"${expression}" is no PromQL`]
  const known = selected.flatMap(({ metric }) => metrics.get(metricOf(metric))?.labels ?? [])
  const own = (metric: string) => [...EVERYWHERE, ...(metrics.get(metricOf(metric))?.labels ?? [])]
  return [
    ...selected.flatMap(({ metric }) => (metrics.has(metricOf(metric)) ? [] : [`there is no metric ${metric}`])),
    ...selected.flatMap(({ metric, labels }) =>
      labels.filter((label) => !own(metric).includes(label)).map((label) => `${metric} has no label ${label}`)
    ),
    ...grouped
      .filter((label) => ![...EVERYWHERE, ...known].includes(label))
      .map((label) => `nothing here has a label ${label}: ${expression}`),
    ...selected.flatMap(({ metric }) => {
      const kind = metrics.get(metric)?.kind
      return kind === "counter" && !new RegExp(`(rate|increase)\\(${metric}\\b`).test(expression)
        ? [`${metric} only grows: take its rate or increase`]
        : []
    })
  ]
}

/** Labels that a text names, as `{{loop}}` or `{{ $labels.loop }}`. */
const namedIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/g)].flatMap(([, name = ""]) => (name === "" ? [] : [name]))
const availableIn = (expression: string): ReadonlyArray<string> => {
  const { selected, grouped } = spokenIn(expression)
  const isSummed = /\b(sum|max|min|avg)\s+by\b|histogram_quantile/.test(expression)
  return isSummed ? grouped : [...EVERYWHERE, ...selected.flatMap(({ metric }) => metrics.get(metricOf(metric))?.labels ?? [])]
}

describe("the dashboard and the alerts", () => {
  const targets = dashboard.panels.flatMap(({ targets = [] }) => targets)

  it("have panels of existing metrics, with labels that these have", () => {
    assert.isAbove(targets.length, 50)
    assert.deepStrictEqual(
      targets.flatMap(({ expr }) => wrongIn(expr)),
      []
    )
    for (const { expr, legendFormat } of targets) assert.includeMembers([...availableIn(expr)], [...namedIn(legendFormat)], expr)
    const [, instances] = dashboard.templating.list
    assert.match(instances?.definition ?? "", /^label_values\(gittensor_build_info, instance\)$/)
  })

  it("have panels that do not overlap", () => {
    const cells = new Set<string>()
    for (const { title, gridPos, type, targets = [], description } of dashboard.panels) {
      assert.strictEqual(type === "row", targets.length === 0, title)
      if (type !== "row") assert.isDefined(description, title)
      assert.isAtMost(gridPos.x + gridPos.w, 24, title)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.isFalse(cells.has(`${x},${y}`), title)
          cells.add(`${x},${y}`)
        }
    }
    assert.strictEqual(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
  })

  it("alert by existing metrics, and say what to do", () => {
    assert.isAbove(rules.length, 15)
    assert.deepStrictEqual(
      rules.flatMap(({ expr }) => wrongIn(expr)),
      []
    )
    assert.strictEqual(new Set(rules.map(({ alert }) => alert)).size, rules.length)
    for (const { alert, expr, annotations } of rules) {
      assert.includeMembers(
        [...availableIn(expr)],
        namedIn(annotations.summary).filter((name) => name !== "value"),
        alert
      )
      if (!expr.startsWith("absent(")) assert.include(annotations.summary, "{{", alert)
      assert.include(played, `  - name: ${alert}\n`, "no test of promtool plays it")
    }
  })

  it("are fed from the ports that the units serve metrics on", () => {
    const ports = scrape.scrape_configs.map(({ job_name, static_configs }) => [job_name, static_configs.flatMap(({ targets }) => targets)])
    const portOf = (unit: string) =>
      /^ExecStart=.* --metrics-port (\d+)$/m.exec(readFileSync(join(deploy, "systemd", `${unit}.service`), "utf8"))?.[1]
    assert.deepStrictEqual(ports, [
      // The default, which validate's help names.
      ["gittensor-validator", ["127.0.0.1:9091"]],
      ["gittensor-index", [`127.0.0.1:${portOf("gittensor-index")}`]],
      ["gittensor-serve", [`127.0.0.1:${portOf("gittensor-serve")}`]],
      // There is no unit for workers: the file says how to start one.
      ["gittensor-worker", ["127.0.0.1:9094"]]
    ])
    const help = HelpDoc.toAnsiText(Command.getHelp(validate, CliConfig.defaultConfig))
    assert.match(Bun.stripANSI(help).replace(/\s+/g, " "), /the axon's port and 1000, so 9091/)
  })

  it("are checked by tests that do find mistakes", () => {
    assert.deepStrictEqual(wrongIn("gittensor_votings > 1"), ["there is no metric gittensor_votings"])
    assert.deepStrictEqual(wrongIn('gittensor_voting{loop="x"}'), ["gittensor_voting has no label loop"])
    assert.lengthOf(wrongIn("sum by (loop) (gittensor_voting)"), 1)
    assert.lengthOf(wrongIn("gittensor_gossip_rounds_total > 1"), 1)
    assert.lengthOf(wrongIn("sum by ("), 1)
  })
})
