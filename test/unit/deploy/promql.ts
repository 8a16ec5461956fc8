/** What a PromQL expression speaks of, by Prometheus' own grammar. */
import type { SyntaxNode } from "@lezer/common"
import { parser } from "@prometheus-io/lezer-promql"

export interface Spoken {
  /** Whether it is PromQL at all. */
  readonly isWhole: boolean
  /** Every selected series: the name of its metric, and the labels that it is chosen by. */
  readonly selected: ReadonlyArray<{ readonly metric: string; readonly labels: ReadonlyArray<string> }>
  /** Labels in `by (…)`, `on (…)` and their like. */
  readonly grouped: ReadonlyArray<string>
}

/** Grafana's variables of time, as Prometheus takes them. */
const withoutVariables = (text: string) => text.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "1h")

export const spokenIn = (expression: string): Spoken => {
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
