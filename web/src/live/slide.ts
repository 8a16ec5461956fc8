/** Rows that make room for others slide there: for the reader's eye they move, for the layout nothing jumps. */

const MILLISECONDS = 450
/** For who wants no motion: they are there in the next picture. */
const AT_ONCE = 1
const SLIDE = "slide"

/** Where something stands on the screen, by its top edge. */
export type Places = ReadonlyMap<Element, number>

const rowsOf = (list: Element) => list.querySelectorAll("tbody > tr, .windowed > li")
const topOf = (element: Element) => element.getBoundingClientRect().top

/** Everything that a list pushes about when it grows: its rows, and what stands below it in the view. */
const pushedBy = (list: Element): ReadonlyArray<Element> => {
  const below: Array<Element> = []
  for (let at: Element | null = list; at !== null && at.tagName !== "MAIN"; at = at.parentElement)
    for (let next = at.nextElementSibling; next !== null; next = next.nextElementSibling) below.push(next)
  return [...rowsOf(list), ...below]
}

export const placesAround = (list: Element): Places => new Map(pushedBy(list).map((element) => [element, topOf(element)]))

/** Called when all stands where it belongs, before it is painted: what stood elsewhere comes from there. */
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
