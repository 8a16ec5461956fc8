/** Tree differences as today's program computes them, by its Python packages. */
import { join } from "node:path"
import type { Texts, Values } from "../corpus/corpus.ts"

const WEIGHTS = join(import.meta.dirname, "../../../../src/domain/roster/token_weights.json")

export interface PeerValues {
  readonly values: Values
  readonly broken: readonly [boolean, boolean]
}

/** The values of each pair. `packages`: the folder of the Python packages. Splits the pairs between `processes`. */
export const peerValues = async (packages: string, pairs: ReadonlyArray<Texts>, processes = 1): Promise<ReadonlyArray<PeerValues>> => {
  const share = Math.ceil(pairs.length / processes)
  const parts = Array.from({ length: processes }, (_, index) => pairs.slice(index * share, (index + 1) * share))
  const found = await Promise.all(
    parts.map(async (part) => {
      const frames = part.flatMap(({ grammar, baseBytes, headBytes }) => [
        Buffer.from(`${JSON.stringify({ grammar, base: baseBytes.length, head: headBytes.length })}\n`),
        baseBytes,
        headBytes
      ])
      const child = Bun.spawn(["python3", join(import.meta.dirname, "values.py"), packages, WEIGHTS], {
        stdin: Buffer.concat(frames),
        stdout: "pipe",
        stderr: "inherit"
      })
      const lines = (await new Response(child.stdout).text()).split("\n").slice(0, -1)
      if ((await child.exited) !== 0 || lines.length !== part.length)
        throw new Error(`Python ended after ${lines.length} of ${part.length} pairs`)
      return lines.map((line): PeerValues => {
        const numbers: ReadonlyArray<number | boolean> = JSON.parse(line)
        const [a, b, c, d, e, f, g, h] = numbers.slice(0, 8).map(Number)
        return {
          values: [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f ?? 0, g ?? 0, h ?? 0],
          broken: [numbers[8] === true, numbers[9] === true]
        }
      })
    })
  )
  return found.flat()
}
