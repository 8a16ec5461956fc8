/**
 * Writes conformance/epoch.json: an epoch of a running subnet (the demo's), as the chain, an index and the validators' axons tell of it. usage: kitEpoch.ts INDEX EPOCH ROSTER, with an
 * index's address and a roster's file.
 */
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { EpochState } from "../src/domain/EpochState.ts"
import { signedReport } from "../src/domain/Report.ts"
import { RosterDocument } from "../src/domain/Roster.ts"
import { settle } from "./settle.ts"

const [index = "", epoch = "", rosterFile = ""] = process.argv.slice(2)

/** None where the answer is 404. */
const textFrom = async (address: string): Promise<ReadonlyArray<string>> => {
  const answer = await fetch(address)
  if (answer.status === 404) return []
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`)
  return [await answer.text()]
}

const [factsText = ""] = await textFrom(`${index}/v1/consensus/epochs/${epoch}/facts`)
const facts = Schema.decodeSync(Schema.parseJson(EpochState))(factsText)
const roster = Schema.decodeSync(Schema.parseJson(RosterDocument))(readFileSync(rosterFile, "utf8"))
const asked = facts.voters.flatMap(({ axon, hotkey, atOpening }) =>
  axon === null || atOpening?.epoch !== facts.epoch ? [] : [`http://${axon.ip}:${axon.port}/v1/consensus/reports/${epoch}/${hotkey}`]
)
const reports = (await Promise.all(asked.map(textFrom))).flat()
for (const text of reports) Schema.decodeSync(signedReport.Text)(text)
const sets = facts.voters.flatMap(({ weights: { _tag, ...found } }) => (_tag === "Weights" ? [JSON.stringify(found)] : []))
const timesOf = (one: string) => sets.filter((other) => other === one).length
const [most] = sets.toSorted((one, other) => timesOf(other) - timesOf(one))
if (most === undefined) throw new Error(`nobody has set weights in epoch ${epoch}`)
const document = {
  decided_by: ["an-epoch-what-miners-earned"],
  note: "An epoch of the demo. What the chain said, the roster, the reports as they were served, and the weights that most validators set.",
  facts: Schema.encodeSync(EpochState)(facts),
  roster: Schema.encodeSync(RosterDocument)(roster),
  reports,
  weights: JSON.parse(most)
}
settle("conformance/epoch.json", `${JSON.stringify(document)}\n`)
