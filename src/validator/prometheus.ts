/** Effect's metrics in Prometheus' text form, for /metrics. */
import { Effect, Metric, type MetricKey, MetricState, Option } from "effect"

const escaped = (text: string) => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"')

const labelled = (name: string, labels: ReadonlyArray<readonly [string, string]>) =>
  labels.length === 0 ? name : `${name}{${labels.map(([key, value]) => `${key}="${escaped(value)}"`).join(",")}}`

/** The samples of one metric under its labels, as lines. A metric of a kind that Prometheus has no form for gives none. */
const samples = (name: string, labels: ReadonlyArray<readonly [string, string]>, state: unknown): ReadonlyArray<string> => {
  if (typeof state !== "object" || state === null) return []
  if ("count" in state && "buckets" in state && "sum" in state && Array.isArray(state.buckets)) {
    const buckets: ReadonlyArray<readonly [number, number]> = state.buckets
    return [
      ...buckets.map(
        ([bound, count]) =>
          `${labelled(`${name}_bucket`, [...labels, ["le", bound >= Number.MAX_VALUE ? "+Inf" : String(bound)]])} ${count}`
      ),
      `${labelled(`${name}_sum`, labels)} ${String(state.sum)}`,
      `${labelled(`${name}_count`, labels)} ${String(state.count)}`
    ]
  }
  if ("occurrences" in state && state.occurrences instanceof Map)
    return [...state.occurrences].map(([value, count]) => `${labelled(name, [...labels, ["value", String(value)]])} ${String(count)}`)
  if ("count" in state) return [`${labelled(name, labels)} ${String(state.count)}`]
  if ("value" in state) return [`${labelled(name, labels)} ${String(state.value)}`]
  return []
}

const kindOf = (state: MetricState.MetricState.Untyped): string =>
  MetricState.isCounterState(state) || MetricState.isFrequencyState(state)
    ? "counter"
    : MetricState.isGaugeState(state)
      ? "gauge"
      : MetricState.isHistogramState(state)
        ? "histogram"
        : "untyped"

const nameOf = (key: MetricKey.MetricKey.Untyped) => key.name.replace(/[^a-zA-Z0-9_:]/g, "_")

/** Everything that has been counted so far, sorted by name. */
export const render: Effect.Effect<string> = Effect.map(Metric.snapshot, (pairs) => {
  const sorted = [...pairs].toSorted((a, b) => (nameOf(a.metricKey) < nameOf(b.metricKey) ? -1 : 1))
  const lines = sorted.flatMap(({ metricKey, metricState }, index) => {
    const name = nameOf(metricKey)
    const previous = sorted[index - 1]
    const head =
      previous !== undefined && nameOf(previous.metricKey) === name
        ? []
        : [
            ...Option.match(metricKey.description, { onNone: () => [], onSome: (text) => [`# HELP ${name} ${text}`] }),
            `# TYPE ${name} ${kindOf(metricState)}`
          ]
    return [
      ...head,
      ...samples(
        name,
        metricKey.tags.map(({ key, value }) => [key, value] as const),
        metricState
      )
    ]
  })
  return `${lines.join("\n")}\n`
})
