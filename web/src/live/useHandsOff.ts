import { useSyncExternalStore } from "react"
import { Hands } from "./hands.ts"

const hands = new Hands(document)

/** Whether nobody has used the page recently. */
export const useHandsOff = (): boolean => useSyncExternalStore(hands.subscribe, hands.areOff)
