/** What the browser keeps for its reader between visits. Without storage, it lasts until the page is closed. */
import { useSyncExternalStore } from "react"

const listeners = new Set<() => void>()
const values = new Map<string, string | undefined>()

const stored = (name: string): string | undefined => {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

const tell = () => {
  for (const listener of listeners) listener()
}

export const kept = (name: string): string | undefined => {
  if (!values.has(name)) values.set(name, stored(name))
  return values.get(name)
}

export const keep = (name: string, value: string | undefined): void => {
  values.set(name, value)
  try {
    if (value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // No storage, or no room in it.
  }
  tell()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** A kept value that follows changes, also those made in another tab. */
export const useKept = (name: string): string | undefined => useSyncExternalStore(subscribe, () => kept(name))

if (typeof window !== "undefined")
  window.addEventListener("storage", ({ key }) => {
    if (key === null) values.clear()
    else values.delete(key)
    tell()
  })
