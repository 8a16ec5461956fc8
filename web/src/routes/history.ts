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

let key = keyOf(window.history.state)

const moved = () => {
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
  else window.history.pushState({ key: crypto.randomUUID() }, "", to)
  moved()
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
