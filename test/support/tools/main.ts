/**
 * `npm run tools`: runs the operations of real tools on the dev chain and prints a table. The packages come from PyPI and npm and are installed in
 * the temporary folder. Fails if an operation that worked before does not. Records which items each tool requested from the chain, which
 * test/support/fidelity/used.ts compares with Finney. `-- --check` writes nothing, and fails if a tool requested more; `-- NAME…` runs only the tools
 * whose names contain one of these words, and keeps the other tools' results.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { withPart } from "../../../scripts/marked.ts"
import { settle } from "../../../scripts/settle.ts"
import { messageOf } from "../../../src/domain/messageOf.ts"
import { connect, devChain } from "../devnet/support.ts"
import { used } from "../fidelity/used.ts"
import { recorded } from "./asked.ts"
import { btcli9 } from "./btcli9.ts"
import { btcli11 } from "./btcli11.ts"
import { dedot, dedotLegacy, papi, polkadot } from "./javascript.ts"
import { askedPath, askedText, type ItemsAsked, type Results, readAsked, readResults, resultsPath, resultsText, table } from "./results.ts"
import { sdk10, sdk11 } from "./sdk.ts"
import { blockTime, type Tool, type World } from "./Tool.ts"

const tools: ReadonlyArray<Tool> = [btcli9, btcli11, sdk10, sdk11, papi, dedot, dedotLegacy, polkadot]

/** The document with the table. */
const document = "lab/devnet/chain/README.md"

/** This many tools run in parallel: a core each. */
const concurrency = 2

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"))
const chosen = tools.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

const must = (command: string, args: ReadonlyArray<string>): string => {
  const { status, stdout } = spawnSync(command, [...args], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`)
  return stdout
}

const pythonPackages = (): string => {
  const given = process.env.GITTENSOR_TEST_PYTHON
  if (given !== undefined && existsSync(given)) return given
  return (
    must(join(import.meta.dirname, "../bittensor/packages.sh"), [])
      .trim()
      .split("\n")
      .at(-1) ?? ""
  )
}

const npmPackages = (): string => {
  const folder = join(tmpdir(), "gittensor-tools-papi-2.2.2-dedot-1.3.0")
  if (existsSync(folder)) return folder
  const work = mkdtempSync(`${folder}.`)
  must("npm", [
    ...["install", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    ...["polkadot-api@2.2.2", "dedot@1.3.0"]
  ])
  // Another process was faster: its installation is kept.
  if (existsSync(folder)) rmSync(work, { recursive: true })
  else renameSync(work, folder)
  return folder
}

const python = pythonPackages()
const modules = npmPackages()
const folder = mkdtempSync(join(tmpdir(), "gittensor-tools-"))
const wallets = join(folder, "wallets")
mkdirSync(wallets)
must(join(python, "v10/bin/python"), [
  join(import.meta.dirname, "make_wallets.py"),
  wallets,
  ...["alice", "//Alice", "//Alice//walk"],
  ...["validator1", "//Validator1//cold", "//Validator1"]
])

/** One tool's operations, in order, on a dev chain of its own. */
const walk = (tool: Tool) =>
  Effect.gen(function* () {
    const node = yield* devChain({ blockTime })
    const api = yield* connect(node.endpoint)
    const asked = yield* recorded(node.endpoint, api)
    const home = join(folder, tool.name.replaceAll(/\W/g, "_"))
    mkdirSync(home)
    const world: World = { endpoint: asked.endpoint, node, api, wallets, home, python, modules }
    const outcomes: Record<string, string> = {}
    for (const operation of tool.operations) {
      const started = Date.now()
      asked.waitsFor()
      // Retried once, because prices and stakes change while a busy machine delays a tool.
      outcomes[operation.name] = yield* Effect.tryPromise({ try: () => operation.run(world), catch: messageOf }).pipe(
        Effect.tapError((reason) => Effect.sync(() => console.log(`${tool.name}: ${operation.name}: ${reason} (${asked.waitsFor()})`))),
        Effect.retry({ times: 1 }),
        Effect.as("works"),
        Effect.catchAll((reason) => Effect.succeed(`refused: ${reason}`))
      )
      console.log(`${tool.name}: ${operation.name}: ${outcomes[operation.name]} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    }
    for (const [name, reason] of Object.entries(tool.leftOut)) outcomes[name] = `left out: ${reason}`
    return { name: tool.name, outcomes, asked: asked.items() }
  }).pipe(Effect.scoped)

const walked = await Effect.runPromise(Effect.forEach(chosen, walk, { concurrency })).finally(() =>
  rmSync(folder, { recursive: true, force: true })
)
const results: Results = Object.fromEntries(walked.map(({ name, outcomes }) => [name, outcomes]))
const before = readResults()
/** A failing operation does not request everything, so earlier items are kept as long as the tool is the same. */
const asked: ItemsAsked = Object.fromEntries(
  tools.map(({ name }) => {
    const now = walked.find((one) => one.name === name)?.asked ?? []
    return [name, [...new Set([...(readAsked()[name] ?? []), ...now])].sort()]
  })
)
const unknown = walked.flatMap(({ asked, name }) =>
  asked.filter((item) => !used.has(item)).map((item) => `${name} asks for ${item}, which nothing compares with Finney: run npm run tools`)
)
const lost = Object.entries(results).flatMap(([tool, outcomes]) =>
  Object.entries(outcomes).flatMap(([name, outcome]) =>
    before[tool]?.[name] === "works" && outcome !== "works" ? [`${tool}: ${name} worked before: ${outcome}`] : []
  )
)
console.log(table(results))
const checks = process.argv.includes("--check")
const failures = [...lost, ...(checks ? unknown : [])]
for (const line of failures) console.error(line)
if (!checks) {
  settle(askedPath, askedText(asked))
  const all = Object.fromEntries(
    tools.flatMap(({ name }) => {
      const found = results[name] ?? before[name]
      return found === undefined ? [] : [[name, found] as const]
    })
  )
  settle(resultsPath, resultsText(all))
  settle(document, withPart(readFileSync(new URL(`../../../${document}`, import.meta.url), "utf8"), "tools", table(all), "npm run tools"))
}
process.exit(failures.length > 0 ? 1 : 0)
