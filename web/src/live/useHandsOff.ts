import { useSyncExternalStore } from "react"
import { Hands } from "./hands.ts"

const hands = new Hands(document)

/** Whether nobody has touched the page for a while, or ever. */
export const useHandsOff = (): boolean => useSyncExternalStore(hands.subscribe, hands.areOff)
