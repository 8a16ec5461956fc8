import type { AskedList } from "../data/hooks.ts"
import { ApiProblem } from "./ProblemState.tsx"

/** The foot of a paged list: a button for more, an error, or the end. */
export const ListFoot = <A,>({ list }: { readonly list: AskedList<A> }) => {
  const { items, more, loading, problem, readMore, again } = list
  if (problem !== undefined && (items === undefined || more))
    return <ApiProblem problem={problem} again={items === undefined ? again : readMore} />
  if (!more) return null
  return (
    <p className="list-foot">
      <button type="button" onClick={readMore} disabled={loading}>
        {loading ? "Reading…" : "Show more"}
      </button>
    </p>
  )
}
