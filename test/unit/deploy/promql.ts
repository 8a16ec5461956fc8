/** Finds the metrics and labels in a PromQL expression, with Prometheus' own grammar. */
import type { SyntaxNode } from "@lezer/common"
import { parser } from "@prometheus-io/lezer-promql"

export interface Spoken {
  /** Whether the expression is valid PromQL. */
  readonly isWhole: boolean
  /** Every series selector: its metric's name and the labels it matches on. */
  readonly selected: ReadonlyArray<{ readonly metric: string; readonly labels: ReadonlyArray<string> }>
  /** Labels in `by (…)`, `on (…)` and similar clauses. */
  readonly grouped: ReadonlyArray<string>
}

/** Replaces Grafana's time variables with durations that Prometheus parses. */
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
