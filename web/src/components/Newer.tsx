import { wholeNumber } from "../format/amount.ts"

interface Props {
  /** How many rows wait. */
  readonly count: number
  /** There may be more of them than were read. */
  readonly isMore: boolean
  /** Rows that are shown stand in another order now. */
  readonly isReordered: boolean
  readonly onShow: () => void
}

/** Over a list's upper edge, where it covers no row and pushes nothing: what is new in the list, and waits to be asked for. */
export const Newer = ({ count, isMore, isReordered, onShow }: Props) => {
  const many = `${wholeNumber(count)}${isMore ? " or more" : ""} new`
  const isThere = count > 0 || isReordered
  return (
    <div className="newer-place">
      <output className="hidden">{count > 0 ? `${many} in the list, not shown yet` : isReordered ? "The list has a new order" : ""}</output>
      {isThere ? (
        <button type="button" className="newer" onClick={onShow}>
          <span aria-hidden="true">↑</span> {count > 0 ? `Show ${many}` : "Show the new order"}
        </button>
      ) : null}
    </div>
  )
}
