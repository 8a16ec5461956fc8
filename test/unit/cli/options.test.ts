import * as CliConfig from "@effect/cli/CliConfig"
import * as Options from "@effect/cli/Options"
import { NodeContext } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { onByDefault } from "../../../src/cli/shared/options.ts"

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
