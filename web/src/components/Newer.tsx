import { wholeNumber } from "../format/amount.ts"

interface Props {
  /** The number of waiting rows. */
  readonly count: number
  /** More may be waiting than were read. */
  readonly isMore: boolean
  /** The shown rows have a new order. */
  readonly isReordered: boolean
  readonly onShow: () => void
}

/** A button over a list's upper edge that shows waiting rows. It moves and covers nothing. */
export const Newer = ({ count, isMore, isReordered, onShow }: Props) => {
  const many = `${wholeNumber(count)}${isMore ? " or more" : ""} new`
  const isThere = count > 0 || isReordered
  return (
    <div className="newer-place">
      <output className="hidden">
        {count > 0 ? `${many} at the top of the list, not shown yet` : isReordered ? "The order of the list has changed" : ""}
      </output>
      {isThere ? (
        <button type="button" className="newer" onClick={onShow}>
          <span aria-hidden="true">↑</span> {count > 0 ? `Show ${many}` : "Update the order"}
        </button>
      ) : null}
    </div>
  )
}
