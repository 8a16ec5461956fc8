import { type ReactNode, startTransition, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react"
import { type Held, hold, nothingHeld } from "../data/hold.ts"
import type { AskedList } from "../data/hooks.ts"
import { Hands } from "../live/hands.ts"
import { type Places, placesAround, slideFrom } from "../live/slide.ts"
import { Newer } from "./Newer.tsx"

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

/**
 * The rows of a list that grows while it is shown. Shown rows change in place, and more are added at the end; new rows above wait
 * behind a button while someone uses the page. Otherwise, as on a wall display, they slide in by themselves.
 */
export const HeldRows = <A,>({ list, items, children }: Props<A>) => {
  const place = useRef<HTMLDivElement>(null)
  const before = useRef<Places>(undefined)
  const isAsked = useRef(false)
  const [arrived] = useState(() => ({ at: Date.now(), isKnown: Date.now() - (list.readAt ?? Date.now()) > NEW }))
  const all = { source: items, held: nothingHeld(items), isArriving: false, mayMove: false }
  const [state, setState] = useState({ ...all, isArriving: arrived.isKnown })
  const areHandsOff = useHandsOff()
  if (state.source !== items && state.isArriving && Date.now() - arrived.at < ARRIVING) setState(all)
  else if (state.source !== items) {
    const held = hold(state.held.items, items, list.keyOf, list.more)
    setState({ ...all, held, mayMove: areHandsOff && isBehind(held) })
  }
  const { held, mayMove } = state
  const isHeldBack = isBehind(held)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows that are drawn are what it moves
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    if (before.current !== undefined) slideFrom(element, before.current)
    before.current = undefined
    if (isAsked.current) {
      if (element.getBoundingClientRect().top < 0) element.scrollIntoView({ block: "start" })
      element.querySelector<HTMLElement>("[tabindex='0'], a, summary")?.focus({ preventScroll: true })
    }
    isAsked.current = false
    if (!isHeldBack || !areHandsOff || !isLeftAlone(element)) {
      if (mayMove) setState((drawn) => ({ ...drawn, mayMove: false }))
      return
    }
    before.current = placesAround(element)
    startTransition(() => setState(all))
  }, [held, items, isHeldBack, areHandsOff])

  return (
    <div className="held-rows" ref={place}>
      {/* Rows that may move by themselves are not offered before it is known whether they do. */}
      <Newer
        count={mayMove ? 0 : held.waiting}
        isMore={held.isGap}
        isReordered={!mayMove && held.isReordered}
        onShow={() => {
          isAsked.current = true
          setState(all)
        }}
      />
      {children(held.items)}
    </div>
  )
}
