import { Component, type ReactNode, type RefObject, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react"
import { type Held, hold, nothingHeld } from "../data/hold.ts"
import type { AskedList } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { Hands } from "../live/hands.ts"
import { type Places, placesAround, slideFrom } from "../live/slide.ts"

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
export const Newer = ({ count, isMore, isReordered, onShow }: NewerProps) => {
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

interface Props<A> {
  readonly list: AskedList<A>
  readonly items: ReadonlyArray<A>
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}

const hands = new Hands(document)

/** Whether nobody has used the page recently. */
const useHandsOff = (): boolean => useSyncExternalStore(hands.subscribe, hands.areOff)

/** Milliseconds after arrival during which reread data still replaces rows at once. */
const ARRIVING = 2_000
/** Younger answers were read for this view. */
const NEW = 500

/** Whether rows may move: the list's start is on the screen, and nothing in it is focused, open or selected. */
const isLeftAlone = (place: Element): boolean => {
  if (place.getBoundingClientRect().top < 0 || place.querySelector(":focus-visible, details[open]") !== null) return false
  const marked = getSelection()
  return marked === null || marked.isCollapsed || !marked.containsNode(place, true)
}

/** Whether rows wait, or their new order. */
const isBehind = ({ isReordered, waiting }: Held<unknown>): boolean => waiting > 0 || isReordered

interface Drawn {
  readonly place: RefObject<HTMLElement | null>
  readonly held: Held<unknown>
  /** Whether the rows came by themselves. */
  readonly slides: boolean
  readonly children: ReactNode
}

/** Slides rows that came by themselves. It is a class because only a class can measure the page just before React changes it. */
class Sliding extends Component<Drawn> {
  override getSnapshotBeforeUpdate({ held }: Drawn): Places | null {
    const { current } = this.props.place
    return this.props.slides && held !== this.props.held && current !== null ? placesAround(current) : null
  }

  override componentDidUpdate(_before: Drawn, _state: unknown, places: Places | null): void {
    const { current } = this.props.place
    if (places !== null && current !== null) slideFrom(current, places)
  }

  override render(): ReactNode {
    return this.props.children
  }
}

/**
 * The rows of a list that grows while it is shown. Shown rows change in place, and more are added at the end; new rows above wait
 * behind a button while someone uses the page. Otherwise, as on a wall display, they slide in by themselves.
 */
export const HeldRows = <A,>({ list, items, children }: Props<A>) => {
  const place = useRef<HTMLDivElement>(null)
  const isAsked = useRef(false)
  const [arrived] = useState(() => ({ at: Date.now(), isKnown: Date.now() - (list.readAt ?? Date.now()) > NEW }))
  const all = { source: items, held: nothingHeld(items), isArriving: false, slides: false }
  const [state, setState] = useState({ ...all, isArriving: arrived.isKnown })
  const areHandsOff = useHandsOff()
  const isReplaced = state.isArriving && Date.now() - arrived.at < ARRIVING
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
      <Sliding place={place} held={held} slides={slides}>
        {children(held.items)}
      </Sliding>
    </div>
  )
}
