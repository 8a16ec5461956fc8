/** How a metric is defined: a catalogue is a record of these by name. */
export interface Definition {
  readonly kind: "counter" | "gauge" | "histogram"
  readonly help: string
  readonly labels: ReadonlyArray<string>
}

const defined =
  <const Kind extends Definition["kind"]>(kind: Kind) =>
  <const Labels extends ReadonlyArray<string>>(help: string, ...labels: Labels) => ({ kind, help, labels })

export const counter = defined("counter")
export const gauge = defined("gauge")
export const histogram = defined("histogram")
