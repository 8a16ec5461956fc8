import { type ReactNode, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react"
import { csvAddress } from "../../../src/dashboard/api/definition/csv.ts"
import { type HeldValue, hold, nothingHeld } from "../data/hold.ts"
import type { AskedList } from "../data/hooks.ts"
import { isExported } from "../exported/place.ts"
import { wholeNumber } from "../format/amount.ts"
import { Hands } from "../live/hands.ts"
import { isNarrow, useOnPaper } from "../live/paper.ts"
import { ApiProblem, EmptyState, Skeleton } from "./Page.tsx"
import { Sliding } from "./Sliding.tsx"

export interface Column<A> {
  readonly name: string
  readonly cell: (item: A) => ReactNode
  /** Right-aligned, with tabular figures. */
  readonly numeric?: boolean
}

interface TableProps<A> {
  /** The table's description for screen readers. */
  readonly caption: string
  readonly columns: ReadonlyArray<Column<A>>
  readonly items: ReadonlyArray<A>
  readonly keyOf: (item: A) => string
  /** On a phone, rows without column names, for what reads by itself: lines, cards of two columns, or places in a ranking. */
  readonly look?: "feed" | "fixtures" | "ranked"
}

/** A table. On a phone, each row becomes a card with column names. */
export const Table = <A,>({ caption, columns, items, keyOf, look }: TableProps<A>) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, and is no landmark
  <div className="table-scroll" role="group" aria-label={caption} tabIndex={0}>
    <table className="table" data-look={look}>
      <caption className="hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, numeric }) => (
            <th key={name} scope="col" data-numeric={numeric ? "" : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={keyOf(item)}>
            {columns.map(({ name, cell, numeric }) => (
              <td key={name} data-name={name} data-numeric={numeric ? "" : undefined}>
                {cell(item)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** A link to a list as CSV, with the same filters. An exported page has no API, so it has no link. */
export const CsvLink = ({ address }: { readonly address: string }) =>
  isExported ? null : (
    <a className="csv" href={csvAddress(address)} download>
      CSV
    </a>
  )

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

interface NewerProps {
  /** The number of waiting rows. */
  readonly count: number
  /** More may be waiting than were read. */
  readonly isMore: boolean
  /** The shown rows have a new order. */
  readonly isReordered: boolean
  readonly onShow: () => void
}

/** A button over a list's upper edge that shows waiting rows. It moves and covers nothing. */
const Newer = ({ count, isMore, isReordered, onShow }: NewerProps) => {
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

interface HeldRowsProps<A> {
  readonly list: AskedList<A>
  readonly items: ReadonlyArray<A>
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

const hands = new Hands(document)

/** Whether nobody has used the page recently. */
const useHandsOff = (): boolean => useSyncExternalStore(hands.subscribe, hands.areOff)

/** Milliseconds after arrival during which reread data still replaces rows at once. */
const ARRIVING_FOR = 2_000
/** Younger answers were read for this view. */
const READ_FOR_THIS_VIEW = 500

/** Whether rows may move: the list's start is on the screen, and nothing in it is focused, open or selected. */
const isLeftAlone = (place: Element): boolean => {
  if (place.getBoundingClientRect().top < 0 || place.querySelector(":focus-visible, details[open]") !== null) return false
  const marked = getSelection()
  return marked === null || marked.isCollapsed || !marked.containsNode(place, true)
}

/** Whether rows wait, or their new order. */
const isBehind = ({ isReordered, waiting }: HeldValue<unknown>): boolean => waiting > 0 || isReordered

/**
 * The rows of a list that grows while it is shown. Shown rows change in place, and more are added at the end; new rows above wait
 * behind a button while someone uses the page. Otherwise they slide in by themselves.
 */
export const HeldRows = <A,>({ list, items, children }: HeldRowsProps<A>) => {
  const place = useRef<HTMLDivElement>(null)
  const isAsked = useRef(false)
  const [arrived] = useState(() => ({ at: Date.now(), isKnown: Date.now() - (list.readAt ?? Date.now()) > READ_FOR_THIS_VIEW }))
  const all = { source: items, held: nothingHeld(items), isArriving: false, slides: false }
  const [state, setState] = useState({ ...all, isArriving: arrived.isKnown })
  const areHandsOff = useHandsOff()
  const isReplaced = state.isArriving && Date.now() - arrived.at < ARRIVING_FOR
  const now = state.source === items ? state : isReplaced ? all : { ...all, held: hold(state.held.items, items, list.keyOf, list.more) }
  const comes = isBehind(now.held) && areHandsOff && place.current !== null && isLeftAlone(place.current)
  const next = comes ? { ...all, slides: true } : now
  if (next !== state) setState(next)
  const { held, slides } = state

  // biome-ignore lint/correctness/useExhaustiveDependencies: it waits until the rows are drawn that the reader asked for
  useLayoutEffect(() => {
    const element = place.current
    if (element === null || !isAsked.current) return
    isAsked.current = false
    if (element.getBoundingClientRect().top < 0) element.scrollIntoView({ block: "start" })
    element.querySelector<HTMLElement>("[tabindex='0'], a, summary")?.focus({ preventScroll: true })
  }, [held])

  return (
    <div className="held-rows" ref={place}>
      <Newer
        count={held.waiting}
        isMore={held.isGap}
        isReordered={held.isReordered}
        onShow={() => {
          isAsked.current = true
          setState(all)
        }}
      />
      <Sliding place={place} shown={held} slides={slides}>
        {children(held.items)}
      </Sliding>
    </div>
  )
}

/** The newest rows of a list. They slide, because nothing holds them back. */
const ExcerptRows = <A,>({ items, children }: Omit<HeldRowsProps<A>, "list">) => {
  const place = useRef<HTMLDivElement>(null)
  return (
    <div ref={place}>
      <Sliding place={place} shown={items} slides>
        {children(items)}
      </Sliding>
    </div>
  )
}

interface ListViewProps<A> {
  readonly list: AskedList<A>
  /** The text of an empty list: what will appear, and why. */
  readonly empty: { readonly title: string; readonly why: ReactNode }
  /** The approximate height of the loaded list. */
  readonly height?: string
  /** Some rows of a list that has a view of its own: always the newest ones, without a foot. */
  readonly isExcerpt?: boolean
  /** Whether it is one of several on a view: on a phone it begins with fewer rows. */
  readonly isOneOfSeveral?: boolean
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

/** Rows that a list begins with on a phone: one of several on a view, and the only one. */
const [OF_SEVERAL, OF_ONE] = [4, 12]

/** The rows of a list that a phone shows at first, and the button for the others while they are not shown. Rows that were shown stay. `of`: which list. */
export const useFew = <A,>(all: ReadonlyArray<A> | undefined, of: string, few = OF_ONE) => {
  const [whole, setWhole] = useState<string>()
  const [isPhone] = useState(isNarrow)
  if (isPhone && whole !== of && all !== undefined && all.length <= few) setWhole(of)
  const isCut = !useOnPaper() && isPhone && whole !== of && (all?.length ?? 0) > few
  const button = (
    <p className="list-foot">
      <button type="button" onClick={() => setWhole(of)}>
        Show more
      </button>
    </p>
  )
  return { items: isCut ? all?.slice(0, few) : all, more: isCut ? button : undefined }
}

interface FewProps<A> {
  readonly items: ReadonlyArray<A>
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

/** Rows that are all known, of which a phone shows a few at first. */
export const Few = <A,>({ items: all, children }: FewProps<A>) => {
  const { items = all, more } = useFew(all, "", OF_SEVERAL)
  return (
    <>
      {children(items)}
      {more}
    </>
  )
}

/** A list in all its states: loading, empty, loaded, with more pages, failed. */
export const ListView = <A,>({ list, empty, height = "6rem", isExcerpt = false, isOneOfSeveral = false, children }: ListViewProps<A>) => {
  const { problem } = list
  const { items, more } = useFew(list.items, list.address, isExcerpt ? Number.POSITIVE_INFINITY : isOneOfSeveral ? OF_SEVERAL : OF_ONE)
  return (
    <>
      {items === undefined ? (
        problem === undefined ? (
          <Skeleton height={height} />
        ) : null
      ) : items.length === 0 ? (
        <EmptyState title={empty.title}>{empty.why}</EmptyState>
      ) : isExcerpt ? (
        <ExcerptRows items={items}>{children}</ExcerptRows>
      ) : (
        <HeldRows key={list.address} list={list} items={items}>
          {children}
        </HeldRows>
      )}
      {more ?? (isExcerpt && problem === undefined ? null : <ListFoot list={list} />)}
    </>
  )
}

/** A list whose rows are those of a table. */
export const TableView = <A,>({ caption, columns, keyOf, ...list }: Omit<ListViewProps<A>, "children"> & Omit<TableProps<A>, "items">) => (
  <ListView {...list}>{(items) => <Table caption={caption} columns={columns} items={items} keyOf={keyOf} />}</ListView>
)
