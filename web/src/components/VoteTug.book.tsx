import type { Entry } from "../book/Entry.ts"
import { VoteTug } from "./VoteTug.tsx"

const part = (validator: string, alpha: bigint, isYoung = false) => ({ validator, weight: alpha * 1_000_000_000n, isYoung })
const TOTAL = "10000000000000"
const none = (name: string) => ({ name, parts: [] })
const some = (name: string) => ({
  name,
  parts: [
    part("5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy", 2_100n),
    part("5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", 1_000n, true)
  ]
})
const most = (name: string) => ({ name, parts: [...some(name).parts, part("5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL", 3_400n)] })

export default {
  name: "VoteTug",
  about:
    "Validators' stake for either side. A vote that is not old enough to count is striped. Once the whole colour of a side reaches its quorum line, it can be settled.",
  pages: ["Match"],
  props: [
    [
      "a, b",
      "{ name, parts }",
      "each side and its validators' weights in rao, and which votes are not old enough; without b, a single choice"
    ],
    ["total", "string (rao)", "the weight of all validators"],
    ["quorum", "number | undefined", "the share that decides"],
    ["title", "string", "what the figures are about"],
    ["passed", '"a" | "b"', "the side that has won"],
    ["tone", '"sides" | "neither"', "colours"]
  ],
  feeds: ["/v1/competitions/{id}: votes (choice, since, weight, totalWeight, endedBy)", "/v1/config: config.quorumBps"],
  states: [
    ["no votes", <VoteTug key="" a={none("ada")} b={none("bob")} total={TOTAL} quorum={0.5001} />],
    ["both have votes", <VoteTug key="" a={some("ada")} b={some("bob")} total={TOTAL} quorum={0.5001} />],
    ["a has passed", <VoteTug key="" a={most("ada")} b={none("bob")} total={TOTAL} quorum={0.5001} passed="a" />],
    ["a higher quorum", <VoteTug key="" a={some("ada")} b={some("bob")} total={TOTAL} quorum={0.667} />],
    ["for neither", <VoteTug key="" a={some("cancelled: a duplicate")} total={TOTAL} quorum={0.5001} tone="neither" />],
    ["the settings are still loading", <VoteTug key="" a={some("ada")} b={none("bob")} total={TOTAL} quorum={undefined} />]
  ]
} satisfies Entry
