/** Whether the page is being printed, which can't be unfolded or scrolled; whether it is narrow. */
import { useSyncExternalStore } from "react"

const printed = matchMedia("print")
const subscribe = (act: () => void) => {
  printed.addEventListener("change", act)
  return () => printed.removeEventListener("change", act)
}

export const isOnPaper = (): boolean => printed.matches

export const useOnPaper = (): boolean => useSyncExternalStore(subscribe, isOnPaper)

/** Whether the page is as narrow as on a phone: lists begin with a few rows, and what is seldom needed is folded. */
export const isNarrow = (): boolean => !matchMedia("(min-width: 761px)").matches
