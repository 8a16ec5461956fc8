/** Whether the page is being printed: paper can't be unfolded or scrolled. */
import { useSyncExternalStore } from "react"

const printed = matchMedia("print")
const subscribe = (act: () => void) => {
  printed.addEventListener("change", act)
  return () => printed.removeEventListener("change", act)
}

export const isOnPaper = (): boolean => printed.matches

export const useOnPaper = (): boolean => useSyncExternalStore(subscribe, isOnPaper)
