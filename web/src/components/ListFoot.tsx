import type { AskedList } from "../data/hooks.ts"
import { CsvLink } from "./CsvLink.tsx"
import { ApiProblem } from "./ProblemState.tsx"

/** The foot of a paged list: a button for more and the list as CSV, or an error. */
export const ListFoot = <A,>({ list }: { readonly list: AskedList<A> }) => {
  const { items, address, more, isCut, loading, problem, readMore, again } = list
  if (problem !== undefined && (items === undefined || more))
    return <ApiProblem problem={problem} again={items === undefined ? again : readMore} />
  if (isCut) return <p className="list-foot muted">Only the newest are in this export. The rest is on a page with a server.</p>
  if (items === undefined || items.length === 0) return null
  return (
    <p className="list-foot">
      {more ? (
        <button type="button" onClick={readMore} disabled={loading}>
          {loading ? "Reading…" : "Show more"}
        </button>
      ) : null}
      <CsvLink address={address} />
    </p>
  )
}
