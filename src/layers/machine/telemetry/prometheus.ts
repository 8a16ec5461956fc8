/** Renders metrics in Prometheus' text format (0.0.4), for /metrics. */
import { Array as Arrays, Effect, Metric, MetricState } from "effect"
import type { Definition } from "./catalogue.ts"

type Labels = ReadonlyArray<readonly [string, string]>

const escapedLabel = (text: string) => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"')
const escapedHelp = (text: string) => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n")

const sample = (name: string, labels: Labels, value: number | bigint) => {
  const within = labels.map(([key, text]) => `${key}="${escapedLabel(text)}"`).join(",")
  return `${name}${within === "" ? "" : `{${within}}`} ${value}`
}

const samples = (name: string, labels: Labels, state: MetricState.MetricState.Untyped): ReadonlyArray<string> => {
  if (MetricState.isHistogramState(state)) {
    const buckets = [...state.buckets].filter(([bound]) => bound < Number.MAX_VALUE)
    return [
      ...buckets.map(([bound, count]) => sample(`${name}_bucket`, [...labels, ["le", String(bound)]], count)),
      sample(`${name}_bucket`, [...labels, ["le", "+Inf"]], state.count),
      sample(`${name}_sum`, labels, state.sum),
      sample(`${name}_count`, labels, state.count)
    ]
  }
  if (MetricState.isCounterState(state)) return [sample(name, labels, state.count)]
  return MetricState.isGaugeState(state) ? [sample(name, labels, state.value)] : []
}

/** Renders metrics with their samples, sorted by name. A counter without labels is 0 before its first count. */
export const render = (definitions: Readonly<Record<string, Definition>>): Effect.Effect<string> =>
  Effect.map(Metric.snapshot, (pairs) => {
    const known = Arrays.groupBy(pairs, ({ metricKey }) => metricKey.name)
    const lines = Object.entries(definitions)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, { kind, help, labels }]) => {
        const found = (known[name] ?? []).map(
          ({ metricKey, metricState }) => [metricKey.tags.map(({ key, value }) => [key, value] as const), metricState] as const
        )
        const body =
          found.length === 0 && kind === "counter" && labels.length === 0
            ? [sample(name, [], 0)]
            : found.flatMap(([tags, state]) => samples(name, tags, state)).toSorted(byLabels(kind))
        return [`# HELP ${name} ${escapedHelp(help)}`, `# TYPE ${name} ${kind}`, ...body]
      })
    return `${lines.join("\n")}\n`
  })

/** Sorts samples, because snapshots have no order; the buckets of a histogram stay as they are. */
const byLabels = (kind: Definition["kind"]) => (a: string, b: string) => (kind === "histogram" ? 0 : a < b ? -1 : 1)
