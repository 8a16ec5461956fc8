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

/** Called after layout and before paint: moved elements slide from their old position. */
export const slideFrom = (list: Element, before: Places): void => {
  const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? AT_ONCE : MILLISECONDS
  for (const element of before.keys()) for (const animation of element.getAnimations()) if (animation.id === SLIDE) animation.cancel()
  const timing = { id: SLIDE, duration, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" }
  const moves = [...before].map(([element, top]) => [element, top - topOf(element)] as const)
  for (const [element, from] of moves)
    if (from !== 0)
      element.animate([{ transform: `translateY(${from}px)` }, { transform: "translateY(0)" }], { ...timing, composite: "add" })
  for (const row of rowsOf(list)) if (!before.has(row)) row.animate([{ opacity: 0 }, { opacity: 0, offset: 0.3 }, { opacity: 1 }], timing)
}
