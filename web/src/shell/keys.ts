/** What single keys do. */
import { kept } from "../data/kept.ts"
import { pageAddress } from "../routes/addresses.ts"
import { navigate } from "../routes/history.ts"
import { places } from "./destinations.ts"

/** Kept as "off" by readers whose keys arrive by themselves, as with speech input (WCAG 2.1.4). */
export const SHORTCUTS = "shortcuts"

/** The outermost things of a view that contain a link: rows, cards, items of lists. */
const ROWS = "main :is(tbody > tr, li, article):has(a[href]):not(:is(li, article, td) *, .page-head *, nav *)"

const isVisible = (element: Element) => element.getClientRects().length > 0 && element.closest("dialog, details:not([open])") === null

/** Moves the focus to the link that opens the next row, or the row before: its own, else its first. Starts with the first row on the screen. */
const step = (by: 1 | -1) => {
  const rows = [...document.querySelectorAll(ROWS)].filter(isVisible)
  // Windowed lists draw the focused row out of its place, and place rows by transforms.
  const placed = rows.map((row) => ({ row, top: row.getBoundingClientRect().top })).toSorted((one, other) => one.top - other.top)
  const at = placed.findIndex(({ row }) => row.contains(document.activeElement))
  const next = at >= 0 ? placed[at + by] : by === 1 ? placed.find(({ top }) => top >= 0) : placed.findLast(({ top }) => top < 0)
  const link = next?.row.querySelector<HTMLAnchorElement>("a[data-opens]") ?? next?.row.querySelector<HTMLAnchorElement>("a[href]")
  link?.focus({ preventScroll: true })
  next?.row.scrollIntoView({ block: "nearest" })
}

const searchField = () => document.querySelector<HTMLInputElement>("main input[type=search]")

/** Animation frames in which a view is expected to appear. */
const FRAMES_WAITED = 300

/** Opens the search of everything, and focuses its field. */
const searchEverything = () => {
  navigate(pageAddress("search"))
  let frames = 0
  const look = () => {
    const field = searchField()
    if (field !== null) field.focus()
    else if (++frames < FRAMES_WAITED) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Focuses the view's search, else that of everything. */
const search = () => {
  const here = searchField()
  if (here === null) searchEverything()
  else here.focus()
}

const isTyping = (target: EventTarget | null) =>
  target instanceof Element && target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null

/** Milliseconds between "g" and the letter of a view. */
const SECOND_KEY_WITHIN = 1_500

/** Follows the keys until the returned function is called. `help` shows what they do. */
export const followKeys = (help: () => void): (() => void) => {
  let goneAt = Number.NEGATIVE_INFINITY
  const press = (event: KeyboardEvent) => {
    const { key, target, timeStamp } = event
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "k" && document.querySelector("dialog[open]") === null) {
      event.preventDefault()
      searchEverything()
      return
    }
    if (
      event.defaultPrevented ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.isComposing ||
      (event.repeat !== false && key !== "j" && key !== "k")
    )
      return
    if (isTyping(target) || kept(SHORTCUTS) === "off" || document.querySelector("dialog[open]") !== null) return
    const isGoing = timeStamp - goneAt < SECOND_KEY_WITHIN
    goneAt = key === "g" ? timeStamp : Number.NEGATIVE_INFINITY
    const destination = isGoing ? places.find((one) => one.key === key) : undefined
    const act =
      destination !== undefined
        ? () => navigate(pageAddress(destination.page))
        : isGoing
          ? undefined
          : key === "j"
            ? () => step(1)
            : key === "k"
              ? () => step(-1)
              : key === "/"
                ? search
                : key === "?"
                  ? help
                  : undefined
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  document.addEventListener("keydown", press)
  return () => document.removeEventListener("keydown", press)
}
