/** The panel's file. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { JudgeName } from "../../../../src/domain/quality/Duel.ts"
import { isModelOf, priceOf } from "../../../../src/domain/quality/Panel.ts"
import { temporaryFolder } from "../../../../src/layers/machine/process/temporaryFolder.ts"
import { readPanel, withKeys } from "../../../../src/quality/judges/readPanel.ts"
import { judgeText } from "../../../support/judges/panel.ts"

const ENDPOINT = "https://models.example/v1"
const good = {
  judges: [judgeText(ENDPOINT, "fair-1", "one", { key_variable: "ONE_KEY" }), judgeText(ENDPOINT, "fair-2", "two")],
  daily_budget: 5_000_000
}

const read = (text: string) =>
  Effect.gen(function* () {
    const path = join(yield* temporaryFolder("panel"), "judges.json")
    writeFileSync(path, text)
    return yield* withKeys(yield* readPanel(path))
  }).pipe(Effect.scoped)

const environment = (...keys: ReadonlyArray<readonly [string, string]>) => Effect.withConfigProvider(ConfigProvider.fromMap(new Map(keys)))

describe("a panel's file", () => {
  it.each([
    ["gpt-4o", "gpt-4o-2024-08-06", true],
    ["gpt-4", "gpt-4-0613", true],
    ["claude-x", "claude-x@20240620", true],
    ["mistral/mistral-tiny", "mistral-tiny", true],
    ["llama3", "llama3:latest", true],
    ["mistral-small-latest", "mistral-small-2409", true],
    ["deployment-1", "gpt-5-2025-08-07", true],
    ["gpt-4", "gpt-4-32k", false],
    ["gpt-4o", "gpt-4o-mini-2024-07-18", false],
    ["gpt-4o-2024-08-06", "gpt-4o-2024-11-20", false],
    ["open-70b", "open-7b", false]
  ])("takes an answer to %s by %s for the model's: %s", (model, answered, expected) => {
    assert.strictEqual(isModelOf({ model, answers_as: model === "deployment-1" ? ["gpt-5-2025-08-07"] : [] }, answered), expected)
  })

  it.effect("names judges and where their keys are", () =>
    Effect.gen(function* () {
      const { panel, keys } = yield* read(JSON.stringify(good)).pipe(environment(["ONE_KEY", "secret"]))
      assert.deepStrictEqual([panel.judges_per_duel, panel.fall_limit, panel.judges[0]?.at_once], [3, 20, 2])
      assert.deepStrictEqual(
        [...keys].map(([name, key]) => [name, Redacted.value(key)]),
        [[JudgeName.make("fair-1"), "secret"]]
      )
      assert.notInclude(String([...keys.values()]), "secret")
    })
  )

  it.effect.each([
    ["", "JSON"],
    ["{}", "judges"],
    [JSON.stringify({ ...good, judges: good.judges.slice(1) }), "judges"],
    [JSON.stringify({ ...good, judges: good.judges.map((one) => ({ ...one, family: "one" })) }), "two families"],
    [JSON.stringify({ ...good, judges: good.judges.map((one) => ({ ...one, name: "same" })) }), "two judges of one name"],
    [JSON.stringify({ ...good, daily_budget: 1.5 }), "daily_budget"],
    [JSON.stringify({ ...good, dayly_budget: 1 }), "dayly_budget"],
    [JSON.stringify({ ...good, judges: [{ ...good.judges[0], key: "sk-1" }, good.judges[1]] }), "key"],
    [JSON.stringify({ ...good, judges: [{ ...good.judges[0], endpoint: "ftp://models.example" }, good.judges[1]] }), "http address"],
    [
      JSON.stringify({ ...good, judges: [{ ...good.judges[0], endpoint: `${ENDPOINT}/chat/completions` }, good.judges[1]] }),
      "before /chat/completions"
    ],
    [JSON.stringify({ ...good, judges: [{ ...good.judges[0], endpoint: "https://me:pass@models.example" }, good.judges[1]] }), "password"],
    [JSON.stringify(good), "ONE_KEY"]
  ] as const)("is refused in words: %.60s", ([text, named]) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(read(text).pipe(environment()))
      assert.include(message, named)
      assert.notInclude(message, "\n")
    })
  )

  it.effect("that is missing is named", () =>
    Effect.map(Effect.flip(readPanel("/nowhere/judges.json")), ({ message }) => assert.include(message, "/nowhere/judges.json"))
  )

  it("rounds prices up", () => {
    const judge = { prompt_price: 3_000_000, answer_price: 15_000_000 }
    assert.deepStrictEqual([priceOf(judge, 1_000, 100), priceOf(judge, 0, 0), priceOf({ ...judge, prompt_price: 1 }, 1, 0)], [4_500, 0, 1])
  })
})
