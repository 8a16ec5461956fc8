/** Where the reader is: the address is the state, so that everything that is seen can be sent to somebody. */
import { useSyncExternalStore } from "react"

export interface Place {
  readonly path: string
  /** With its question mark; "" without a query. */
  readonly search: string
}

const here = (): Place => ({ path: window.location.pathname, search: window.location.search })

let place = here()
const listeners = new Set<() => void>()
/** How far each place in the history was scrolled. */
const scrolled = new Map<string, number>()

const keyOf = (state: unknown): string =>
  typeof state === "object" && state !== null && "key" in state && typeof state.key === "string" ? state.key : "first"

/** Not crypto.randomUUID: a page that comes by http from another machine has none. */
const newKey = () => Math.random().toString(36).slice(2)

let key = keyOf(window.history.state)

/** Another view was gone to, and its title has not had the focus yet. */
let arriving = false

/** Whether this title is the first since another view was gone to: who comes by keyboard or listens goes on there. */
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

/** Goes there. `replace`: what was here is not worth going back to, as a filter that is still being typed. */
export const navigate = (to: string, { replace = false }: { readonly replace?: boolean } = {}): void => {
  scrolled.set(key, window.scrollY)
  if (replace) window.history.replaceState({ key }, "", to)
  else window.history.pushState({ key: newKey() }, "", to)
  moved(replace)
}

/** How far this place was scrolled when it was left. */
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
