import type { AskedList } from "../data/hooks.ts"
import { ApiProblem } from "./ProblemState.tsx"

/** The foot of a paged list: a button for more, an error, or the end. */
export const ListFoot = <A,>({ list }: { readonly list: AskedList<A> }) => {
  const { items, more, isCut, loading, problem, readMore, again } = list
  if (problem !== undefined && (items === undefined || more))
    return <ApiProblem problem={problem} again={items === undefined ? again : readMore} />
  if (isCut) return <p className="list-foot muted">Only the newest are in this export. The rest is on a page with a server.</p>
  if (!more) return null
  return (
    <p className="list-foot">
      <button type="button" onClick={readMore} disabled={loading}>
        {loading ? "Reading…" : "Show more"}
      </button>
    </p>
  )
}
