/**
 * Fits the odds' weights to simulated seasons, measures both kinds of calibration, and writes `src/story/odds.json`. Its argument is a recorded
 * history: a merged pull request in JSON a line, with `author.login` and `merged_at`.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { Schema } from "effect"
import { calibrationOf, fitTo, lossOf, racesOf, seasonsOf } from "../lab/simulation/ratings/odds.ts"

const Line = Schema.parseJson(Schema.Struct({ author: Schema.Struct({ login: Schema.String }), merged_at: Schema.String }))
const [, , path = "../shared/data/github/JSONbored__gittensory.jsonl"] = process.argv
const merges = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => Schema.decodeSync(Line)(line))
  .map(({ author, merged_at }) => ({ author: author.login, at: Date.parse(merged_at) }))

const [trained, held] = [seasonsOf([1, 2], 365), seasonsOf([11, 12], 365)]
const fittedWeights = fitTo(trained)
const weights = Object.fromEntries(Object.entries(fittedWeights).map(([name, value]) => [name, Number(value.toFixed(3))]))
const races = racesOf(merges)
const half = Math.floor(races.length / 2)
const ofRaces = { ...fittedWeights, pace: fitTo(races.slice(0, half)).pace }
const calibration = { seasons: calibrationOf(held, fittedWeights), recorded: calibrationOf(races.slice(half), ofRaces) }
writeFileSync(new URL("../src/story/odds.json", import.meta.url), `${JSON.stringify({ weights, calibration }, undefined, 2)}\n`)
const early = held.map((sample) => ({ ...sample, a: "none" as const, b: "none" as const }))
console.log(
  JSON.stringify({ samples: [trained.length, held.length], loss: lossOf(held, fittedWeights), lossByRatings: lossOf(early, fittedWeights) })
)
