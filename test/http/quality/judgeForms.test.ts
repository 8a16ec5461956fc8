/** Model servers answer in many forms, and count tokens in many ways. Whatever they report, the budget counts the most that may have been used. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Layer, Option } from "effect"
import { FORMS, REASONING_TOKENS } from "../../../lab/devnet/judges/forms.ts"
import * as StandIn from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { answerOf } from "../../../lab/devnet/judges/models.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { readBody, withoutThoughts } from "../../../src/quality/judges/answerForms.ts"
import { Judges, layer as judgesLayer } from "../../../src/quality/judges/Judges.ts"
import { usageIn } from "../../../src/quality/judges/usage.ts"
import { layer as callsLayer, JudgeCalls } from "../../../src/quality/store/JudgeCalls.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import { readAnswer } from "../../../src/rules/quality/duel/answer.ts"
import { headWorkflowIn, judgeText, panelOf } from "../../support/judges/panel.ts"

const QUESTION = "BEGIN 1 ISSUE\nSave twice\nEND 1"

/** Asks a model once; returns its answer and the cost. */
const asked = (model: string) =>
  Effect.gen(function* () {
    const { endpoint, requests } = yield* StandIn.start()
    const panel = panelOf([judgeText(endpoint, model, "one"), judgeText(endpoint, "fair", "two")])
    const calls = callsLayer.pipe(Layer.provide(layerTables), Layer.provide(sqliteLayer(":memory:")))
    return yield* Effect.gen(function* () {
      const heard = yield* Effect.flatMap(Judges, (judges) =>
        Effect.either(
          judges.ask(headWorkflowIn(panel, model), {
            activity: "execution/ask",
            tag: { contract: "chain-contract", issue: 3, pullRequests: "a#1 against a#2", duel: null, stage: "duel" },
            messages: [{ role: "user", content: QUESTION }],
            schema: { name: "duel", schema: {} },
            seed: 7,
            read: readAnswer
          })
        )
      )
      const [line] = yield* Effect.flatMap(JudgeCalls, ({ costs }) => costs("2000-01-01"))
      const body = requests[0]?.body ?? ""
      const answer = answerOf(model, QUESTION).content ?? ""
      return {
        said: Either.match(heard, { onLeft: ({ message }) => message, onRight: () => "" }),
        ended: Either.match(heard, { onLeft: ({ _tag }) => _tag, onRight: ({ _tag }) => _tag }),
        requests: requests.length,
        cost: line?.cost ?? 0,
        /** The cost by the stand-in's tokenizer of question and answer, at the panel's prices. */
        counted: Math.ceil(body.length / 4) + 4 * Math.ceil(answer.length / 4),
        reserve: Buffer.byteLength(body) + 4 * 2_000
      }
    }).pipe(Effect.provide(judgesLayer({ panel, keys: new Map() }, { pause: Duration.millis(1) }).pipe(Layer.provideMerge(calls))))
  })

type Asked = Effect.Effect.Success<ReturnType<typeof asked>>

/** For each kind of model: the result of a question, the number of requests, and the cost. */
const EXPECTED: Readonly<Record<string, readonly [ended: string, requests: number, cost: (asked: Asked) => number]>> = {
  uncounted: ["Answered", 1, ({ reserve }) => reserve],
  apart: ["Answered", 1, ({ counted }) => counted + 4 * REASONING_TOKENS],
  untold: ["Answered", 1, ({ counted }) => counted + 4 * REASONING_TOKENS],
  parted: ["Answered", 1, ({ counted }) => counted],
  thinking: ["Answered", 1, ({ counted }) => counted],
  halfmarked: ["Answered", 1, ({ counted }) => counted],
  aside: ["Answered", 1, ({ counted }) => counted],
  streaming: ["Answered", 1, ({ counted }) => counted],
  dated: ["Answered", 1, ({ counted }) => counted],
  rerouted: ["Unreadable", 2, ({ counted }) => 2 * counted],
  limited: ["JudgeUnavailable", 5, () => 0],
  upstream: ["JudgeUnavailable", 2, ({ counted }) => 2 * counted],
  unformatted: ["JudgeUnavailable", 1, () => 0],
  empty: ["Unreadable", 2, ({ reserve }) => 2 * reserve]
}

