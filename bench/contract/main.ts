/**
 * `npm run bench -- contract [--issues=10,1000,10000] [--json] [--write]`: measures the cost of every message and view of the contract with these
 * numbers of issues and competitions, and with 1 and 64 validators. Real messages create the issues, so ten thousand take minutes. `--write` puts the
 * tables into contracts/README.md. Fails when a message's cost grows with the number of issues, comes
 * near a limit, or is much more than in the edition that was released last.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { Effect, Option } from "effect"
import { withPart } from "../../scripts/marked.ts"
import { contractCode } from "../../src/contract-client/artifact.ts"
import { lastReleased } from "../../test/support/contract/editions.ts"
import { measure, measureEarlier } from "./measure.ts"
import { complaints, report } from "./table.ts"

const README = "contracts/README.md"

const say = (text: string) => process.stderr.write(`${text}\n`)

const wanted = process.argv.find((argument) => argument.startsWith("--issues="))?.slice("--issues=".length) ?? "10,1000,10000"
const sizes = wanted.split(",").map(Number)
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) throw new Error(`--issues=${wanted}: whole numbers with commas between`)

export const contract = Effect.gen(function* () {
  const measured = yield* Effect.forEach(sizes, (size) => measure(size, say))
  const rows = measured.flatMap(({ rows }) => rows)
  const limits = measured[0]?.limits ?? { transaction: 0n, block: 0n }
  const wasmBytes = (contractCode.length - 2) / 2
  const earlier = Option.isNone(lastReleased) ? [] : yield* measureEarlier(lastReleased.value.wasm)
  const text = report(rows, wasmBytes, limits, measured[0]?.sizes ?? new Map(), earlier)
  if (process.argv.includes("--write")) {
    writeFileSync(README, withPart(readFileSync(README, "utf8"), "costs", text, "npm run bench -- contract --write"))
  }
  if (process.argv.includes("--json")) {
    const plain = rows.map(({ cost, ...row }) => ({
      ...row,
      refTime: Number(cost.refTime),
      proofSize: Number(cost.proofSize),
      deposit: Number(cost.deposit)
    }))
    console.log(
      JSON.stringify({ wasmBytes, limits: { transaction: Number(limits.transaction), block: Number(limits.block) }, rows: plain })
    )
  } else console.log(text)
  const wrong = complaints(rows, wasmBytes, earlier)
  for (const complaint of wrong) say(complaint)
  return wrong.length === 0
})
