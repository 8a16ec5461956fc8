import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Options from "@effect/cli/Options"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { VARIABLES } from "../../../src/cli/program/configuration.ts"
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
