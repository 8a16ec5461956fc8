/** Animates rows to their new position by transforms, without layout shift. */

const MILLISECONDS = 450
/** Readers who prefer reduced motion see the rows without animation. */
const AT_ONCE = 1
const SLIDE = "slide"

/** The top edge of an element on the screen. */
export type Places = ReadonlyMap<Element, number>

const rowsOf = (list: Element) => list.querySelectorAll("tbody > tr, .windowed > li")
const topOf = (element: Element) => element.getBoundingClientRect().top

/** The elements that a growing list moves: its rows, and everything below it in the view. */
const pushedBy = (list: Element): ReadonlyArray<Element> => {
  const below: Array<Element> = []
  for (let at: Element | null = list; at !== null && at.tagName !== "MAIN"; at = at.parentElement)
    for (let next = at.nextElementSibling; next !== null; next = next.nextElementSibling) below.push(next)
  return [...rowsOf(list), ...below]
}

export const placesAround = (list: Element): Places => new Map(pushedBy(list).map((element) => [element, topOf(element)]))

/** Whether an element with this top edge and height is on the screen. */
const isOnScreen = (top: number, height: number): boolean => top < innerHeight && top + height > 0

/** Called after layout and before paint: moved elements slide from their old position, if they come from the screen or to it. */
export const slideFrom = (list: Element, before: Places): void => {
  const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? AT_ONCE : MILLISECONDS
  for (const animation of document.getAnimations()) {
    const moved = animation.effect instanceof KeyframeEffect ? animation.effect.target : null
    if (animation.id === SLIDE && moved !== null && before.has(moved)) animation.cancel()
  }
  const timing = { id: SLIDE, duration, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" }
  const moves = [...before].flatMap(([element, was]) => {
    const { top, height } = element.getBoundingClientRect()
    return was !== top && (isOnScreen(was, height) || isOnScreen(top, height)) ? [{ element, from: was - top }] : []
  })
  const added = [...rowsOf(list)].filter((row) => !before.has(row) && isOnScreen(topOf(row), row.clientHeight))
  for (const { element, from } of moves)
    element.animate([{ transform: `translateY(${from}px)` }, { transform: "translateY(0)" }], { ...timing, composite: "add" })
  for (const row of added) row.animate([{ opacity: 0 }, { opacity: 0, offset: 0.3 }, { opacity: 1 }], timing)
}
