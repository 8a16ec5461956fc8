/**
 * Seeks cases that notice changes which no case of the kit notices yet. usage: find.ts MUTANTS [--in=FOLDER] [--rule=PREFIX,…] [--seconds=N] [--seeds=FILE]. It changes cases that are there (or those of
 * FILE, in lines of `rules.jsonl`) in a few places: a value becomes another one that was seen in the same place, or one beside it; an entry goes, comes twice or moves. A case stays if it
 * notices a change that no other does. Cases that people wrote stay as they are.
 */
import { createHash } from "node:crypto"
import { appendFileSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Array as Arr } from "effect"
import { sourceOf, whyEquivalent } from "./equivalent.ts"
import { atLoad, lineFiles, mutants, outcomeWith, playable, reaching } from "./instrumented.ts"
import { generator } from "./random.ts"
import { changedOf, type Json, Places, shrunk } from "./vary.ts"

const options = new Map(
  process.argv
    .slice(3)
    .map((word) => word.replace(/^--/, "").split("=", 2))
    .map(([key = "", value = ""]) => [key, value])
)
const root = resolve(import.meta.dirname, "../..")
const folder = options.get("in") ?? "src/"
const prefixes = (options.get("rule") ?? "").split(",")
const milliseconds = 1_000 * Number(options.get("seconds") ?? 20)

/** Larger cases are not kept: the kit is read by people, too. */
const LARGEST = 12_000

/** How long a case is made smaller, in milliseconds. */
const SHRINKING = 3_000

type Case = { readonly [key: string]: Json }

const mine = new Set(
  mutants.filter((one) => one.file.startsWith(folder) && !atLoad.has(one.id) && whyEquivalent(one) === undefined).map(({ id }) => id)
)
const survivors = new Set(mine)
for (const { play } of playable()) {
  const { reached, wanted } = reaching(play)
  for (const id of reached) if (survivors.has(id) && outcomeWith(id, play) !== wanted) survivors.delete(id)
}
console.error(`${survivors.size} of ${mine.size} changes are not noticed`)

const read = (text: string): ReadonlyArray<Case> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

const reachedBy = (outcomeOf: (json: string) => unknown, one: Case): ReadonlyArray<string> => {
  const json = JSON.stringify(one)
  return reaching(() => JSON.stringify(outcomeOf(json)) ?? "").reached
}

/** Which survivors a case notices; undefined where it is no case, because the rules as they are throw. */
const noticedBy = (outcomeOf: (json: string) => unknown, one: Case, of: ReadonlySet<string>): ReadonlyArray<string> | undefined => {
  const json = JSON.stringify(one)
  const play = () => JSON.stringify(outcomeOf(json)) ?? ""
  const { reached, wanted } = reaching(play)
  if (wanted.startsWith("threw ") || wanted.includes('"$number"')) return undefined
  return reached.filter((id) => of.has(id) && outcomeWith(id, play) !== wanted)
}

const nameOf = ({ name: _, ...input }: Case): string => createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 8)

for (const { file, outcomeOf } of lineFiles()) {
  const path = resolve(root, "conformance", file)
  const there = read(readFileSync(path, "utf8")).map(({ outcome: _, ...one }): Case => one)
  const given = options.has("seeds") && file === "rules.jsonl" ? read(readFileSync(options.get("seeds") ?? "", "utf8")) : []
  const groups = Arr.groupBy([...there, ...given], ({ rule = "" }) => String(rule))
  for (const [rule, seeds] of Object.entries(groups)) {
    const random = generator(seeds.length)
    const useful = new Set(seeds.slice(0, 60).flatMap((one) => reachedBy(outcomeOf, one).filter((id) => survivors.has(id))))
    if (useful.size === 0 || !prefixes.some((one) => rule.startsWith(one))) continue
    const places = new Places(seeds)
    const found: Array<Case> = []
    const tryOne = (one: Case) => {
      const noticed = noticedBy(outcomeOf, one, survivors) ?? []
      if (noticed.length === 0) return
      const wanted = new Set(noticed)
      const until = Date.now() + SHRINKING
      const least =
        JSON.stringify(one).length < 400
          ? one
          : shrunk(one, places, (less) => Date.now() < until && noticedBy(outcomeOf, less, wanted)?.length === wanted.size)
      for (const id of noticed) survivors.delete(id)
      found.push({ ...least, name: `${rule === "" ? "found" : rule} ${nameOf(least)}` })
    }
    const bySize = seeds.map((one) => ({ one, size: JSON.stringify(one).length })).toSorted((left, right) => left.size - right.size)
    for (const { one } of bySize.slice(0, 400)) tryOne(one)
    const pool = bySize.filter(({ size }) => size <= LARGEST).map(({ one }) => one)
    const before = survivors.size
    const ends = Date.now() + milliseconds
    let tries = 0
    while ([...useful].some((id) => survivors.has(id)) && pool.length > 0 && Date.now() < ends) {
      const base = found.length > 0 && random() < 0.5 ? found : pool
      const one = base[Math.floor(random() * base.length)]
      if (one !== undefined) tryOne(changedOf(one, places, random))
      tries += 1
    }
    if (found.length > 0) appendFileSync(path, found.map((one) => `${JSON.stringify(one)}\n`).join(""))
    console.error(
      `${file} ${rule}: ${found.length} cases, ${before - survivors.size} changes by ${tries} tries; ${[...useful].filter((id) => survivors.has(id)).length} that it reaches and ${survivors.size} in all are left`
    )
  }
}
for (const mutant of mutants)
  if (survivors.has(mutant.id))
    console.log(
      `${mutant.file}:${mutant.line} ${mutant.replacement.replaceAll(/\s+/g, " ").slice(0, 100)}   in   ${sourceOf(mutant).slice(0, 110)}`
    )
