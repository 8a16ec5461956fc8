/** Which chain and contract are asked: the main network's, which this file names, or others, which somebody gave it. */

import { readNetwork } from "../../src/verification/claims.ts"

/**
 * The main network, with archive nodes of two operators: Bittensor's own (docs.learnbittensor.org/bittensor-networks) and OnFinality's. It has no contract
 * of ours yet, so whoever checks a match there has to name it.
 */
const MAIN = {
  genesis: "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03",
  endpoints: ["wss://archive.chain.opentensor.ai:443", "wss://bittensor-finney.api.onfinality.io/public-ws"]
} as const

const isTexts = (value: unknown): value is ReadonlyArray<string> => Array.isArray(value) && value.every((one) => typeof one === "string")

export type Place = Readonly<Record<"genesis" | "contract", string>> & { readonly endpoints: ReadonlyArray<string> }

/** What whoever served this file wrote into it, else what it names itself. */
export const firstPlace = (): Place => {
  const content = document.querySelector<HTMLMetaElement>('meta[name="gittensor-network"]')?.content ?? ""
  const given: Readonly<Record<string, unknown>> = content === "" ? {} : JSON.parse(content)
  const genesis = typeof given.genesis === "string" ? given.genesis : MAIN.genesis
  const contract = typeof given.contract === "string" ? given.contract : ""
  const named = isTexts(given.endpoints) && given.endpoints.length > 0 ? given.endpoints : undefined
  return { genesis, contract, endpoints: named ?? (genesis === MAIN.genesis ? MAIN.endpoints : []) }
}

/** What of a place this file does not name itself, a sentence each. */
export const strangeIn = ({ genesis, contract, endpoints }: Place): ReadonlyArray<string> => [
  ...(genesis === MAIN.genesis ? [] : ["This is not the main network."]),
  ...(endpoints.every((one) => MAIN.endpoints.some((own) => own === one))
    ? []
    : ["The nodes that it asks were named by whoever gave you this page."]),
  ...(contract === "" ? [] : ["The contract was named by whoever gave you this page: this release knows none on the main network."])
]

/** What is wrong with a place, or undefined. */
export const problemWith = (place: Place): string | undefined => {
  const read = readNetwork(place)
  if (read._tag === "Left") return read.left
  if (place.endpoints.length === 0) return "Which nodes? Write one address a line, wss://…"
  const plain = place.endpoints.find((one) => !/^(?:wss:\/\/|ws:\/\/(?:127\.0\.0\.1|localhost)[:/])/.test(one))
  return plain === undefined ? undefined : `${plain}: without encryption only nodes on this machine are asked`
}
