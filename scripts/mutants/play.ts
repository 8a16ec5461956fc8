/** Plays the conformance kit against each changed rule. usage: play.ts MUTANTS. It divides them among processes (--part PART PARTS). */
import { availableParallelism } from "node:os"
import { atLoad, loadedWith, type Mutant, mutants, outcome, outcomeWith, playable, reaching } from "./instrumented.ts"
import { report } from "./report.ts"

const [path = "", how, ...rest] = process.argv.slice(2)

/** The changes that some case notices, of every `parts`th one. */
const noticedOf = async (part: number, parts: number): Promise<ReadonlyArray<string>> => {
  const played = playable().map(({ name, play }) => ({ name, play, ...reaching(play) }))
  const reachedBy = new Map<string, Array<(typeof played)[number]>>()
  for (const one of played)
    for (const id of one.reached) {
      const before = reachedBy.get(id)
      if (before === undefined) reachedBy.set(id, [one])
      else before.push(one)
    }
  const mine = mutants.filter((_, index) => index % parts === part)
  const noticed = mine.filter(({ id }) => (reachedBy.get(id) ?? []).some(({ play, wanted }) => outcomeWith(id, play) !== wanted))
  // A change that is made while the rules are loaded: cases of its own folder come first, because one of them most likely notices it.
  for (const one of mine.filter(({ id }) => atLoad.has(id))) {
    const [, room = ""] = /^src\/(?:rules\/)?(\w+)/.exec(one.file) ?? []
    const isOfRoom = new RegExp(room === "elo" ? "elo|ratings" : room)
    const cases = await loadedWith(one.id).catch(() => undefined)
    const order = [...played.entries()].toSorted(
      ([, left], [, right]) => Number(isOfRoom.test(right.name)) - Number(isOfRoom.test(left.name))
    )
    if (order.some(([index, { wanted }]) => cases === undefined || outcome(cases[index]?.play ?? String) !== wanted)) noticed.push(one)
  }
  return noticed.map(({ id }: Mutant) => id)
}

if (how === "--part") {
  console.log(JSON.stringify(await noticedOf(Number(rest[0]), Number(rest[1]))))
  process.exit(0)
}

const PARTS = availableParallelism()
const parts = Array.from({ length: PARTS }, async (_, part): Promise<ReadonlyArray<string>> => {
  const command = [process.execPath, "--conditions", "development", import.meta.path, path, "--part", String(part), String(PARTS)]
  return JSON.parse(await new Response(Bun.spawn(command, { stdout: "pipe", stderr: "inherit" }).stdout).text())
})
const noticed = new Set((await Promise.all(parts)).flat())
report("Changes that the kit plays", mutants, noticed)
