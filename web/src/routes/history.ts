/** Navigation. The address holds the state of the view, so that everything shown can be shared. */
import { useSyncExternalStore } from "react"

export interface Place {
  readonly path: string
  /** With its question mark; "" without a query. */
  readonly search: string
}

const here = (): Place => ({ path: window.location.pathname, search: window.location.search })

let place = here()
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
  if (!replaced && window.location.pathname !== place.path) arriving = true
  place = here()
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
  if (replace) window.history.replaceState({ key }, "", to)
  else window.history.pushState({ key: newKey() }, "", to)
  moved(replace)
}

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
