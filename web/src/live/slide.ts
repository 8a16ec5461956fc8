/** Animates rows to their new position by transforms, without layout shift. Rows are below or beside each other. */

const MILLISECONDS = 450
/** Readers who prefer reduced motion see the rows without animation. */
const AT_ONCE = 1
const SLIDE = "slide"

/** Where elements are on the screen. */
export type Places = ReadonlyMap<Element, DOMRect>

const rowsOf = (list: Element) => list.querySelectorAll("tbody > tr, :is(.windowed, .ticker-items, .live-competitions, .grabs) > li")

/** The elements that a growing list moves: its rows, and everything below it in the view. */
const pushedBy = (list: Element): ReadonlyArray<Element> => {
  const below: Array<Element> = []
  for (let at: Element | null = list; at !== null && at.tagName !== "MAIN"; at = at.parentElement)
    for (let next = at.nextElementSibling; next !== null; next = next.nextElementSibling) below.push(next)
  return [...rowsOf(list), ...below]
}

const isOnScreen = ({ bottom, left, right, top }: DOMRect): boolean => top < innerHeight && bottom > 0 && left < innerWidth && right > 0

interface Shift {
  readonly left: number
  readonly top: number
}

const STILL: Shift = { left: 0, top: 0 }
const between = (a: Shift, b: Shift): Shift => ({ left: a.left - b.left, top: a.top - b.top })

/** Of the lists that changed since the last paint: where they and what they move were before. */
const changed = new Map<Element, Places>()

/** What an element moves by itself, besides what it is moved by an element around it. */
const ownShift = (element: Element, shifts: ReadonlyMap<Element, Shift>): Shift => {
  const own = shifts.get(element) ?? STILL
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    const around = shifts.get(at)
    if (around !== undefined) return between(own, around)
  }
  return own
}

/** Reads all places before it moves anything. Reading a place after a change makes the browser lay out the page again. */
const slideAll = () => {
  if (changed.size === 0) return
  const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? AT_ONCE : MILLISECONDS
  const before = new Map([...changed.values()].flatMap((places) => [...places]))
  const rows = [...changed.keys()].flatMap((list) => [...rowsOf(list)])
  changed.clear()
  for (const animation of document.getAnimations()) {
    const moved = animation.effect instanceof KeyframeEffect ? animation.effect.target : null
    if (animation.id === SLIDE && moved !== null && before.has(moved)) animation.cancel()
  }
  const timing = { id: SLIDE, duration, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" }
  const now = new Map([...before.keys()].map((element) => [element, element.getBoundingClientRect()]))
  const shifts = new Map([...before].map(([element, was]) => [element, between(was, now.get(element) ?? was)]))
  const moves = [...now].flatMap(([element, place]) => {
    const from = ownShift(element, shifts)
    const isMoved = from.left !== 0 || from.top !== 0
    return isMoved && (isOnScreen(before.get(element) ?? place) || isOnScreen(place)) ? [{ element, from }] : []
  })
  const added = rows.filter((row) => !before.has(row) && isOnScreen(row.getBoundingClientRect()))
  for (const { element, from } of moves)
    element.animate([{ transform: `translate(${from.left}px, ${from.top}px)` }, { transform: "translate(0)" }], {
      ...timing,
      composite: "add"
    })
  for (const row of added) row.animate([{ opacity: 0 }, { opacity: 0, offset: 0.3 }, { opacity: 1 }], timing)
}

/** Where a list's rows and what it moves are before it changes. */
export const placesAround = (list: Element): Places => {
  // Rows that an earlier change moved must look as if they were still where they come from.
  slideAll()
  return new Map(pushedBy(list).map((element) => [element, element.getBoundingClientRect()]))
}

/**
 * Called after layout: before the next paint, moved elements slide from their old position, if they come from the screen or to it. Lists that change together move
 * together.
 */
export const slideFrom = (list: Element, before: Places): void => {
  if (changed.size === 0) queueMicrotask(slideAll)
  changed.set(list, before)
}
