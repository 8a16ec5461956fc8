/** Navigation. The address holds the state of the view, so that everything shown can be shared. */
import { useSyncExternalStore } from "react"
import { isExported } from "../exported/place.ts"

export interface Place {
  readonly path: string
  /** With its question mark; "" without a query. */
  readonly search: string
}

/** A bucket has one document for all views, so an exported page's address follows the #. Other text there is a place in the document. */
const inHash = (hash: string): Place | undefined => {
  const [, path, search = ""] = /^#(\/[^?]*)(\?.*)?$/.exec(hash) ?? []
  return path === undefined ? undefined : { path, search }
}

/** The view that an address of this page leads to. */
export const placeOf = ({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): Place | undefined =>
  isExported ? inHash(hash) : { path: pathname, search }

/** What a link to a view refers to. */
export const linkTo = (to: string): string => (isExported ? `#${to}` : to)

let place = placeOf(window.location) ?? { path: "/", search: "" }
const listeners = new Set<() => void>()
/** The scroll position of each history entry. */
const scrolled = new Map<string, number>()

const keyOf = (state: unknown): string =>
  typeof state === "object" && state !== null && "key" in state && typeof state.key === "string" ? state.key : "first"

/** Not crypto.randomUUID, which is missing on pages loaded by plain HTTP from another machine. */
const newKey = () => Math.random().toString(36).slice(2)

let key = keyOf(window.history.state)

/** A new view was opened, and its title has not received focus yet. */
let arriving = false

/** Whether this is the first title since a new view was opened. It receives focus, for keyboard and screen reader users. */
export const takeArrival = (): boolean => {
  const was = arriving
  arriving = false
  return was
}

const moved = (replaced = false) => {
  const next = placeOf(window.location) ?? place
  if (!replaced && next.path !== place.path) arriving = true
  place = next
  key = keyOf(window.history.state)
  for (const listener of listeners) listener()
}

window.history.scrollRestoration = "manual"
window.addEventListener("popstate", () => {
  scrolled.set(key, window.scrollY)
  moved()
})

/** Navigates. `replace` replaces the history entry, as for a filter that is being typed. */
export const navigate = (to: string, { replace = false }: { readonly replace?: boolean } = {}): void => {
  scrolled.set(key, window.scrollY)
  if (replace) window.history.replaceState({ key }, "", linkTo(to))
  else window.history.pushState({ key: newKey() }, "", linkTo(to))
  moved(replace)
}

/** Shows the current view anew. */
export const showAgain = (): void => navigate(place.path + place.search, { replace: true })

/** The scroll position of this entry when it was left. */
export const scrollHere = (): number => scrolled.get(key) ?? 0

export const usePlace = (): Place =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => place
  )
