/** Records metrics. Types check names and labels against the catalogue. */
import { Effect, Metric, MetricBoundaries, MetricLabel } from "effect"
import { catalogue, type Definition } from "./catalogue.ts"

type Catalogue = typeof catalogue
type Named<Kind extends Definition["kind"]> = {
  [Name in keyof Catalogue]: Catalogue[Name]["kind"] extends Kind ? Name : never
}[keyof Catalogue]
/** A value for each label of a metric; no argument if it has none. */
type LabelsOf<Name extends keyof Catalogue> = Catalogue[Name]["labels"] extends readonly []
  ? []
  : [labels: { readonly [Label in Catalogue[Name]["labels"][number]]: string }]

/** Bucket bounds from a millisecond to ten minutes, for single requests and for whole steps. */
const SECONDS = MetricBoundaries.fromIterable([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600])

const isNamed =
  <Kind extends Definition["kind"]>(kind: Kind) =>
  (entry: [string, Definition]): boolean =>
    entry[1].kind === kind
const makeMetrics = <A>(kind: Definition["kind"], make: (name: string, help: string) => A): ReadonlyMap<string, A> =>
  new Map(
    Object.entries<Definition>(catalogue)
      .filter(isNamed(kind))
      .map(([name, { help }]) => [name, make(name, help)])
  )

const counters = makeMetrics("counter", (name, description) => Metric.counter(name, { description, incremental: true }))
const gauges = makeMetrics("gauge", (name, description) => Metric.gauge(name, { description }))
const histograms = makeMetrics("histogram", (name, description) => Metric.histogram(name, SECONDS, description))

/**
 * Shares one list between equal labels. Effect finds a metric's value by the identity of its list of labels, or else by hashing every label, which
 * takes many times as long. There are few lists: the catalogue has no label with unbounded values.
 */
const lists = new Map<string, ReadonlyArray<MetricLabel.MetricLabel>>()
const listOf = (labels: Readonly<Record<string, string>>): ReadonlyArray<MetricLabel.MetricLabel> => {
  const key = JSON.stringify(labels)
  const known = lists.get(key)
  if (known !== undefined) return known
  const list = Object.entries(labels).map(([label, value]) => MetricLabel.make(label, value))
  lists.set(key, list)
  return list
}

const NONE: ReadonlyArray<MetricLabel.MetricLabel> = []

const update = <Type, In, Out>(
  metrics: ReadonlyMap<string, Metric.Metric<Type, In, Out>>,
  name: string,
  value: In,
  labels: Readonly<Record<string, string>> | undefined
): Effect.Effect<void> => Effect.sync(() => metrics.get(name)?.unsafeUpdate(value, labels === undefined ? NONE : listOf(labels)))

/** Adds one. */
export const count = <Name extends Named<"counter">>(name: Name, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  update(counters, name, 1, labels)

export const countMany = <Name extends Named<"counter">>(name: Name, amount: number, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  amount > 0 ? update(counters, name, amount, labels) : Effect.void

export const set = <Name extends Named<"gauge">>(name: Name, value: number, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  update(gauges, name, value, labels)

/** Sets a counter that the system or a library counts. */
export const setTotal = <Name extends Named<"counter">>(name: Name, value: number): Effect.Effect<void> =>
  Metric.set(Metric.gauge(name), value)

/** Records a duration in seconds, the unit of every histogram. */
export const observe = <Name extends Named<"histogram">>(name: Name, seconds: number, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  update(histograms, name, seconds, labels)
