import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Descriptor from "@effect/cli/CommandDescriptor"
import * as Options from "@effect/cli/Options"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect, Option, Predicate } from "effect"
import { gittensor, groups } from "../../../executable/gittensor.ts"
import { VARIABLES } from "../../../src/cli/program/configuration.ts"
import { allHelp } from "../../../src/cli/program/groups.ts"
import { onByDefault } from "../../../src/cli/shared/options.ts"
import { root, sources } from "../../support/sources.ts"

it("all variables that the program reads are known, and no others", () => {
  const read = sources
    .filter((path) => path !== "src/cli/program/configuration.ts")
    .flatMap((path) => [...readFileSync(join(root, path), "utf8").matchAll(/["'.](GITTENSOR_[A-Z0-9_]+)/g)].map(([, name]) => name))
  assert.deepStrictEqual([...new Set([...read, "GITTENSOR_CONFIG"])].sort(), [...VARIABLES].sort())
})

it.effect.each([
  { given: [], is: true },
  { given: ["--careful"], is: true },
  { given: ["--no-careful"], is: false }
])("a switch that is on by default is $is with $given", ({ given, is }) =>
  Effect.gen(function* () {
    const [, left, value] = yield* Options.processCommandLine(onByDefault("careful", "be careful"), given, CliConfig.defaultConfig)
    assert.deepStrictEqual([left, value], [[], is])
  }).pipe(Effect.provide(NodeContext.layer))
)

it("each option of each command stands in a test", () => {
  const tests = [...new Bun.Glob("test/**/*.ts").scanSync(root)].map((path) => readFileSync(join(root, path), "utf8")).join("\n")
  const tested = new Set(tests.match(/--[a-z][a-z-]*/g))
  const options = allHelp(groups).flatMap(({ path, options }) =>
    options.flatMap(({ name }) => (name.match(/--[a-z-]+/g) ?? []).map((option) => `${path} ${option}`))
  )
  assert.deepStrictEqual(
    options.filter((option) => !tested.has(option.split(" ").at(-1) ?? "")),
    []
  )
})

/** What the command at the end of a command line is given. */
const optionsIn = (parsed: unknown): unknown => {
  assert.isObject(parsed)
  if (!Predicate.hasProperty(parsed, "subcommand")) return parsed
  assert(Option.isOption(parsed.subcommand) && Option.isSome(parsed.subcommand) && Array.isArray(parsed.subcommand.value))
  return optionsIn(parsed.subcommand.value[1])
}

const ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const CONTRACT = `--contract ${ADDRESS}`

it.effect.each([
  [`validate run ${CONTRACT} --axon-connections 64 --no-quality`, { axonConnections: Option.some(64), quality: false }],
  [`validate run ${CONTRACT} --quality --allow-build-scripts`, { quality: true, allowBuildScripts: true }],
  ["verify o/r#1 --allow-build-scripts --command make", { allowBuildScripts: true, command: Option.some("make") }],
  ["work --allow-build-scripts", { allowBuildScripts: true }],
  [
    "index --github-comments --scores here --webhooks w.json",
    { githubComments: true, scores: Option.some("here"), webhooks: Option.some("w.json") }
  ],
  ["demo --page", { page: true }],
  ["score-files --work", { work: true }],
  ["quality costs --days 7", { days: 7 }],
  [`mine claim ${CONTRACT} --coldkey-address ${ADDRESS}`, { coldkey: Option.some(ADDRESS) }],
  [`owner roster sign roster.json ${CONTRACT} --roster-version 12`, { rosterVersion: Option.some(12) }]
] as const)("gittensor %s is understood", ([words, expected]) =>
  Effect.gen(function* () {
    const parsed = yield* Descriptor.parse(gittensor.descriptor, ["gittensor", ...words.split(" ")], CliConfig.defaultConfig)
    assert(parsed._tag === "UserDefined")
    assert.deepStrictEqual(parsed.leftover, [])
    assert.deepInclude(optionsIn(parsed.value), expected)
  }).pipe(Effect.provide(NodeContext.layer))
)
