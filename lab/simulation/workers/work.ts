/** A worker process: plays the work that it reads from standard input, until the input ends, and writes results to standard output. */
import { createInterface } from "node:readline"
import { Effect, Schema } from "effect"
import { allScenarios } from "../scenarios/all.ts"
import { type Reply, Work } from "./protocol.ts"

const decode = Schema.decodeUnknownSync(Schema.parseJson(Work))

const answer = (reply: Reply): void => {
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}

const played = ({ hostileBps, miners, piece, rounds, scenario: name, seed, validators }: Work): Effect.Effect<unknown> => {
  const scenario = allScenarios.find((one) => one.name === name)
  if (scenario === undefined) return Effect.dieMessage(`there is no scenario ${name}`)
  const { play } = scenario
  if (piece !== null) return play === undefined ? Effect.dieMessage(`${name} has no pieces`) : Effect.sync(() => play(piece))
  return scenario.run({
    seed,
    rounds,
    miners,
    validators,
    ...(hostileBps === undefined ? {} : { hostileBps }),
    onProgress: (line) => answer({ _tag: "progress", line })
  })
}

export const main = async (): Promise<void> => {
  const input = createInterface({ input: process.stdin })
  // When the simulation has ended, the worker does not finish its season.
  input.on("close", () => process.exit(0))
  for await (const line of input) answer({ _tag: "played", result: await Effect.runPromise(played(decode(line))) })
}
