/** The share of the stake that decides a vote. */
import { endpoints } from "../api/endpoints.ts"
import { numberIn } from "../format/json.ts"
import { useAnswer } from "./hooks.ts"

/** By the contract's current settings, from 0 to 1; undefined while they are unknown. */
export const useQuorum = (): number | undefined => {
  const { data } = useAnswer(endpoints.config())
  const basisPoints = numberIn(data?.config, "quorumBps")
  return basisPoints === undefined ? undefined : basisPoints / 10_000
}
