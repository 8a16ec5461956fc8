/**
 * The cost and the size of a GraphQL query. The cost follows GitHub's documentation: each list counts as one request for every possible entry of the
 * enclosing list. A point is a hundred requests; a query costs at least one point.
 */
import { Kind, parse, type SelectionSetNode, type ValueNode } from "graphql"

type Variables = Readonly<Record<string, unknown>>

const valueOf = (value: ValueNode | undefined, variables: Variables): unknown => {
  if (value === undefined) return undefined
  if (value.kind === Kind.VARIABLE) return variables[value.name.value]
  return value.kind === Kind.INT ? Number(value.value) : undefined
}

/** The points of a query, and the most objects that it may return. A query that cannot be parsed costs one point. */
export const weightOf = (query: string, variables: Variables = {}): { readonly points: number; readonly objects: number } => {
  try {
    let objects = 0
    const { definitions } = parse(query)
    const fragments = new Map(
      definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one.selectionSet] as const] : []))
    )
    const requests = (set: SelectionSetNode, entries: number): number =>
      set.selections.reduce((total, selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.get(selection.name.value)
          return total + (fragment === undefined ? 0 : requests(fragment, entries))
        }
        if (selection.kind === Kind.INLINE_FRAGMENT) return total + requests(selection.selectionSet, entries)
        const argument = (name: string) => selection.arguments?.find((one) => one.name.value === name)?.value
        const ids = valueOf(argument("ids"), variables)
        const size = valueOf(argument("first"), variables) ?? valueOf(argument("last"), variables)
        const isList = typeof size === "number"
        const inner = Array.isArray(ids) ? entries * ids.length : isList ? entries * size : entries
        if (selection.selectionSet !== undefined) objects += inner
        return total + (isList ? entries : 0) + (selection.selectionSet === undefined ? 0 : requests(selection.selectionSet, inner))
      }, 0)
    const all = definitions.reduce(
      (total, one) => (one.kind === Kind.OPERATION_DEFINITION ? total + requests(one.selectionSet, 1) : total),
      0
    )
    return { points: Math.max(1, Math.round(all / 100)), objects }
  } catch {
    return { points: 1, objects: 0 }
  }
}

export const costOf = (query: string, variables: Variables = {}): number => weightOf(query, variables).points