describe("a server's answer", () => {
  it.scopedLive.each(Object.keys(FORMS))("of the form %s is read, and costs what it can have cost", (model) =>
    Effect.gen(function* () {
      const found = yield* asked(model)
      const [ended, requests, cost] = EXPECTED[model] ?? ["", 0, () => 0]
      assert.deepStrictEqual([found.ended, found.requests, found.cost], [ended, requests, cost(found)])
    })
  )

  it.scopedLive("that says that it knows no schema comes with what to change", () =>
    Effect.gen(function* () {
      assert.match((yield* asked("unformatted")).said, /answered 400: .*response_format.*; give this judge another "answer_format"/)
      assert.notInclude((yield* asked("upstream")).said, "answer_format")
    })
  )

  it("is the one thing after thoughts, and what looks like a mark inside of it is quoted", () => {
    const answer = '{"reason":"it says </think>{}"}'
    for (const text of [
      `<think>a</think>${answer}`,
      `[THINK]a[/THINK]${answer}`,
      `a\n</think>\n${answer}`,
      `<think>it quotes "</think>" and ends</think>\n${answer}`,
      answer
    ])
      assert.strictEqual(withoutThoughts(text).trim(), answer)
    // Unterminated reasoning is no answer.
    assert.strictEqual(withoutThoughts("<think>{}"), "<think>{}")
  })

  it("of many pieces is read in linear time", () => {
    const piece = `data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: "word" }, finish_reason: null }] })}\n\n`
    const before = process.cpuUsage().user
    const read = Option.getOrThrow(readBody(piece.repeat(20_000)))
    assert.strictEqual(Either.isRight(read) ? read.right.text?.length : 0, 80_000)
    for (const end of ["\r", "\r\n", "\n"]) readBody(`data: x${end}`.repeat(100_000))
    assert.isBelow(process.cpuUsage().user - before, 5_000_000)
  })

  it("may be a stream that ends with an error", () => {
    const stream = `data: {"choices":[{"delta":{"content":"{"}}]}\n\ndata: {"error":{"code":"rate_limit_exceeded","message":"no"}}`
    const read = Option.getOrThrow(readBody(stream))
    assert.deepStrictEqual(Either.isLeft(read) ? read.left.status : read, 429)
  })
})

describe("usage", () => {
  it.each([
    [
      "as OpenAI counts",
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, completion_tokens_details: { reasoning_tokens: 4 } },
      10,
      5
    ],
    [
      "without a total, thoughts may be beside the answer",
      { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 4 } },
      10,
      9
    ],
    [
      "more thoughts than answer are beside it, whatever the total",
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, completion_tokens_details: { reasoning_tokens: 40 } },
      10,
      45
    ],
    [
      "thoughts alone",
      { prompt_tokens: 21, completion_tokens: 0, total_tokens: 81, completion_tokens_details: { reasoning_tokens: 60 } },
      21,
      60
    ],
    [
      "with other names, and a cache beside the input",
      { input_tokens: 3, output_tokens: 5, cache_read_input_tokens: 7, cache_creation_input_tokens: 1 },
      11,
      5
    ],
    ["as texts and fractions", { prompt_tokens: "10", completion_tokens: 4.2 }, 10, 5],
    ["without the prompt", { prompt_tokens: 0, completion_tokens: 5, total_tokens: 15 }, 10, 5],
    ["without the answer", { prompt_tokens: 10, completion_tokens: null }, 10, null],
    ["nonsense", { prompt_tokens: -1, completion_tokens: "many", total_tokens: {} }, null, null],
    ["none", null, null, null]
  ] as const)("%s", (_, given, promptTokens, answerTokens) => {
    assert.deepStrictEqual(usageIn(given), { promptTokens, answerTokens })
  })
})
